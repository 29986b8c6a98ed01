// Parameter values that any language can compute, so that reference files need not store weights
// (the rule stands in the data scripts' hashfill.py).
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "limn/core/tensor.h"

namespace limn::test {

/// Element i of the tensor called `name` is centre + scale · u, u in [-1, 1) from a hash of the
/// name and i.
inline Tensor hashfill(const std::string& name, const Shape& shape, double centre, double scale) {
  std::uint64_t key = 0xCBF29CE484222325u;
  for (const char c : name) key = (key ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  Tensor tensor(shape);
  float* values = tensor.data<float>();
  for (std::int64_t i = 0; i < tensor.elements(); ++i) {
    std::uint64_t z = key + static_cast<std::uint64_t>(i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    const double u = static_cast<double>(z >> 40) * 0x1p-23 - 1;
    values[i] = static_cast<float>(centre + scale * u);
  }
  return tensor;
}

/// Centre and scale by the name's ending and the shape; `gain_squared` is for tensors of two or
/// more axes.
inline Tensor hashfill_parameter(const std::string& name, const Shape& shape,
                                 double gain_squared = 1) {
  if (name.ends_with("running_mean")) return hashfill(name, shape, 0, 0.1);
  if (name.ends_with("running_var")) return hashfill(name, shape, 1, 0.5);
  if (shape.rank() <= 1) return hashfill(name, shape, name.ends_with("weight") ? 1 : 0, 0.1);
  const auto fan_in = static_cast<double>(shape.elements() / shape[0]);
  return hashfill(name, shape, 0, std::sqrt(3 * gain_squared / fan_in));
}

}  // namespace limn::test
