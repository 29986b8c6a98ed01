#include "kernels/lstm_cell.h"

#include "kernels/gather_rows.h"
#include "limn/core/dispatch.h"
#include "limn/ops/reshape.h"
#include "ops/recurrence.h"

namespace limn::ops {
namespace {

/// What an LSTM remembers of a sequence. `joint` [N + B, D] is its one result: the output, then c
/// after each sequence's last step.
struct Memory {
  Tensor joint;
  Tensor gates;  ///< [N, 4·D]
  Tensor cells;  ///< c after each step [N, D]; without gradients only the last, in `joint`
};

template <class T>
kernels::LstmStep<T> step_of(const Recurrence& r, std::int64_t t, const Tensor& c0, Memory& m) {
  const std::int64_t d = r.hidden();
  const std::int64_t at = r.packing.offset(t) * d;
  T* cells = m.cells.data<T>();
  const T* before = t == 0 ? c0.data<T>() : cells + r.packing.offset(t - 1) * d;
  return {r.packing.rows(t),          d,          before,
          m.gates.data<T>() + 4 * at, cells + at, m.joint.data<T>() + at};
}

// Without gradients: c is replaced where the result will be.
template <class T>
kernels::LstmStep<T> step_in_place(const Recurrence& r, std::int64_t t, Memory& m) {
  const std::int64_t d = r.hidden();
  const std::int64_t at = r.packing.offset(t) * d;
  T* c = m.joint.data<T>() + r.packing.total() * d;
  return {r.packing.rows(t), d, c, m.gates.data<T>() + 4 * at, c, m.joint.data<T>() + at};
}

template <class T>
void lstm_backward(const Recurrence& r, const Variable& c0, Memory& m, const Tensor& djoint) {
  const std::int64_t d = r.hidden();
  const std::int64_t n = r.packing.total();
  const Tensor start = state_or_zeros(r, c0);
  Tensor dh = Tensor::zeros(start.shape(), start.dtype());
  Tensor dc = djoint.rows(n, n + r.packing.sequences()).clone();
  unroll_backward<T>(r, m.gates.data<T>(), dh.data<T>(), [&](std::int64_t t) {
    kernels::lstm_cell_backward<T>(
        step_of<T>(r, t, start, m),
        {djoint.data<T>() + r.packing.offset(t) * d, dh.data<T>(), dc.data<T>()});
  });
  add_gradients<T>(r, m.gates.data<T>(), m.joint.data<T>(), std::move(dh));
  if (c0.requires_grad()) c0.add_to_grad(std::move(dc));
}

// The gates' biases, with the forget gate's extra one.
template <class T>
Tensor bias_of(const Recurrence& r, const LstmOptions& options) {
  Tensor bias = gate_bias<T>(r);
  const std::int64_t d = r.hidden();
  for (std::int64_t j = d; j < 2 * d; ++j) bias.data<T>()[j] += static_cast<T>(options.forget_bias);
  return bias;
}

template <class T>
Variable lstm_of(const Recurrence& r, const Variable& c0, const LstmOptions& options) {
  const std::int64_t d = r.hidden();
  const std::int64_t n = r.packing.total();
  std::vector<Variable> inputs = r.inputs();
  inputs.push_back(c0);
  const bool recorded = is_recorded(inputs);
  Memory m{Tensor(Shape{n + r.packing.sequences(), d}, r.x.dtype()),
           Tensor(Shape{n, r.columns}, r.x.dtype()),
           {}};
  if (recorded) m.cells = Tensor(Shape{n, d}, r.x.dtype());
  Tensor last = m.joint.rows(n, n + r.packing.sequences());
  const Tensor start = state_or_zeros(r, c0);
  if (!recorded) last.copy_from(start);
  const Tensor bias = bias_of<T>(r, options);
  multiply_inputs<T>(r, m.gates.data<T>());
  const T* h0 = r.h0.defined() ? r.h0.value().data<T>() : nullptr;
  unroll<T>(r, m.gates.data<T>(), h0, m.joint.data<T>(), [&](std::int64_t t) {
    kernels::lstm_cell<T>(recorded ? step_of<T>(r, t, start, m) : step_in_place<T>(r, t, m),
                          bias.data<T>());
  });
  if (!recorded) return Variable(m.joint);
  kernels::gather_rows(r.packing.last_rows(), static_cast<std::size_t>(d) * sizeof(T),
                       m.cells.raw(), last.raw());
  return Variable::make(m.joint, std::move(inputs), [r, c0, m](const Tensor& djoint) mutable {
    lstm_backward<T>(r, c0, m, djoint);
  });
}

}  // namespace

LstmResult lstm(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
                const Variable& h0, const Variable& c0, const LstmOptions& options) {
  Recurrence r{"lstm", x, packing, weights, h0};
  check_recurrence(r, 4, c0);
  r.columns = 4 * r.hidden();
  r.input_blocks = {{0, 0, r.columns}};
  r.hidden_block = {0, 0, r.columns};
  const Variable joint =
      for_floating(x.dtype(), r.op, [&]<class T>() { return lstm_of<T>(r, c0, options); });
  const std::int64_t n = packing.total();
  const Variable output = slice(joint, 0, 0, n);
  return {output, last_states(r, output), slice(joint, 0, n, n + packing.sequences())};
}

}  // namespace limn::ops
