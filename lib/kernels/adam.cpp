#include "kernels/adam.h"

#include <cmath>
#include <limits>

#include "kernels/blocks.h"

namespace limn::kernels {
namespace {

template <class T>
T normal_or_zero(T value) {
  return std::abs(value) < std::numeric_limits<T>::min() ? T(0) : value;
}

template <class T>
void adam_block(const AdamRule& rule, const AdamParameter<T>& p, std::int64_t begin,
                std::int64_t size) {
  const auto beta2 = static_cast<T>(rule.beta2);
  const auto new_mean = static_cast<T>(1 - rule.beta1);
  const auto new_square = static_cast<T>(1 - rule.beta2);
  const auto epsilon = static_cast<T>(rule.epsilon);
  const auto decay = static_cast<T>(rule.weight_decay);
  const auto rate = static_cast<T>(p.rate);
  const auto root_factor = static_cast<T>(std::sqrt(p.square_factor));
  const auto shrink = static_cast<T>(p.shrink);
  T* x = p.x + begin;
  const T* dx = p.dx + begin;
  T* m = p.mean + begin;
  T* v = p.square + begin;
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    const T g = dx[i] + decay * x[i];
    m[i] = normal_or_zero(m[i] + new_mean * (g - m[i]));
    v[i] = normal_or_zero(beta2 * v[i] + new_square * g * g);
    x[i] = shrink * x[i] - rate * m[i] / (root_factor * std::sqrt(v[i]) + epsilon);
  }
}

}  // namespace

template <class T>
void adam(const AdamRule& rule, std::span<const AdamParameter<T>> parameters) {
  BlockList blocks;
  for (const auto& parameter : parameters) blocks.add(parameter.n);
  for_blocks(blocks, [&](std::int64_t, const BlockList::Block& block) {
    adam_block(rule, parameters[block.range], block.begin, block.size);
  });
}

template void adam(const AdamRule&, std::span<const AdamParameter<float>>);
template void adam(const AdamRule&, std::span<const AdamParameter<double>>);

}  // namespace limn::kernels
