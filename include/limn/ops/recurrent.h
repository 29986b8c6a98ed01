// Recurrences h_i = f(h_{i-1}, x_i) over packed sequences: plain tanh, GRU and LSTM.
#pragma once

#include "limn/autograd/variable.h"
#include "limn/core/packing.h"

namespace limn::ops {

/// Weights of one layer, PyTorch's names, shapes and order of gates. G is 1 for the plain
/// recurrence, 3 for the GRU (reset, update, new), 4 for the LSTM (input, forget, cell, output).
struct RecurrentWeights {
  Variable w_ih;  ///< [G·D, E]
  Variable w_hh;  ///< [G·D, D]
  Variable b_ih;  ///< [G·D] or undefined
  Variable b_hh;  ///< [G·D] or undefined
};

/// The layer's outputs [N, D] in packed order; h, and c of the LSTM, [B, D] after each sequence's
/// last step. Each may be used or not; gradients reach the inputs from all of them. h of a single
/// step is its output.
struct RnnResult {
  Variable output;
  Variable h;
};
struct LstmResult {
  Variable output;
  Variable h;
  Variable c;
};

/// h_i = tanh(W_ih x_i + b_ih + W_hh h_{i-1} + b_hh) (Elman 1990). x [N, E] holds B sequences as
/// `packing` says; h0 [B, D], undefined: zeros. All input products of all steps are one matrix
/// product, each step has one small one, and each weight gradient is one over the whole sequence.
/// A single step of B rows is a packing of B ones. Throws InvalidArgument when the shapes do not
/// fit.
RnnResult rnn(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0 = {});

/// r, z = σ(W x + b + U h + c) for their rows, n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n)),
/// h' = (1 − z) ⊙ n + z ⊙ h (Cho et al. 2014, with the reset gate after the product, as in
/// PyTorch).
RnnResult gru(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0 = {});

struct LstmOptions {
  double forget_bias = 0;  ///< added inside the forget gate (TensorFlow's BasicLSTMCell: 1)
};

/// i, f, o = σ(·), g = tanh(·) of W x + b + U h + c, c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh(c')
/// (Hochreiter and Schmidhuber 1997 with forget gates). h0, c0 [B, D], undefined: zeros.
LstmResult lstm(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
                const Variable& h0 = {}, const Variable& c0 = {}, const LstmOptions& options = {});

}  // namespace limn::ops
