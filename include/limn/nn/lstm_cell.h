// One step of an LSTM whose inputs become known one after the other.
#pragma once

#include <cstdint>

#include "limn/nn/module.h"

namespace limn::nn {

struct LstmCellConfig {
  std::int64_t inputs = 0;  ///< E, all inputs side by side
  std::int64_t hidden = 0;  ///< D
  double forget_bias = 0;   ///< added inside the forget gate
};

/// torch's LSTMCell: "weight_ih" [4D, E], "weight_hh" [4D, D], "bias_ih" and "bias_hh" [4D], all
/// start as U(−1/√D, 1/√D); the equations are those of ops::lstm. Its inputs may be given in parts,
/// each when it is known: what a word adds to the gates for all steps at once, what the context
/// adds in each.
class LstmCell : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1.
  LstmCell(const LstmCellConfig& config, Generator& generator);

  /// What the inputs x [M, F], those from number `first` on, add to the gates [M, 4D]; the biases
  /// come with the first ones.
  Variable part(const Variable& x, std::int64_t first) const;
  struct State {
    Variable h;  ///< [M, D]
    Variable c;  ///< [M, D]
  };
  /// `parts` [M, 4D] is the sum of the parts of all inputs.
  State step(const Variable& parts, const State& state) const;

 private:
  double forget_bias_;
  Variable weight_ih_, weight_hh_, bias_ih_, bias_hh_;
};

}  // namespace limn::nn
