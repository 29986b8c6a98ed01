// How long a kernel's threads spin when they wait for each other.
#pragma once

namespace limn::cli {

/// Starts this program again, with the same arguments, so that idle threads soon sleep: OpenMP
/// reads its environment before main begins, and its own default makes a training many times slower
/// beside other programs. Does nothing when the environment already says how to wait
/// (OMP_WAIT_POLICY or GOMP_SPINCOUNT), or where the program cannot be started again.
void let_idle_threads_sleep(char** arguments);

}  // namespace limn::cli
