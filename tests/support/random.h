// Random values for tests.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"
#include "limn/core/tensor.h"

namespace limn::test {

/// n values of U(low, high).
template <class T>
std::vector<T> random_values(std::int64_t n, std::uint64_t seed, double low = -1, double high = 1) {
  Tensor tensor(Shape{n}, dtype_of<T>);
  Generator(seed).fill_uniform(tensor, low, high);
  return {tensor.span<T>().begin(), tensor.span<T>().end()};
}

}  // namespace limn::test
