// How far apart arrays are.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.h"
#include "support/tensors.h"

namespace limn::test {

/// The largest |a − b| of the elements of two arrays of one size; infinity where one is NaN.
template <class A, class B>
double largest_difference(const std::vector<A>& a, const std::vector<B>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, difference);
  }
  return largest;
}

/// The same of two tensors of one shape and dtype.
inline double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  REQUIRE(a.dtype() == b.dtype());
  return largest_difference(elements_of(a.to(DType::float64)), elements_of(b.to(DType::float64)));
}

}  // namespace limn::test
