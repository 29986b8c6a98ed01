// Limn's rates beside a peer's.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "measure.h"

namespace limn::bench {

/// The peer's median rate by workload: of the JSON file that its benchmark wrote, the entries of
/// one arithmetic mode ("float32", "bfloat16") or the fastest ("best"). Throws std::runtime_error
/// naming a file that is none.
std::map<std::string, double> read_peer(const std::filesystem::path& path, const std::string& mode);

struct Line {
  std::string workload;
  std::string unit;
  std::string precision;
  Rate rate;
  double share = 0;  ///< of the peak, that a rate of 1 is; 0: not known
};

/// What the peer's program, `command`, writes for one workload: it is called with the name, the
/// repeats and a file for `read_peer`. Nothing when it fails or does not know the workload.
std::map<std::string, double> run_peer(const std::string& command, const std::string& workload,
                                       int repeats, const std::string& mode);

/// A row of the table; 0: not known.
std::string table_head();
std::string table_row(const Line& line, double peer);
/// One JSON object.
std::string json_line(const Line& line, int threads);

}  // namespace limn::bench
