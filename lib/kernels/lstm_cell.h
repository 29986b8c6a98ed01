// One step of the LSTM: all gates at once.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Pointers to one step of m rows. `gates` [m, 4·D]: input and forget gate, then cell and output
/// gate in the order that their blocks' numbers say, D each. The others are [m, D].
template <class T>
struct LstmStep {
  std::int64_t m;
  std::int64_t d;
  const T* c_before;
  T* gates;
  T* c;  ///< may be c_before
  T* h;
  std::int64_t cell_block = 2;
  std::int64_t output_block = 3;
};

/// The gradients of a step.
template <class T>
struct LstmGradients {
  const T* doutput;  ///< of h as an output
  T* dh;             ///< of h from the step after
  T* dc;             ///< of c
};

/// gates comes as the matrix products and leaves as i, f, o = σ(gates + bias), g = tanh(…);
/// c = f ⊙ c_before + i ⊙ g, h = o ⊙ tanh(c). bias [4·D].
template <class T>
void lstm_cell(const LstmStep<T>& step, const T* bias);
/// gates leaves as the gradient before σ and tanh, dc as the gradient of c_before, dh as 0: what
/// reaches the state before without a weight.
template <class T>
void lstm_cell_backward(const LstmStep<T>& step, const LstmGradients<T>& gradients);

}  // namespace limn::kernels
