// Recurrences h_i = f(h_{i-1}, x_i) over packed sequences: plain tanh, GRU and LSTM.
#pragma once

#include "limn/autograd/variable.h"
#include "limn/core/packing.h"

namespace limn::ops {

/// Weights of one layer, PyTorch's names, shapes and order of gates. G is 1 for the plain
/// recurrence, 3 for the GRU (reset, update, new), 4 for the LSTM (input, forget, cell, output).
struct RecurrentWeights {
  Variable w_ih;  ///< [G·D, E]; undefined: x is W_ih x already, [N, G·D]
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

/// The plain recurrence (Elman, "Finding structure in time", 1990):
///
///     h_i = tanh(W_ih x_i + b_ih + W_hh h_{i-1} + b_hh)
///
/// x [N, E], float32 or float64, holds B sequences as `packing` says (N rows in all); h0 [B, D],
/// undefined: zeros. All input products of all steps are one matrix product, each step has one
/// small one, and each weight gradient is one over the whole sequence. A single step of B rows is a
/// packing of B ones. Throws InvalidArgument when shapes or dtypes do not fit each other.
RnnResult rnn(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0 = {});

/// The gated recurrent unit (Cho et al., "Learning phrase representations using RNN
/// encoder–decoder", 2014, equations (5)–(8)). Of W_ih x_i + b_ih and W_hh h_{i-1} + b_hh, the rows
/// of gate k, written W_k x + b_k and U_k h + c_k:
///
///     r   = σ(W_r x + b_r + U_r h + c_r)                 reset
///     z   = σ(W_z x + b_z + U_z h + c_z)                 update
///     n   = tanh(W_n x + b_n + r ⊙ (U_n h + c_n))        new
///     h_i = (1 − z) ⊙ n + z ⊙ h
///
/// Two deviations, both PyTorch's: the paper resets h before the product, U_n (r ⊙ h), and has no
/// biases. Arguments, result and errors as of `rnn`, with G = 3.
RnnResult gru(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0 = {});

struct LstmOptions {
  double forget_bias = 0;  ///< β, added inside the forget gate (TensorFlow's BasicLSTMCell: 1)
};

/// Long short-term memory (Hochreiter and Schmidhuber, 1997) with the forget gate of Gers,
/// Schmidhuber and Cummins ("Learning to forget", 2000, section 3). With W_k, b_k, U_k and c_k as
/// for `gru`, and h, c from step i − 1:
///
///     f   = σ(W_f x + b_f + U_f h + c_f + β)             forget
///     j   = σ(W_j x + b_j + U_j h + c_j)                 input
///     o   = σ(W_o x + b_o + U_o h + c_o)                 output
///     g   = tanh(W_g x + b_g + U_g h + c_g)              cell
///     c_i = f ⊙ c + j ⊙ g
///     h_i = o ⊙ tanh(c_i)
///
/// As in PyTorch: every gate sees all of h, none sees c (no peepholes), and squashing is by tanh
/// where the papers scale a logistic function. h0, c0 [B, D], undefined: zeros. Otherwise
/// arguments, result and errors as of `rnn`, with G = 4.
LstmResult lstm(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
                const Variable& h0 = {}, const Variable& c0 = {}, const LstmOptions& options = {});

}  // namespace limn::ops
