#include "ops/recurrence.h"

#include <algorithm>

#include "autograd/accumulate.h"
#include "core/check.h"
#include "kernels/column_sums.h"
#include "kernels/elementwise.h"
#include "kernels/gemm.h"
#include "kernels/rows.h"
#include "limn/ops/reshape.h"

namespace limn::ops {
namespace {

using kernels::Transpose;

void check_operand(const Recurrence& r, const char* name, const Variable& v, const Shape& shape) {
  require(v.defined() && v.shape() == shape && v.dtype() == r.x.dtype(),
          "{}: x {} needs {} {}; got {}", r.op, r.x, name, shape, v);
}

// h of the step before for the rows of all steps, but for the first when it started from zeros.
template <class T>
Tensor hidden_before(const Recurrence& r, const T* h) {
  const Packing& packing = r.packing;
  const std::int64_t d = r.hidden();
  const std::int64_t skipped = r.h0.defined() ? 0 : packing.sequences();
  Tensor result(Shape{packing.total() - skipped, d}, r.x.dtype());
  T* to = result.data<T>();
  for (std::int64_t t = r.h0.defined() ? 0 : 1; t < packing.steps(); ++t) {
    const T* from = t == 0 ? r.h0.value().data<T>() : h + packing.offset(t - 1) * d;
    to = std::copy_n(from, packing.rows(t) * d, to);
  }
  return result;
}

// Rows of dw += dgatesᵀ · x, for n rows of gates and x.
template <class T>
void add_weight_gradient(const GateBlock& block, std::int64_t n, const T* dgates,
                         std::int64_t columns, const T* x, Tensor& dw) {
  const std::int64_t inputs = dw.shape()[1];
  kernels::gemm<T>(block.count, inputs, n, dgates + block.column, columns, x, inputs,
                   dw.data<T>() + block.row * inputs, inputs, {.a = Transpose::yes, .add = true});
}

template <class T>
void add_input_gradients(const Recurrence& r, const T* dgates) {
  const std::int64_t inputs = r.x.shape()[1];
  for (const GateBlock& block : r.input_blocks) {
    if (r.x.requires_grad() && !r.weights.w_ih.defined()) {
      kernels::add_rows<T>({r.packing.total(), block.count, r.columns, inputs},
                           dgates + block.column, r.x.grad().data<T>() + block.row);
    } else if (r.x.requires_grad()) {
      accumulate<T>(r.x, [&](T* gradient, bool add) {
        kernels::gemm<T>(r.packing.total(), inputs, block.count, dgates + block.column, r.columns,
                         r.weights.w_ih.value().data<T>() + block.row * inputs, inputs, gradient,
                         inputs, {.add = add});
      });
    }
    if (r.weights.w_ih.requires_grad()) {
      add_weight_gradient<T>(block, r.packing.total(), dgates, r.columns, r.x.value().data<T>(),
                             r.weights.w_ih.grad());
    }
  }
}

template <class T>
void add_bias_gradients(const Recurrence& r, const T* dgates) {
  const RecurrentWeights& w = r.weights;
  if (!w.b_ih.requires_grad() && !w.b_hh.requires_grad()) return;
  Tensor sums = Tensor::zeros(Shape{r.columns}, r.x.dtype());
  kernels::add_column_sums<T>(r.packing.total(), r.columns, dgates, sums.data<T>());
  const auto add = [&](const GateBlock& block, const Variable& bias) {
    kernels::axpy<T>(block.count, 1, sums.data<T>() + block.column,
                     bias.grad().data<T>() + block.row);
  };
  if (w.b_hh.requires_grad()) add(r.hidden_block, w.b_hh);
  if (w.b_ih.requires_grad())
    for (const GateBlock& block : r.input_blocks) add(block, w.b_ih);
}

}  // namespace

std::vector<Variable> Recurrence::inputs() const {
  return {x, weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh, h0};
}

void check_recurrence(const Recurrence& r, std::int64_t gates, const Variable& c0) {
  const std::int64_t n = r.packing.total();
  require(r.x.shape().rank() == 2 && r.x.shape()[0] == n,
          "{}: x must be [N, E] with the N = {} of the packing; got {}", r.op, n, r.x);
  const Variable& w_hh = r.weights.w_hh;
  require(w_hh.defined() && w_hh.shape().rank() == 2 && w_hh.shape()[0] == gates * w_hh.shape()[1],
          "{}: w_hh must be [{}·D, D]; got {}", r.op, gates, w_hh);
  const std::int64_t rows = w_hh.shape()[0];
  check_operand(r, "w_hh", w_hh, w_hh.shape());
  if (r.weights.w_ih.defined()) {
    check_operand(r, "w_ih", r.weights.w_ih, Shape{rows, r.x.shape()[1]});
  } else {
    require(r.x.shape()[1] == rows, "{}: without w_ih, x must be its products [N, {}]; got {}",
            r.op, rows, r.x);
  }
  if (r.weights.b_ih.defined()) check_operand(r, "b_ih", r.weights.b_ih, Shape{rows});
  if (r.weights.b_hh.defined()) check_operand(r, "b_hh", r.weights.b_hh, Shape{rows});
  const Shape state{r.packing.sequences(), r.hidden()};
  if (r.h0.defined()) check_operand(r, "h0", r.h0, state);
  if (c0.defined()) check_operand(r, "c0", c0, state);
}

bool is_recorded(const std::vector<Variable>& inputs) {
  return gradients_are_recorded() &&
         std::any_of(inputs.begin(), inputs.end(), [](const auto& v) { return v.requires_grad(); });
}

template <class T>
Tensor gate_bias(const Recurrence& r) {
  Tensor sum = Tensor::zeros(Shape{r.columns}, r.x.dtype());
  const auto add = [&](const GateBlock& block, const Variable& bias) {
    if (!bias.defined()) return;
    kernels::axpy<T>(block.count, 1, bias.value().data<T>() + block.row,
                     sum.data<T>() + block.column);
  };
  add(r.hidden_block, r.weights.b_hh);
  for (const GateBlock& block : r.input_blocks) add(block, r.weights.b_ih);
  return sum;
}

template <class T>
void multiply_inputs(const Recurrence& r, T* gates) {
  const std::int64_t inputs = r.x.shape()[1];
  const T* x = r.x.value().data<T>();
  for (const GateBlock& block : r.input_blocks) {
    if (!r.weights.w_ih.defined()) {
      kernels::copy_rows({r.packing.total(), block.count, inputs, r.columns}, sizeof(T),
                         x + block.row, gates + block.column);
      continue;
    }
    const Tensor& weight = r.weights.w_ih.value();
    const auto product = weight_product<T>(
        weight, inputs, block.count,
        kernels::strided(weight.data<T>() + block.row * inputs, inputs, Transpose::yes));
    product->multiply(r.packing.total(), x, inputs, {}, gates + block.column, r.columns);
  }
}

Tensor state_or_zeros(const Recurrence& r, const Variable& state) {
  return state.defined() ? state.value()
                         : Tensor::zeros(Shape{r.packing.sequences(), r.hidden()}, r.x.dtype());
}

template <class T>
void add_gradients(const Recurrence& r, const T* dgates, const T* h, Tensor dh0) {
  add_input_gradients<T>(r, dgates);
  if (r.weights.w_hh.requires_grad()) {
    const Tensor before = hidden_before<T>(r, h);
    const std::int64_t skipped = r.packing.total() - before.shape()[0];
    add_weight_gradient<T>(r.hidden_block, before.shape()[0], dgates + skipped * r.columns,
                           r.columns, before.data<T>(), r.weights.w_hh.grad());
  }
  add_bias_gradients<T>(r, dgates);
  if (r.h0.requires_grad()) r.h0.add_to_grad(std::move(dh0));
}

Variable last_states(const Recurrence& r, const Variable& output) {
  return r.packing.steps() == 1 ? output : gather_rows(output, r.packing.last_rows());
}

template Tensor gate_bias<float>(const Recurrence&);
template Tensor gate_bias<double>(const Recurrence&);
template void multiply_inputs(const Recurrence&, float*);
template void multiply_inputs(const Recurrence&, double*);
template void add_gradients(const Recurrence&, const float*, const float*, Tensor);
template void add_gradients(const Recurrence&, const double*, const double*, Tensor);

}  // namespace limn::ops
