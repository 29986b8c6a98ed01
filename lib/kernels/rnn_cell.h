// One step of the plain recurrence.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Pointers to one step of m rows of D.
template <class T>
struct RnnStep {
  std::int64_t m;
  std::int64_t d;
  T* h;  ///< [m, D]
};

/// h comes as the matrix products and leaves as tanh(h + bias), bias [D].
template <class T>
void rnn_cell(const RnnStep<T>& step, const T* bias);
/// dgates [m, D] becomes the gradient before the tanh, from that of h: doutput + dh [m, D]; dh
/// leaves as 0, what reaches the state before without a weight.
template <class T>
void rnn_cell_backward(const RnnStep<T>& step, const T* doutput, T* dh, T* dgates);

}  // namespace limn::kernels
