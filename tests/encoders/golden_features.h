// Features of pictures against reference values of the same network.
#pragma once

#include <cmath>

#include "limn/nn/features.h"
#include "support/golden.h"

namespace limn::test {

/// Elements 0, s, 2s, … of each image's map in [C, R] order, s = ⌊count / 64⌋.
inline Tensor map_slice(const Tensor& regions) {
  const Shape& s = regions.shape();
  Tensor slice(Shape{s[0], 64});
  const std::int64_t step = s[1] * s[2] / 64;
  for (std::int64_t i = 0; i < slice.elements(); ++i) {
    const std::int64_t at = i % 64 * step;
    slice.data<float>()[i] = regions.data<float>()[(i / 64 * s[1] + at % s[1]) * s[2] + at / s[1]];
  }
  return slice;
}

/// Mean, population standard deviation and L2 norm of each image's map.
inline void require_summary(const Tensor& regions, const Tensor& summary, double tolerance) {
  const std::int64_t n = regions.shape()[1] * regions.shape()[2];
  for (std::int64_t b = 0; b < regions.shape()[0]; ++b) {
    double sum = 0;
    double squares = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const double value = regions.data<float>()[b * n + i];
      sum += value;
      squares += value * value;
    }
    const double mean = sum / static_cast<double>(n);
    const double deviation = std::sqrt(squares / static_cast<double>(n) - mean * mean);
    const double* expected = summary.data<double>() + b * 3;
    REQUIRE(mean == Approx(expected[0]).margin(tolerance * expected[1]));
    REQUIRE(deviation == Approx(expected[1]).epsilon(tolerance));
    REQUIRE(std::sqrt(squares) == Approx(expected[2]).epsilon(tolerance));
  }
}

/// `golden` has "pooled", "map_slice" and "map_summary".
inline void require_features(const nn::Features& features, const SafetensorsFile& golden,
                             double tolerance) {
  require_close(features.global.value(), golden.tensor("pooled"), tolerance);
  require_close(map_slice(features.regions.value()), golden.tensor("map_slice"), tolerance);
  require_summary(features.regions.value(), golden.tensor("map_summary"), tolerance);
}

}  // namespace limn::test
