#include "kernels/moving_average.h"

#include "kernels/blocks.h"

namespace limn::kernels {

template <class T>
void moving_average(double share, std::span<const Averaged<T>> ranges) {
  const auto part = static_cast<T>(share);
  BlockList blocks;
  for (const Averaged<T>& range : ranges) blocks.add(range.n);
  for_blocks(blocks, [&](std::int64_t, const BlockList::Block& block) {
    const T* x = ranges[block.range].x + block.begin;
    T* average = ranges[block.range].average + block.begin;
#pragma omp simd
    for (std::int64_t i = 0; i < block.size; ++i) average[i] += part * (x[i] - average[i]);
  });
}

template void moving_average(double, std::span<const Averaged<float>>);
template void moving_average(double, std::span<const Averaged<double>>);

}  // namespace limn::kernels
