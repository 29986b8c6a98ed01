#include "limn/core/threads.h"

#include <omp.h>

#include "core/check.h"

namespace limn {

int thread_count() { return omp_get_max_threads(); }

void set_thread_count(int count) {
  require(count >= 1, "set_thread_count: at least 1 thread; got {}", count);
  omp_set_num_threads(count);
}

}  // namespace limn
