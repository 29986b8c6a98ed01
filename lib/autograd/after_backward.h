// Work that closures of a backward pass put off until all of them ran.
#pragma once

#include <functional>

namespace limn {

/// Runs `work` at the end of the backward pass of this thread, in the order of the calls, and at
/// once when there is none. A pass that throws drops it.
void after_backward(std::function<void()> work);

}  // namespace limn
