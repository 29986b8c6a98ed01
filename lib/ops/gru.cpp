#include "kernels/gru_cell.h"

#include <algorithm>

#include "limn/core/dispatch.h"
#include "ops/recurrence.h"

namespace limn::ops {
namespace {

// Of step t: h_before is h0 (or zeros) at the first one.
template <class T>
kernels::GruStep<T> step_of(const Recurrence& r, std::int64_t t, const Tensor& h0, Tensor& gates,
                            Tensor& h) {
  const std::int64_t d = r.hidden();
  T* states = h.data<T>();
  const T* before = t == 0 ? h0.data<T>() : states + r.packing.offset(t - 1) * d;
  return {r.packing.rows(t), d, before, gates.data<T>() + r.packing.offset(t) * r.columns,
          states + r.packing.offset(t) * d};
}

template <class T>
void gru_backward(const Recurrence& r, Tensor& gates, Tensor& h, const Tensor& doutput) {
  const std::int64_t d = r.hidden();
  const Tensor h0 = state_or_zeros(r, r.h0);
  Tensor dh = Tensor::zeros(h0.shape(), h0.dtype());
  unroll_backward<T>(r, gates.data<T>(), dh.data<T>(), [&](std::int64_t t) {
    kernels::gru_cell_backward<T>(step_of<T>(r, t, h0, gates, h),
                                  doutput.data<T>() + r.packing.offset(t) * d, dh.data<T>());
  });
  add_gradients<T>(r, gates.data<T>(), h.data<T>(), std::move(dh));
}

// The hidden state's share of the new gate has no product of the input to start from.
template <class T>
void clear_hidden_share(const Recurrence& r, T* gates) {
  const std::int64_t d = r.hidden();
  for (std::int64_t row = 0; row < r.packing.total(); ++row)
    std::fill_n(gates + row * r.columns + 3 * d, d, T(0));
}

template <class T>
Variable gru_of(const Recurrence& r) {
  const std::int64_t n = r.packing.total();
  Tensor gates(Shape{n, r.columns}, r.x.dtype());
  Tensor h(Shape{n, r.hidden()}, r.x.dtype());
  const Tensor bias = gate_bias<T>(r);
  multiply_inputs<T>(r, gates.data<T>());
  clear_hidden_share<T>(r, gates.data<T>());
  const Tensor start = state_or_zeros(r, r.h0);
  const T* h0 = r.h0.defined() ? start.data<T>() : nullptr;
  unroll<T>(r, gates.data<T>(), h0, h.data<T>(), [&](std::int64_t t) {
    kernels::gru_cell<T>(step_of<T>(r, t, start, gates, h), bias.data<T>());
  });
  return Variable::make(h, r.inputs(), [r, gates, h](const Tensor& doutput) mutable {
    gru_backward<T>(r, gates, h, doutput);
  });
}

}  // namespace

RnnResult gru(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0) {
  Recurrence r{"gru", x, packing, weights, h0};
  check_recurrence(r, 3);
  const std::int64_t d = r.hidden();
  r.columns = 4 * d;
  r.input_blocks = {{0, 2 * d, d}, {d, 0, 2 * d}};
  r.hidden_block = {d, 0, 3 * d};
  const Variable output = for_floating(x.dtype(), r.op, [&]<class T>() { return gru_of<T>(r); });
  return {output, last_states(r, output)};
}

}  // namespace limn::ops
