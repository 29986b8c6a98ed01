// From a runtime dtype to a template argument.
#pragma once

#include <string>
#include <string_view>

#include "limn/core/dtype.h"
#include "limn/core/error.h"

namespace limn {

/// Calls `body.operator()<T>()` with T = float or double according to `dtype`.
/// Throws InvalidArgument naming `op` for every other dtype.
template <class Body>
decltype(auto) for_floating(DType dtype, std::string_view op, Body&& body) {
  if (dtype == DType::float32) return body.template operator()<float>();
  if (dtype == DType::float64) return body.template operator()<double>();
  throw InvalidArgument(std::string(op) + ": needs float32 or float64; got " +
                        std::string(name_of(dtype)));
}

}  // namespace limn
