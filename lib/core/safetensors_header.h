// What a safetensors file says of its tensors, as it is written.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "limn/core/tensor.h"

namespace limn {

/// A file begins with the length of its header, little-endian, in so many bytes.
inline constexpr std::size_t kLengthBytes = 8;

struct SafetensorsEntry {
  std::string name;
  DType dtype;
  Shape shape;

  std::size_t bytes() const { return static_cast<std::size_t>(shape.elements()) * size_of(dtype); }
};

/// The JSON text for tensors that lie in this order, without gaps.
std::string safetensors_header(std::span<const SafetensorsEntry> tensors,
                               const std::map<std::string, std::string>& metadata);

}  // namespace limn
