#include "limn/ops/recurrent_cell.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/ops/recurrent.h"
#include "limn/ops/reshape.h"
#include "support/difference.h"
#include "support/gradients.h"

using namespace limn;
using ops::CellResult;
using test::doubles;
using test::elements_of;
using test::random_tensor;

namespace {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

Variable both(const CellResult& cell) { return ops::concatenate({cell.h, cell.c}, 0); }

using CellFunction = std::function<CellResult(const std::vector<Variable>&)>;

// Of h and c together, and of each alone.
void require_cell_gradients(const CellFunction& cell, const std::vector<Tensor>& inputs) {
  for (const auto& part :
       {+[](const CellResult& r) { return both(r); }, +[](const CellResult& r) { return r.h; },
        +[](const CellResult& r) { return r.c; }}) {
    test::require_gradients([&](const auto& in) { return part(cell(in)); }, inputs);
  }
}

}  // namespace

TEST_CASE("lstm_cell of hand-worked values") {
  const Variable gates(doubles(Shape{1, 4}, {1, 2, 0.5, -1}));
  const CellResult r = ops::lstm_cell(gates, Variable(doubles(Shape{1, 1}, {3})), 0.5);
  const double c = logistic(2.5) * 3 + logistic(1) * std::tanh(0.5);
  REQUIRE(r.c.value().item() == Approx(c));
  REQUIRE(r.h.value().item() == Approx(logistic(-1) * std::tanh(c)));
  const CellResult first = ops::lstm_cell(gates, {});
  REQUIRE(first.c.value().item() == Approx(logistic(1) * std::tanh(0.5)));
}

TEST_CASE("maxout_lstm_cell of hand-worked values") {
  const Variable gates(doubles(Shape{1, 5}, {1, 2, -1, 4, 1}));
  const Variable c_before(doubles(Shape{1, 1}, {3}));
  const CellResult r = ops::maxout_lstm_cell(gates, c_before);
  const double c = logistic(2) * 3 + logistic(1) * 4;
  REQUIRE(r.c.value().item() == Approx(c));
  REQUIRE(r.h.value().item() == Approx(logistic(-1) * std::tanh(c)));
  const Variable candidates(doubles(Shape{1, 2}, {-6, 1.5}));
  const CellResult other = ops::maxout_lstm_cell(gates, {}, candidates);
  REQUIRE(other.c.value().item() == Approx(logistic(1) * 2.5));
  REQUIRE(elements_of(gates.value()) == std::vector<double>{1, 2, -1, 4, 1});
}

TEST_CASE("lstm_cell is a step of lstm") {
  const std::int64_t rows = 5, hidden = 19;
  const Tensor x = random_tensor(Shape{rows, 4 * hidden}, 1);
  const Variable c(random_tensor(Shape{rows, hidden}, 2));
  Tensor identity = Tensor::zeros(Shape{4 * hidden, 4 * hidden}, DType::float64);
  for (std::int64_t i = 0; i < 4 * hidden; ++i) identity.data<double>()[i * (4 * hidden + 1)] = 1;
  const Variable zero(Tensor::zeros(Shape{4 * hidden, hidden}, DType::float64));
  const auto whole = ops::lstm(Variable(x), Packing::of(std::vector<std::int64_t>(rows, 1)),
                               {Variable(identity), zero, {}, {}}, {}, c, {.forget_bias = 0.7});
  const CellResult cell = ops::lstm_cell(Variable(x), c, 0.7);
  REQUIRE(test::largest_difference(cell.h.value(), whole.h.value()) < 1e-14);
  REQUIRE(test::largest_difference(cell.c.value(), whole.c.value()) < 1e-14);
}

TEST_CASE("lstm_cell reads its gates in either order") {
  const Tensor gates = random_tensor(Shape{3, 8}, 1);
  const Variable all(gates);
  const Variable swapped = ops::concatenate(
      {ops::slice(all, 1, 0, 4), ops::slice(all, 1, 6, 8), ops::slice(all, 1, 4, 6)}, 1);
  const Variable c(random_tensor(Shape{3, 2}, 2));
  const CellResult one = ops::lstm_cell(all, c, 0.5);
  const CellResult other = ops::lstm_cell(swapped, c, 0.5, ops::GateOrder::output_cell);
  REQUIRE(elements_of(one.h.value()) == elements_of(other.h.value()));
  REQUIRE(elements_of(one.c.value()) == elements_of(other.c.value()));
  require_cell_gradients(
      [](const auto& in) { return ops::lstm_cell(in[0], in[1], 1, ops::GateOrder::output_cell); },
      {gates, random_tensor(Shape{3, 2}, 2)});
}

TEST_CASE("gradients of the recurrent cells") {
  for (const auto& [rows, hidden] : {std::pair{3, 5}, {1, 1}, {4, 17}}) {
    const Tensor c = random_tensor(Shape{rows, hidden}, 2);
    require_cell_gradients([](const auto& in) { return ops::lstm_cell(in[0], in[1], 1); },
                           {random_tensor(Shape{rows, 4 * hidden}, 1), c});
    require_cell_gradients([](const auto& in) { return ops::lstm_cell(in[0], {}); },
                           {random_tensor(Shape{rows, 4 * hidden}, 1)});
    const Tensor gates = random_tensor(Shape{rows, 5 * hidden}, 3);
    require_cell_gradients(
        [](const auto& in) { return ops::maxout_lstm_cell(in[0], in[1], in[2]); },
        {gates, c, random_tensor(Shape{rows, 2 * hidden}, 4)});
    require_cell_gradients([](const auto& in) { return ops::maxout_lstm_cell(in[0], {}); },
                           {gates});
  }
}

TEST_CASE("equal candidates share the gradient") {
  const Variable gates(doubles(Shape{1, 5}, {0, 0, 0, 2, 2}), true);
  backward(ops::maxout_lstm_cell(gates, {}).c, doubles(Shape{1, 1}, {1}));
  REQUIRE(gates.grad().data<double>()[3] == 0.25);
  REQUIRE(gates.grad().data<double>()[4] == 0.25);
}

TEST_CASE("recurrent cells take no rows") {
  const Variable none(Tensor::zeros(Shape{0, 20}));
  REQUIRE(ops::lstm_cell(none, {}).h.shape() == Shape{0, 5});
  REQUIRE(ops::maxout_lstm_cell(none, {}).c.shape() == Shape{0, 4});
}

TEST_CASE("recurrent cells say what does not fit") {
  const auto zeros = [](const Shape& shape, DType dtype = DType::float32) {
    return Variable(Tensor::zeros(shape, dtype));
  };
  REQUIRE_THROWS_TEXT(ops::lstm_cell(zeros(Shape{2, 6}), {}), InvalidArgument,
                      "lstm_cell: gates must be [B, 4·D]; got [2, 6]");
  REQUIRE_THROWS_TEXT(ops::maxout_lstm_cell(zeros(Shape{5}), {}), InvalidArgument,
                      "maxout_lstm_cell: gates must be [B, 5·D]; got [5]");
  REQUIRE_THROWS_TEXT(
      ops::lstm_cell(zeros(Shape{2, 8}), zeros(Shape{2, 3})), InvalidArgument,
      "lstm_cell: gates float32 [2, 8] need c [2, 2] and its dtype; got float32 [2, 3]");
  REQUIRE_THROWS_TEXT(
      ops::maxout_lstm_cell(zeros(Shape{2, 5}), zeros(Shape{2, 1}, DType::float64)),
      InvalidArgument,
      "maxout_lstm_cell: gates float32 [2, 5] need c [2, 1] and its dtype; got float64 [2, 1]");
  REQUIRE_THROWS_TEXT(ops::maxout_lstm_cell(zeros(Shape{2, 5}), {}, zeros(Shape{2, 1})),
                      InvalidArgument,
                      "maxout_lstm_cell: gates float32 [2, 5] need candidates [2, 2] and its "
                      "dtype; got float32 [2, 1]");
  REQUIRE_THROWS_TEXT(ops::lstm_cell(zeros(Shape{2, 4}, DType::int32), {}), InvalidArgument,
                      "lstm_cell: needs float32 or float64; got int32");
}
