// One step of a recurrence from the sums of its products, for models that look at something else
// between two steps. Whole sequences: limn/ops/recurrent.h.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// h and c after the step, [B, D] each.
struct CellResult {
  Variable h;
  Variable c;
};

/// Blocks of D columns among the gates: input, forget, cell, output as in PyTorch; or input,
/// forget, output, cell as in Karpathy's neuraltalk2 and the code that came from it.
enum class GateOrder { cell_output, output_cell };

/// The LSTM's step, as in `lstm`, without its matrix products. gates [B, 4·D]: what reaches the
/// gates i, f, g and o, in this `order`, biases included:
///
///     c' = σ(f + β) ⊙ c + σ(i) ⊙ tanh(g),  h' = σ(o) ⊙ tanh(c')
///
/// c [B, D], undefined: zeros; `forget_bias` is β. float32 or float64, both the same. Throws
/// InvalidArgument when they do not fit.
CellResult lstm_cell(const Variable& gates, const Variable& c, double forget_bias = 0,
                     GateOrder order = GateOrder::cell_output);

/// The step of the LSTM whose cell input is the larger of two candidates and not squashed (Rennie
/// et al., "Self-critical sequence training for image captioning", 2017, equation (3), maxout as in
/// Goodfellow et al. 2013). gates [B, 5·D]: input, forget and output gate, then the two candidates
/// u and v; what `candidates` [B, 2·D], undefined: nothing, holds is added to these:
///
///     c' = σ(f) ⊙ c + σ(i) ⊙ max(u, v),  h' = σ(o) ⊙ tanh(c')
///
/// Equal candidates share the gradient. c [B, D], undefined: zeros. float32 or float64, all the
/// same. Throws InvalidArgument when they do not fit.
CellResult maxout_lstm_cell(const Variable& gates, const Variable& c,
                            const Variable& candidates = {});

}  // namespace limn::ops
