// How many threads the kernels use.
#pragma once

namespace limn {

/// Threads of the one OpenMP team that all kernels share. Default: the cores this process
/// may use, or OMP_NUM_THREADS.
int thread_count();
/// Throws InvalidArgument unless count >= 1.
void set_thread_count(int count);

}  // namespace limn
