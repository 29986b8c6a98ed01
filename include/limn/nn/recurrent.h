// Recurrent layers: plain, GRU, LSTM.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/packing.h"
#include "limn/nn/module.h"
#include "limn/ops/recurrent.h"

namespace limn::nn {

enum class Cell { rnn, gru, lstm };

struct RecurrentConfig {
  Cell cell = Cell::lstm;
  std::int64_t inputs = 0;  ///< E
  std::int64_t hidden = 0;  ///< D
  std::int64_t layers = 1;
  bool bias = true;
  double dropout = 0;      ///< between layers, in training passes
  double forget_bias = 0;  ///< added inside the LSTM's forget gates
};

/// Layer l has "weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l" with l appended, as torch's
/// RNN, GRU and LSTM; all start as U(−1/√D, 1/√D).
class Recurrent : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1 or the dropout is outside [0, 1).
  Recurrent(const RecurrentConfig& config, Generator& generator);

  /// What the layers remember, layer after layer: h [B, D], for the LSTM followed by c [B, D]. An
  /// LSTM of two layers has {h of layer 0, c of layer 0, h of layer 1, c of layer 1}.
  using State = std::vector<Variable>;
  struct Result {
    Variable output;  ///< of the last layer, [N, D] packed
    State state;      ///< after each sequence's last step
  };
  /// x [N, E], packed; an empty `state` is zeros. Training passes need a generator when there is
  /// dropout. Throws InvalidArgument when x, the packing or the state do not fit.
  Result forward(const Variable& x, const Packing& packing, const State& state,
                 const Pass& pass) const;
  /// One step of B rows: x [B, E], output [B, D]. Throws as `forward` does.
  Result step(const Variable& x, const State& state, const Pass& pass) const;
  /// The same in two parts: what the first layer reads of x [N, E], W_ih x [N, G·D] without a bias;
  /// then the step, of rows that were read [B, G·D]. They throw InvalidArgument for other widths.
  Variable read(const Variable& x) const;
  Result step_read(const Variable& read, const State& state, const Pass& pass) const;

  const RecurrentConfig& config() const { return config_; }
  /// Tensors in a state.
  std::int64_t state_size() const;

 private:
  RecurrentConfig config_;
  std::vector<ops::RecurrentWeights> layers_;

  Result run(const Variable& x, const Packing& packing, const State& state, const Pass& pass,
             bool was_read) const;
};

}  // namespace limn::nn
