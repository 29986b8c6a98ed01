// How many threads the kernels use.
#pragma once

namespace limn {

/// Threads of the kernels' one OpenMP team, OpenBLAS's included. Default: the cores this process
/// may use, or OMP_NUM_THREADS.
int thread_count();
/// Throws InvalidArgument unless count >= 1.
void set_thread_count(int count);

}  // namespace limn
