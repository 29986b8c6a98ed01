#include "table.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace limn::bench {

std::map<std::string, double> read_peer(const std::filesystem::path& path,
                                        const std::string& mode) {
  std::map<std::string, double> rates;
  try {
    std::ifstream file(path);
    for (const auto& line : nlohmann::json::parse(file)) {
      if (mode != "best" && line.at("mode") != mode) continue;
      double& rate = rates[line.at("workload")];
      rate = std::max<double>(rate, line.at("median"));
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(
        fmt::format("{}: no JSON of a peer's benchmark ({})", path.string(), error.what()));
  }
  return rates;
}

std::map<std::string, double> run_peer(const std::string& command, const std::string& workload,
                                       int repeats, const std::string& mode) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("limn_bench_{}.json", getpid());
  const std::string call = fmt::format("{} {} --repeats {} --json {} >/dev/null", command, workload,
                                       repeats, file.string());
  std::map<std::string, double> rates;
  if (std::system(call.c_str()) == 0) rates = read_peer(file, mode);
  std::filesystem::remove(file);
  return rates;
}

std::string table_head() {
  return fmt::format("{:<22} {:<9} {:>9} {:>12} {:>8} {:>9} {:>7}  {}", "workload", "products",
                     "limn", "worst…best", "of peak", "peer", "ratio", "unit");
}

std::string table_row(const Line& line, double peer) {
  const double share = line.share * line.rate.median;
  const std::string spread = fmt::format("{:.4g}…{:.4g}", line.rate.worst, line.rate.best);
  return fmt::format("{:<22} {:<9} {:>9.5g} {:>14} {:>8} {:>9} {:>7}  {}", line.workload,
                     line.share > 0 ? line.precision : "-", line.rate.median, spread,
                     share > 0 ? fmt::format("{:.0f} %", 100 * share) : "-",
                     peer > 0 ? fmt::format("{:.5g}", peer) : "-",
                     peer > 0 ? fmt::format("{:.2f}", line.rate.median / peer) : "-", line.unit);
}

std::string json_line(const Line& line, int threads) {
  return nlohmann::json{{"workload", line.workload}, {"mode", line.precision},
                        {"unit", line.unit},         {"median", line.rate.median},
                        {"best", line.rate.best},    {"worst", line.rate.worst},
                        {"threads", threads}}
      .dump();
}

}  // namespace limn::bench
