#include "table.h"

#include <fmt/format.h>

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
      if (line.at("mode") == mode) rates[line.at("workload")] = line.at("median");
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(
        fmt::format("{}: no JSON of a peer's benchmark ({})", path.string(), error.what()));
  }
  return rates;
}

std::string table_head() {
  return fmt::format("{:<26} {:>12} {:>12} {:>12} {:>7}  {}", "workload", "limn", "worst…best",
                     "peer", "ratio", "unit");
}

std::string table_row(const Line& line, double peer) {
  const std::string spread = fmt::format("{:.4g}…{:.4g}", line.rate.worst, line.rate.best);
  return fmt::format("{:<26} {:>12.5g} {:>14} {:>12} {:>7}  {}", line.workload, line.rate.median,
                     spread, peer > 0 ? fmt::format("{:.5g}", peer) : "-",
                     peer > 0 ? fmt::format("{:.2f}", line.rate.median / peer) : "-", line.unit);
}

std::string json_line(const Line& line, int threads) {
  return nlohmann::json{{"workload", line.workload}, {"mode", "float32"},
                        {"unit", line.unit},         {"median", line.rate.median},
                        {"best", line.rate.best},    {"worst", line.rate.worst},
                        {"threads", threads}}
      .dump();
}

}  // namespace limn::bench
