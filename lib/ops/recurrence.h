// What the plain recurrence, the GRU and the LSTM have in common: all but the cell.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/ops/recurrent.h"
#include "ops/packed_weights.h"

namespace limn::ops {

/// Columns [column, column + count) of the gates, which belong to rows [row, row + count) of a
/// weight and its bias.
struct GateBlock {
  std::int64_t column;
  std::int64_t row;
  std::int64_t count;
};

/// The inputs of one call, and how a row of its gates is laid out.
struct Recurrence {
  const char* op;
  Variable x;
  Packing packing;
  RecurrentWeights weights;
  Variable h0;                            ///< undefined: zeros
  std::int64_t columns = 0;               ///< of the gates
  std::vector<GateBlock> input_blocks{};  ///< the products of w_ih
  GateBlock hidden_block{};               ///< those of w_hh

  /// D.
  std::int64_t hidden() const { return weights.w_hh.shape()[1]; }
  /// Everything that may need a gradient, and is given a place in the graph.
  std::vector<Variable> inputs() const;
};

/// Throws InvalidArgument unless the inputs, and c0 if it is defined, fit each other and G gates.
void check_recurrence(const Recurrence& r, std::int64_t gates, const Variable& c0 = {});
/// Whether backward will be asked for.
bool is_recorded(const std::vector<Variable>& inputs);

/// The biases of the gates, added up: [columns].
template <class T>
Tensor gate_bias(const Recurrence& r);
/// gates [N, columns] = x W_ihᵀ, in the columns of the input blocks.
template <class T>
void multiply_inputs(const Recurrence& r, T* gates);
/// A state [B, D] to start from: zeros when it is undefined.
Tensor state_or_zeros(const Recurrence& r, const Variable& state);

/// Adds to the gradients of x, the weights, the biases and h0 what `dgates` [N, columns] and `dh0`
/// [B, D] say. h [N, D]: the states after each step.
template <class T>
void add_gradients(const Recurrence& r, const T* dgates, const T* h, Tensor dh0);

/// The output [N, D] after each sequence's last step, [B, D].
Variable last_states(const Recurrence& r, const Variable& output);

/// For each step: gates of the step += h of the step before · W_hhᵀ, then cell(t), which turns
/// them into h. gates [N, columns], h [N, D]; h0 [B, D] or nullptr: zeros.
template <class T, class Cell>
void unroll(const Recurrence& r, T* gates, const T* h0, const T* h, Cell&& cell) {
  const Packing& packing = r.packing;
  const GateBlock& block = r.hidden_block;
  const std::int64_t d = r.hidden();
  const std::int64_t products = h0 == nullptr ? packing.steps() - 1 : packing.steps();
  const Tensor& weight = r.weights.w_hh.value();
  const auto product =
      weight_product<T>(weight, d, block.count,
                        kernels::strided(weight.data<T>(), d, kernels::Transpose::yes), products);
  for (std::int64_t t = 0; t < packing.steps(); ++t) {
    const T* before = t == 0 ? h0 : h + packing.offset(t - 1) * d;
    if (before != nullptr) {
      product->multiply(packing.rows(t), before, d, {.result = true},
                        gates + packing.offset(t) * r.columns + block.column, r.columns);
    }
    cell(t);
  }
}

/// For each step from the last: cell(t), which makes the gradients of the gates from dh [B, D] and
/// leaves there what reaches the step before without a weight; then dh += those of the gates ·
/// W_hh. Rows of dh whose sequence has not begun (from its end) must be zero.
template <class T, class Cell>
void unroll_backward(const Recurrence& r, const T* dgates, T* dh, Cell&& cell) {
  const Packing& packing = r.packing;
  const GateBlock& block = r.hidden_block;
  const bool wants_first = r.h0.requires_grad();
  const std::int64_t products = wants_first ? packing.steps() : packing.steps() - 1;
  const Tensor& weight = r.weights.w_hh.value();
  const auto product = weight_product<T>(weight, block.count, r.hidden(),
                                         kernels::strided(weight.data<T>(), r.hidden()), products);
  for (std::int64_t t = packing.steps() - 1; t >= 0; --t) {
    cell(t);
    if (t == 0 && !wants_first) break;
    product->multiply(packing.rows(t), dgates + packing.offset(t) * r.columns + block.column,
                      r.columns, {.result = true}, dh, r.hidden());
  }
}

}  // namespace limn::ops
