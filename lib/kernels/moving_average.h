// Exponential moving averages of many ranges in one pass.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

template <class T>
struct Averaged {
  std::int64_t n;
  const T* x;
  T* average;
};

/// average += share · (x − average); the same bits on any number of threads.
template <class T>
void moving_average(double share, std::span<const Averaged<T>> ranges);

}  // namespace limn::kernels
