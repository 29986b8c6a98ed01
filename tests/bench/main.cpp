// limn_bench: how fast the workloads of the captioning benchmark run here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "limn/core/precision.h"
#include "limn/core/threads.h"
#include "table.h"

using namespace limn;

namespace {

std::vector<Precision> precisions_from(const std::string& name) {
  if (name != "all") return {precision_from(name)};
  std::vector<Precision> all = {Precision::float32};
  if (is_available(Precision::bfloat16)) all.push_back(Precision::bfloat16);
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Times limn's workloads; with --peer or --peer-command beside the figures of another "
      "program.");
  std::vector<std::string> chosen;
  std::string peer_file, peer_command, mode = "best", json_file, precision = "all";
  int repeats = 5, threads = thread_count();
  app.add_option("workloads", chosen, "names or beginnings of names; none: all");
  app.add_option("--peer", peer_file, "JSON written by the peer's benchmark in the same run");
  app.add_option("--peer-command", peer_command,
                 "the peer's benchmark, run for each workload right after limn's");
  app.add_option("--peer-mode", mode, "the peer's arithmetic")
      ->capture_default_str()
      ->check(CLI::IsMember({"float32", "bfloat16", "best"}));
  app.add_option("--precision", precision, "what limn's products are in; all: float32 and bfloat16")
      ->capture_default_str()
      ->check(CLI::IsMember({"all", "float32", "bfloat16", "emulated_bfloat16", "auto"}));
  app.add_option("--repeats", repeats)->capture_default_str();
  app.add_option("--threads", threads)->capture_default_str();
  app.add_option("--json", json_file, "also write one JSON object a line to this file");
  CLI11_PARSE(app, argc, argv);
  try {
    set_thread_count(threads);
    auto peer =
        peer_file.empty() ? std::map<std::string, double>{} : bench::read_peer(peer_file, mode);
    auto workloads = bench::caption_workloads();
    for (const auto& more :
         {bench::metric_workloads(), bench::optim_workloads(), bench::photo_workloads()})
      workloads.insert(workloads.end(), more.begin(), more.end());
    std::ofstream json(json_file);
    const auto precisions = precisions_from(precision);
    std::vector<double> peaks;
    for (const Precision each : precisions) {
      const PrecisionGuard guard(each);
      peaks.push_back(bench::peak_flops());
      fmt::print("large products in {}: {:.0f} GFLOP/s with {} threads\n", name_of(each),
                 peaks.back() / 1e9, threads);
    }
    fmt::print("{}\n", bench::table_head());
    for (const auto& [name, make] : workloads) {
      const bool wanted =
          chosen.empty() ||
          std::any_of(chosen.begin(), chosen.end(), [&workload_name = name](const std::string& c) {
            return workload_name.starts_with(c);
          });
      if (!wanted) continue;
      const bench::Workload workload = make();
      std::vector<bench::Line> lines;
      for (std::size_t i = 0; i < (workload.flops > 0 ? precisions.size() : 1); ++i) {
        const PrecisionGuard guard(precisions[i]);
        lines.push_back({workload.name, workload.unit, std::string(name_of(precisions[i])),
                         bench::measure(workload, repeats), workload.flops / peaks[i]});
      }
      if (!peer_command.empty()) peer = bench::run_peer(peer_command, name, repeats, mode);
      const auto theirs = peer.find(name);
      for (const bench::Line& line : lines) {
        fmt::print("{}\n", bench::table_row(line, theirs == peer.end() ? 0 : theirs->second));
        json << bench::json_line(line, threads) << std::endl;
      }
      std::fflush(stdout);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "limn_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
