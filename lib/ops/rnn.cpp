#include "kernels/rnn_cell.h"

#include "limn/core/dispatch.h"
#include "ops/recurrence.h"

namespace limn::ops {
namespace {

template <class T>
void rnn_backward(const Recurrence& r, Tensor& h, const Tensor& doutput) {
  const std::int64_t d = r.hidden();
  Tensor dgates(h.shape(), h.dtype());
  Tensor dh = Tensor::zeros(Shape{r.packing.sequences(), d}, h.dtype());
  unroll_backward<T>(r, dgates.data<T>(), dh.data<T>(), [&](std::int64_t t) {
    const std::int64_t at = r.packing.offset(t) * d;
    kernels::rnn_cell_backward<T>({r.packing.rows(t), d, h.data<T>() + at}, doutput.data<T>() + at,
                                  dh.data<T>(), dgates.data<T>() + at);
  });
  add_gradients<T>(r, dgates.data<T>(), h.data<T>(), std::move(dh));
}

// The gates are computed where h will be.
template <class T>
Variable rnn_of(const Recurrence& r) {
  const std::int64_t d = r.hidden();
  Tensor h(Shape{r.packing.total(), d}, r.x.dtype());
  const Tensor bias = gate_bias<T>(r);
  multiply_inputs<T>(r, h.data<T>());
  const T* h0 = r.h0.defined() ? r.h0.value().data<T>() : nullptr;
  unroll<T>(r, h.data<T>(), h0, h.data<T>(), [&](std::int64_t t) {
    kernels::rnn_cell<T>({r.packing.rows(t), d, h.data<T>() + r.packing.offset(t) * d},
                         bias.data<T>());
  });
  return Variable::make(h, r.inputs(),
                        [r, h](const Tensor& doutput) mutable { rnn_backward<T>(r, h, doutput); });
}

}  // namespace

RnnResult rnn(const Variable& x, const Packing& packing, const RecurrentWeights& weights,
              const Variable& h0) {
  Recurrence r{"rnn", x, packing, weights, h0};
  check_recurrence(r, 1);
  r.columns = r.hidden();
  r.input_blocks = {{0, 0, r.hidden()}};
  r.hidden_block = {0, 0, r.hidden()};
  const Variable output = for_floating(x.dtype(), r.op, [&]<class T>() { return rnn_of<T>(r); });
  return {output, last_states(r, output)};
}

}  // namespace limn::ops
