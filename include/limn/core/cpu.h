// The processor this build needs.
#pragma once

namespace limn {

/// Throws Error naming an instruction set that this build uses and this processor lacks. Call it
/// first in main.
void check_cpu();

}  // namespace limn
