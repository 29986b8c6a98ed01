// Short ways to make tensors and to look into them.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"
#include "limn/core/tensor.h"

namespace limn::test {

/// U(low, high).
inline Tensor random_tensor(const Shape& shape, std::uint64_t seed, DType dtype = DType::float64,
                            double low = -1, double high = 1) {
  Tensor tensor(shape, dtype);
  Generator(seed).fill_uniform(tensor, low, high);
  return tensor;
}

/// The same in float32.
inline Tensor random_floats(const Shape& shape, std::uint64_t seed, double low = -1,
                            double high = 1) {
  return random_tensor(shape, seed, DType::float32, low, high);
}

/// A float64 tensor of these elements; one axis when no shape is given.
inline Tensor doubles(const Shape& shape, const std::vector<double>& values) {
  return Tensor::from(shape, values);
}
inline Tensor doubles(const std::vector<double>& values) {
  return doubles(Shape{static_cast<std::int64_t>(values.size())}, values);
}

template <class T = double>
std::vector<T> elements_of(const Tensor& tensor) {
  const auto span = tensor.span<T>();
  return {span.begin(), span.end()};
}

}  // namespace limn::test
