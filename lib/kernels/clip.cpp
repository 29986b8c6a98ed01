#include "kernels/clip.h"

#include <numeric>
#include <vector>

#include "kernels/blocks.h"

namespace limn::kernels {
namespace {

template <class T>
BlockList blocks_of(std::span<const Range<T>> ranges) {
  BlockList blocks;
  for (const Range<T>& range : ranges) blocks.add(range.n);
  return blocks;
}

// Reads four places at once, which keeps the memory busier than one, and has a sum for each lane,
// so that no addition waits for the one before.
template <class T>
double block_sum_of_squares(std::int64_t n, const T* x) {
  constexpr std::int64_t kLanes = 8;
  constexpr std::int64_t kPlaces = 4;
  const std::int64_t part = n / (kPlaces * kLanes) * kLanes;
  double sums[kPlaces][kLanes] = {};
  for (std::int64_t i = 0; i < part; i += kLanes) {
#pragma omp simd
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      for (std::int64_t place = 0; place < kPlaces; ++place) {
        const auto value = static_cast<double>(x[place * part + i + lane]);
        sums[place][lane] += value * value;
      }
    }
  }
  double sum = 0;
  for (const auto& lanes : sums) sum = std::accumulate(lanes, lanes + kLanes, sum);
  for (std::int64_t i = kPlaces * part; i < n; ++i)
    sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

}  // namespace

template <class T>
double sum_of_squares(std::span<const Range<T>> ranges) {
  const BlockList blocks = blocks_of(ranges);
  std::vector<double> sums(static_cast<std::size_t>(blocks.count()));
  for_blocks(blocks, [&](std::int64_t index, const BlockList::Block& block) {
    sums[static_cast<std::size_t>(index)] =
        block_sum_of_squares(block.size, ranges[block.range].x + block.begin);
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

template <class T>
void scale(double factor, std::span<const Range<T>> ranges) {
  const auto by = static_cast<T>(factor);
  for_blocks(blocks_of(ranges), [&](std::int64_t, const BlockList::Block& block) {
    T* x = ranges[block.range].x + block.begin;
#pragma omp simd
    for (std::int64_t i = 0; i < block.size; ++i) x[i] *= by;
  });
}

template <class T>
void clamp(double limit, std::span<const Range<T>> ranges) {
  const auto high = static_cast<T>(limit);
  for_blocks(blocks_of(ranges), [&](std::int64_t, const BlockList::Block& block) {
    T* x = ranges[block.range].x + block.begin;
#pragma omp simd
    for (std::int64_t i = 0; i < block.size; ++i) {
      const T above = x[i] < -high ? -high : x[i];
      x[i] = above > high ? high : above;
    }
  });
}

template double sum_of_squares(std::span<const Range<float>>);
template double sum_of_squares(std::span<const Range<double>>);
template void scale(double, std::span<const Range<float>>);
template void scale(double, std::span<const Range<double>>);
template void clamp(double, std::span<const Range<float>>);
template void clamp(double, std::span<const Range<double>>);

}  // namespace limn::kernels
