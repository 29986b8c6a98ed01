// Cases that are left out, having said so, because what they need is not there.
#pragma once

#include <string>

#include "support/catch.h"

namespace limn::test {

/// Whether any was, of which ctest hears by the exit status (see main.cpp).
inline bool a_case_was_skipped = false;

inline void skip(const std::string& why) {
  WARN("skipped: " << why);
  a_case_was_skipped = true;
}

}  // namespace limn::test
