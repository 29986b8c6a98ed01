#include "kernels/sgd.h"

#include "kernels/blocks.h"

namespace limn::kernels {
namespace {

template <class T>
void plain(const SgdRule& rule, const SgdParameter<T>& p, std::int64_t begin, std::int64_t size) {
  const auto decay = static_cast<T>(rule.weight_decay);
  const auto rate = static_cast<T>(p.rate);
  T* x = p.x + begin;
  const T* dx = p.dx + begin;
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) x[i] -= rate * (dx[i] + decay * x[i]);
}

template <class T>
void with_momentum(const SgdRule& rule, const SgdParameter<T>& p, std::int64_t begin,
                   std::int64_t size) {
  const auto decay = static_cast<T>(rule.weight_decay);
  const auto from_gradient = static_cast<T>(rule.from_gradient);
  const auto from_momentum = static_cast<T>(rule.from_momentum);
  const auto rate = static_cast<T>(p.rate);
  const auto keep = static_cast<T>(p.keep);
  const auto gain = static_cast<T>(p.gain);
  T* x = p.x + begin;
  const T* dx = p.dx + begin;
  T* b = p.momentum + begin;
#pragma omp simd
  for (std::int64_t i = 0; i < size; ++i) {
    const T g = dx[i] + decay * x[i];
    b[i] = keep * b[i] + gain * g;
    x[i] -= rate * (from_gradient * g + from_momentum * b[i]);
  }
}

}  // namespace

template <class T>
void sgd(const SgdRule& rule, std::span<const SgdParameter<T>> parameters) {
  BlockList blocks;
  for (const auto& parameter : parameters) blocks.add(parameter.n);
  for_blocks(blocks, [&](std::int64_t, const BlockList::Block& block) {
    const SgdParameter<T>& p = parameters[block.range];
    (p.momentum == nullptr ? plain<T> : with_momentum<T>)(rule, p, block.begin, block.size);
  });
}

template void sgd(const SgdRule&, std::span<const SgdParameter<float>>);
template void sgd(const SgdRule&, std::span<const SgdParameter<double>>);

}  // namespace limn::kernels
