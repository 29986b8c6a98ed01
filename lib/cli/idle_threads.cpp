#include "cli/idle_threads.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace limn::cli {
namespace {

// Rounds of waiting: some ten microseconds, longer than the gap between two kernels.
constexpr const char* kRounds = "10000";

}  // namespace

void let_idle_threads_sleep(char** arguments) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure) return;
  setenv("GOMP_SPINCOUNT", kRounds, 1);
  execv(program.c_str(), arguments);  // comes back only when it could not
}

}  // namespace limn::cli
