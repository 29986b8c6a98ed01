// Running the program as its users do.
#pragma once

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

namespace limn::test {

namespace fs = std::filesystem;

/// How a run of the program ended and what it wrote.
struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

inline std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// Runs a shell command in `folder` in which $LIMN is the program. One thread is quickest for what
/// is as small as tests are, whatever else the machine does.
inline Outcome run_shell(const TemporaryFolder& folder, const std::string& command) {
  const TemporaryFolder streams;
  const auto out = streams / "out", err = streams / "err";
  const int status = std::system(("cd " + quoted(folder.path().string()) +
                                  " && LIMN=" + quoted(LIMN_TEST_PROGRAM) +
                                  " OMP_NUM_THREADS=1 && export OMP_NUM_THREADS && { " + command +
                                  "; } >" + out.string() + " 2>" + err.string())
                                     .c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), read_file(err)};
}

/// Runs `limn ARGUMENTS…` in `folder`.
inline Outcome run(const TemporaryFolder& folder, const std::vector<std::string>& arguments) {
  std::string command = "\"$LIMN\"";
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  return run_shell(folder, command);
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::int64_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

/// It ended with `status` and nothing but this line, after "limn: ", on stderr.
inline void require_failure(const Outcome& outcome, int status, const std::string& line) {
  CHECK(outcome.err == "limn: " + line + "\n");
  CHECK(outcome.out.empty());
  REQUIRE(outcome.status == status);
}

/// What it printed with --json.
inline json json_of(const Outcome& outcome) {
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return parse_json(outcome.out, "stdout");
}

}  // namespace limn::test
