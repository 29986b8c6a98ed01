// Argument checks with values: the text is only formatted when the check fails.
#pragma once

#include <fmt/format.h>

#include "core/format.h"
#include "limn/core/error.h"

namespace limn {

/// Throws InvalidArgument with the formatted text unless `ok`.
template <class... Args>
void require(bool ok, fmt::format_string<Args...> text, Args&&... args) {
  if (!ok) throw InvalidArgument(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace limn
