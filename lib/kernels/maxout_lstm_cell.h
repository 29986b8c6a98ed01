// One step of the LSTM whose cell input is the larger of two candidates.
#pragma once

#include "kernels/lstm_cell.h"

namespace limn::kernels {

/// As lstm_cell, but `gates` is [m, 5·D]: input, forget and output gate, then two candidates. gates
/// leaves as σ of the first three and the candidates; c = f ⊙ c_before + i ⊙ max of the candidates,
/// h = o ⊙ tanh(c).
template <class T>
void maxout_lstm_cell(const LstmStep<T>& step);
/// gates leaves as the gradient before σ and max, where equal candidates have half of it each; dc
/// as that of c_before. `doutput` is all that reaches h; dh is not used.
template <class T>
void maxout_lstm_cell_backward(const LstmStep<T>& step, const LstmGradients<T>& gradients);

}  // namespace limn::kernels
