#include "limn/ops/recurrent_cell.h"

#include "core/check.h"
#include "kernels/lstm_cell.h"
#include "kernels/maxout_lstm_cell.h"
#include "kernels/rows.h"
#include "limn/core/dispatch.h"
#include "limn/ops/reshape.h"

namespace limn::ops {
namespace {

/// What a step remembers. `joint` [2·B, D] is its one result: h, then c.
struct CellMemory {
  std::int64_t rows;
  std::int64_t hidden;
  Tensor c_before;
  Tensor gates;
  Tensor joint;
  GateOrder order = GateOrder::cell_output;

  template <class T>
  kernels::LstmStep<T> step() {
    T* h = joint.data<T>();
    kernels::LstmStep<T> step{rows, hidden, c_before.data<T>(), gates.data<T>(), h + rows * hidden,
                              h};
    if (order == GateOrder::output_cell) std::swap(step.cell_block, step.output_block);
    return step;
  }
};

// D of gates [B, count·D].
std::int64_t hidden_of(const char* op, const Variable& gates, std::int64_t count) {
  const Shape& shape = gates.shape();
  require(shape.rank() == 2 && shape[1] % count == 0, "{}: gates must be [B, {}·D]; got {}", op,
          count, shape);
  return shape[1] / count;
}

void check_part(const char* op, const char* name, const Variable& gates, const Variable& part,
                const Shape& shape) {
  if (!part.defined()) return;
  require(part.shape() == shape && part.dtype() == gates.dtype(),
          "{}: gates {} need {} {} and its dtype; got {}", op, gates, name, shape, part);
}

CellMemory cell_memory(const Variable& gates, const Variable& c, std::int64_t hidden) {
  const std::int64_t rows = gates.shape()[0];
  const Shape state{rows, hidden};
  return {.rows = rows,
          .hidden = hidden,
          .c_before = c.defined() ? c.value() : Tensor::zeros(state, gates.dtype()),
          .gates = gates.value().clone(),
          .joint = Tensor(Shape{2 * rows, hidden}, gates.dtype())};
}

CellResult parts_of(const Variable& joint) {
  const std::int64_t rows = joint.shape()[0] / 2;
  return {slice(joint, 0, 0, rows), slice(joint, 0, rows, 2 * rows)};
}

template <class T>
Tensor forget_gate_bias(std::int64_t hidden, double bias) {
  Tensor all = Tensor::zeros(Shape{4 * hidden}, dtype_of<T>);
  std::fill_n(all.data<T>() + hidden, hidden, static_cast<T>(bias));
  return all;
}

// The candidates of a maxout cell, the last two blocks of its gates, and what comes by itself.
kernels::RowCopy candidate_rows(const CellMemory& m) {
  return {
      .rows = m.rows, .n = 2 * m.hidden, .from_stride = 2 * m.hidden, .to_stride = 5 * m.hidden};
}

template <class T>
void add_candidates(const Variable& candidates, CellMemory& m) {
  if (!candidates.defined()) return;
  kernels::add_rows<T>(candidate_rows(m), candidates.value().data<T>(),
                       m.gates.data<T>() + 3 * m.hidden);
}

template <class T>
void add_candidates_gradient(const Variable& candidates, const CellMemory& m) {
  if (!candidates.requires_grad()) return;
  kernels::RowCopy back = candidate_rows(m);
  std::swap(back.from_stride, back.to_stride);
  kernels::add_rows<T>(back, m.gates.data<T>() + 3 * m.hidden, candidates.grad().data<T>());
}

template <class T>
Variable lstm_cell_of(const Variable& gates, const Variable& c, CellMemory m, double forget_bias) {
  const Tensor bias = forget_gate_bias<T>(m.hidden, forget_bias);
  kernels::lstm_cell<T>(m.step<T>(), bias.data<T>());
  return Variable::make(m.joint, {gates, c}, [gates, c, m](const Tensor& djoint) mutable {
    Tensor dh = Tensor::zeros(Shape{m.rows, m.hidden}, gates.dtype());
    Tensor dc = djoint.rows(m.rows, 2 * m.rows).clone();
    kernels::lstm_cell_backward<T>(m.step<T>(), {djoint.data<T>(), dh.data<T>(), dc.data<T>()});
    if (gates.requires_grad()) gates.add_to_grad(std::move(m.gates));
    if (c.requires_grad()) c.add_to_grad(std::move(dc));
  });
}

template <class T>
Variable maxout_lstm_cell_of(const Variable& gates, const Variable& c, const Variable& candidates,
                             CellMemory m) {
  add_candidates<T>(candidates, m);
  kernels::maxout_lstm_cell<T>(m.step<T>());
  return Variable::make(m.joint, {gates, c, candidates}, [=](const Tensor& djoint) mutable {
    Tensor dc = djoint.rows(m.rows, 2 * m.rows).clone();
    kernels::maxout_lstm_cell_backward<T>(m.step<T>(), {djoint.data<T>(), nullptr, dc.data<T>()});
    add_candidates_gradient<T>(candidates, m);
    if (gates.requires_grad()) gates.add_to_grad(std::move(m.gates));
    if (c.requires_grad()) c.add_to_grad(std::move(dc));
  });
}

}  // namespace

CellResult lstm_cell(const Variable& gates, const Variable& c, double forget_bias,
                     GateOrder order) {
  const std::int64_t hidden = hidden_of("lstm_cell", gates, 4);
  check_part("lstm_cell", "c", gates, c, Shape{gates.shape()[0], hidden});
  return for_floating(gates.dtype(), "lstm_cell", [&]<class T>() {
    CellMemory memory = cell_memory(gates, c, hidden);
    memory.order = order;
    return parts_of(lstm_cell_of<T>(gates, c, std::move(memory), forget_bias));
  });
}

CellResult maxout_lstm_cell(const Variable& gates, const Variable& c, const Variable& candidates) {
  const std::int64_t hidden = hidden_of("maxout_lstm_cell", gates, 5);
  const std::int64_t rows = gates.shape()[0];
  check_part("maxout_lstm_cell", "c", gates, c, Shape{rows, hidden});
  check_part("maxout_lstm_cell", "candidates", gates, candidates, Shape{rows, 2 * hidden});
  return for_floating(gates.dtype(), "maxout_lstm_cell", [&]<class T>() {
    return parts_of(maxout_lstm_cell_of<T>(gates, c, candidates, cell_memory(gates, c, hidden)));
  });
}

}  // namespace limn::ops
