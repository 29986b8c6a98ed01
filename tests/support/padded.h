// Sequences as other frameworks lay them out: padded [B, T, …], lengths in any order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "limn/core/packing.h"
#include "limn/ops/reshape.h"

namespace limn::test {

/// Goes back and forth between padded and packed, with gradients.
class Padded {
 public:
  explicit Padded(const std::vector<std::int32_t>& lengths) : order_(lengths.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    const auto length = [&](std::int64_t b) { return lengths[static_cast<std::size_t>(b)]; };
    std::stable_sort(order_.begin(), order_.end(),
                     [&](auto a, auto b) { return length(a) > length(b); });
    rank_.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i)
      rank_[static_cast<std::size_t>(order_[i])] = static_cast<std::int64_t>(i);
    std::vector<std::int64_t> sorted;
    for (const std::int64_t b : order_) sorted.push_back(length(b));
    packing_ = Packing::of(sorted);
  }

  const Packing& packing() const { return packing_; }

  /// x [B, T, E] to [N, E].
  Variable pack(const Variable& x) const {
    const std::int64_t steps = x.shape()[1];
    std::vector<std::int64_t> rows;
    for (std::int64_t t = 0; t < packing_.steps(); ++t)
      for (std::int64_t b = 0; b < packing_.rows(t); ++b)
        rows.push_back(order_[static_cast<std::size_t>(b)] * steps + t);
    return ops::gather_rows(ops::reshape(x, Shape{x.shape()[0] * steps, x.shape()[2]}), rows);
  }

  /// output [N, D] to [B, T, D], zeros behind the end of a sequence.
  Variable pad(const Variable& output) const {
    const std::int64_t d = output.shape()[1];
    const std::int64_t steps = packing_.steps();
    std::vector<std::int64_t> rows;
    for (const std::int64_t rank : rank_)
      for (std::int64_t t = 0; t < steps; ++t)
        rows.push_back(t < packing_.length(rank) ? packing_.offset(t) + rank : packing_.total());
    const Variable zeros(Tensor::zeros(Shape{1, d}, output.dtype()));
    const Variable picked = ops::gather_rows(ops::concatenate({output, zeros}, 0), rows);
    return ops::reshape(picked, Shape{packing_.sequences(), steps, d});
  }

  /// Layer `layer` of states [layers, B, D], in packed order.
  Variable layer(const Variable& states, std::int64_t layer) const {
    const Shape& s = states.shape();
    return ops::gather_rows(
        ops::reshape(ops::slice(states, 0, layer, layer + 1), Shape{s[1], s[2]}), order_);
  }

  /// States [B, D] in packed order, one of each layer, to [layers, B, D].
  Variable layers(const std::vector<Variable>& states) const {
    std::vector<Variable> parts;
    for (const Variable& state : states) {
      const Shape& s = state.shape();
      parts.push_back(ops::reshape(ops::gather_rows(state, rank_), Shape{1, s[0], s[1]}));
    }
    return ops::concatenate(parts, 0);
  }

 private:
  Packing packing_;
  std::vector<std::int64_t> order_;  // the sequence at each place of the packing
  std::vector<std::int64_t> rank_;   // and back
};

}  // namespace limn::test
