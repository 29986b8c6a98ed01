// How values appear in messages, as arguments of fmt: nothing is written unless the message is.
#pragma once

#include <fmt/ranges.h>

#include <concepts>

#include "limn/core/dtype.h"
#include "limn/core/shape.h"

namespace limn {

/// A tensor, or what wraps one.
template <class T>
concept TensorLike = requires(const T& x) {
  { x.defined() } -> std::same_as<bool>;
  { x.shape() } -> std::convertible_to<const Shape&>;
  { x.dtype() } -> std::same_as<DType>;
};

}  // namespace limn

/// "[2, 3]"; "[]" for a scalar.
template <>
struct fmt::formatter<limn::Shape> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  auto format(const limn::Shape& shape, format_context& context) const {
    return fmt::format_to(context.out(), "[{}]", fmt::join(shape.begin(), shape.end(), ", "));
  }
};

/// "float32 [2, 3]", or "none".
template <limn::TensorLike T>
struct fmt::formatter<T> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  auto format(const T& x, format_context& context) const {
    if (!x.defined()) return fmt::format_to(context.out(), "none");
    return fmt::format_to(context.out(), "{} {}", limn::name_of(x.dtype()), x.shape());
  }
};
