// Loops over the threads whose bodies may throw, as what needs memory does.
#pragma once

#include <cstdint>
#include <exception>

namespace limn::kernels {

/// Calls body(task) for [0, count), in parallel if `parallel`: neighbouring tasks on one thread. An
/// exception that left a parallel loop would end the program; here all tasks are tried, then what
/// the first that failed has thrown is thrown.
template <class Body>
void for_each_task(std::int64_t count, [[maybe_unused]] bool parallel, Body&& body) {
  std::int64_t failed = count;
  std::exception_ptr error;
#pragma omp parallel for schedule(static) if (parallel)
  for (std::int64_t task = 0; task < count; ++task) {
    try {
      body(task);
    } catch (...) {
#pragma omp critical(limn_for_each_task)
      if (task < failed) {
        failed = task;
        error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace limn::kernels
