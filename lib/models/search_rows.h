// What the rows of a search keep, whatever the model.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/tensor.h"

namespace limn::models {

/// Which image each row describes before the first word: 0, 1, …, int32 [images].
inline Tensor own_images(std::int64_t images) {
  Tensor ids(Shape{images}, DType::int32);
  for (std::int32_t i = 0; i < images; ++i) ids.data<std::int32_t>()[i] = i;
  return ids;
}

/// Such a tensor as numbers.
inline std::vector<std::int64_t> images_of(const Tensor& ids) {
  const auto values = ids.span<std::int32_t>();
  return {values.begin(), values.end()};
}

/// Where rows looked before the first step.
inline Tensor no_look(std::int64_t rows) { return Tensor(Shape{rows, 0}); }

/// Weights [rows, R], undefined for `no_look`.
inline Tensor look_of(const Tensor& weights) {
  return weights.shape()[1] == 0 ? Tensor() : weights;
}

}  // namespace limn::models
