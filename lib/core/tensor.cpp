#include "limn/core/tensor.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/check.h"
#include "limn/core/allocator.h"

namespace limn {
namespace {

// Calls body.operator()<T>() with the element type of `dtype`.
template <class Body>
void for_any(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::float32: return body.template operator()<float>();
    case DType::float64: return body.template operator()<double>();
    case DType::int32: return body.template operator()<std::int32_t>();
    case DType::uint8: return body.template operator()<std::uint8_t>();
    case DType::float16: return body.template operator()<Half>();
    case DType::bfloat16: return body.template operator()<BFloat16>();
  }
}

template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<From, Half> || std::is_same_v<From, BFloat16>) {
    return convert<To>(to_float(value));
  } else if constexpr (std::is_same_v<To, Half>) {
    return to_half(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    return to_bfloat16(static_cast<float>(value));
  } else if constexpr (std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    const auto wide = static_cast<double>(value);
    if (wide != wide) return 0;
    return static_cast<To>(std::clamp<double>(wide, Limits::min(), Limits::max()));
  } else {
    return static_cast<To>(value);
  }
}

void convert_elements(const Tensor& source, Tensor& target) {
  for_any(source.dtype(), [&]<class From>() {
    for_any(target.dtype(), [&]<class To>() {
      const auto from = source.span<From>();
      std::transform(from.begin(), from.end(), target.data<To>(), convert<To, From>);
    });
  });
}

}  // namespace

Tensor::Tensor(Shape shape, DType dtype)
    : shape_(shape),
      dtype_(dtype),
      owner_(allocate_storage(static_cast<std::size_t>(shape.elements()) * size_of(dtype))) {
  elements_ = owner_.get();
}

Tensor::Tensor(Shape shape, DType dtype, void* elements, std::shared_ptr<void> owner)
    : shape_(shape), dtype_(dtype), elements_(elements), owner_(std::move(owner)) {}

Tensor Tensor::zeros(Shape shape, DType dtype) {
  Tensor result(shape, dtype);
  std::memset(result.elements_, 0, result.bytes());
  return result;
}

Tensor Tensor::full(Shape shape, double value, DType dtype) {
  Tensor result(shape, dtype);
  result.fill(value);
  return result;
}

template <class T>
Tensor Tensor::from(Shape shape, std::span<const T> values) {
  require(static_cast<std::int64_t>(values.size()) == shape.elements(),
          "Tensor: shape {} needs {} values; got {}", shape, shape.elements(), values.size());
  Tensor result(shape, dtype_of<T>);
  std::copy(values.begin(), values.end(), result.data<T>());
  return result;
}

template Tensor Tensor::from(Shape, std::span<const float>);
template Tensor Tensor::from(Shape, std::span<const double>);
template Tensor Tensor::from(Shape, std::span<const std::int32_t>);
template Tensor Tensor::from(Shape, std::span<const std::uint8_t>);

void Tensor::check_dtype(DType dtype) const {
  require(defined(), "Tensor: undefined, but its elements were asked for");
  require(dtype == dtype_, "Tensor: {} was asked for; it holds {}", name_of(dtype),
          name_of(dtype_));
}

double Tensor::item() const {
  require(defined(), "Tensor: item() needs one element; it is undefined");
  require(elements() == 1, "Tensor: item() needs one element; shape is {}", shape_);
  return *to(DType::float64).data<double>();
}

Tensor Tensor::clone() const {
  if (!defined()) return {};
  Tensor result(shape_, dtype_);
  std::memcpy(result.elements_, elements_, bytes());
  return result;
}

Tensor Tensor::reshaped(Shape shape) const {
  require(shape.elements() == shape_.elements(), "Tensor: {} cannot be reshaped to {}", shape_,
          shape);
  Tensor result = *this;
  result.shape_ = shape;
  return result;
}

Tensor Tensor::rows(std::int64_t begin, std::int64_t end) const {
  require(shape_.rank() > 0 && 0 <= begin && begin <= end && end <= shape_[0],
          "Tensor: rows [{}, {}) of {}", begin, end, shape_);
  Tensor result = *this;
  result.shape_ = shape_.with(0, end - begin);
  const std::int64_t row = shape_[0] == 0 ? 0 : elements() / shape_[0];
  result.elements_ =
      static_cast<char*>(elements_) + static_cast<std::size_t>(begin * row) * size_of(dtype_);
  return result;
}

Tensor Tensor::to(DType dtype) const {
  if (dtype == dtype_ || !defined()) return *this;
  Tensor result(shape_, dtype);
  convert_elements(*this, result);
  return result;
}

void Tensor::copy_from(const Tensor& source) {
  require(source.defined(), "Tensor: undefined, but it was to be copied");
  require(defined(), "Tensor: undefined, but it was to be copied into");
  require(source.shape() == shape_, "Tensor: {} cannot be copied into {}", source.shape(), shape_);
  if (source.dtype() == dtype_) {
    std::memmove(elements_, source.elements_, bytes());
  } else {
    convert_elements(source, *this);
  }
}

void Tensor::fill(double value) {
  for_any(dtype_, [&]<class T>() { std::fill_n(data<T>(), elements(), convert<T>(value)); });
}

}  // namespace limn
