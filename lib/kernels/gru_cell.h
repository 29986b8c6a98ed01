// One step of the GRU: all gates at once.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Pointers to one step of m rows. `gates` [m, 4·D]: the input's share of the new gate, reset and
/// update gate, and the hidden state's share of the new gate, D each, so that the products of the
/// input are the first three and those of the hidden state the last three. The others are [m, D].
template <class T>
struct GruStep {
  std::int64_t m;
  std::int64_t d;
  const T* h_before;
  T* gates;
  T* h;
};

/// gates comes as the matrix products (a, r, z, u), and leaves as n = tanh(a + r ⊙ u), r, z = σ(…)
/// and u, each with its bias [4·D] added first; h = (1 − z) ⊙ n + z ⊙ h_before.
template <class T>
void gru_cell(const GruStep<T>& step, const T* bias);
/// gates leaves as the gradient before σ and tanh, from that of h: doutput + dh [m, D]; dh leaves
/// as z ⊙ that: what reaches the state before without a weight.
template <class T>
void gru_cell_backward(const GruStep<T>& step, const T* doutput, T* dh);

}  // namespace limn::kernels
