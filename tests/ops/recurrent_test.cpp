#include "limn/ops/recurrent.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/golden.h"
#include "support/recurrences.h"
#include "support/tensors.h"

using namespace limn;
using test::Recurrence;
using test::RecurrentInputs;
using test::RecurrentSizes;
using test::require_close;

namespace {

std::vector<Variable> variables(const std::vector<Tensor>& tensors, bool requires_grad = false) {
  std::vector<Variable> result;
  for (const Tensor& tensor : tensors) result.emplace_back(tensor.clone(), requires_grad);
  return result;
}

RecurrentInputs random_case(Recurrence kind, const RecurrentSizes& sizes,
                            DType dtype = DType::float64) {
  return test::inputs_of(sizes, variables(test::random_inputs(kind, sizes, dtype)));
}

RecurrentInputs to_double(RecurrentInputs in) {
  for (Variable* v : {&in.x, &in.weights.w_ih, &in.weights.w_hh, &in.weights.b_ih, &in.weights.b_hh,
                      &in.h0, &in.c0}) {
    if (v->defined()) *v = Variable(v->value().to(DType::float64));
  }
  return in;
}

Variable constant(const Shape& shape, const std::vector<double>& values) {
  return Variable(test::doubles(shape, values));
}

void require_naive(Recurrence kind, const RecurrentInputs& in, double tolerance) {
  const auto results = test::run(kind, in);
  const auto expected = test::naive::run(kind, to_double(in));
  for (std::size_t i = 0; i < expected.size(); ++i)
    require_close(results[i].value(), expected[i], tolerance);
}

}  // namespace

TEST_CASE("rnn of two hand-worked sequences") {
  // h = tanh(2 x + 0.5 h + 0.1): one step of x = 0.2, and two of 0.5 and −1.
  const auto result =
      ops::rnn(constant(Shape{3, 1}, {0.5, 0.2, -1}), Packing::of(std::vector<std::int64_t>{2, 1}),
               {constant(Shape{1, 1}, {2}), constant(Shape{1, 1}, {0.5}), constant(Shape{1}, {0.3}),
                constant(Shape{1}, {-0.2})});
  const double first = std::tanh(1.1);
  const double second = std::tanh(-1.9 + 0.5 * first);
  const double other = std::tanh(0.5);
  require_close(result.output.value(), constant(Shape{3, 1}, {first, other, second}).value(),
                1e-12);
  require_close(result.h.value(), constant(Shape{2, 1}, {second, other}).value(), 1e-12);
}

TEST_CASE("lstm of one hand-worked step") {
  // Only the forget gate has weights: c = σ(1.5 + 0.5) · 2 + σ(0) · tanh(0), h = σ(0) · tanh(c).
  const auto result =
      ops::lstm(constant(Shape{1, 1}, {1.5}), Packing::of(std::vector<std::int64_t>{1}),
                {constant(Shape{4, 1}, {0, 1, 0, 0}), constant(Shape{4, 1}, {0, 0, 0, 0}), {}, {}},
                {}, constant(Shape{1, 1}, {2}), {.forget_bias = 0.5});
  const double c = 2 / (1 + std::exp(-2.0));
  REQUIRE(result.c.value().item() == Approx(c));
  REQUIRE(result.h.value().item() == Approx(0.5 * std::tanh(c)));
  REQUIRE(result.output.value().item() == result.h.value().item());
}

TEST_CASE("gru of one hand-worked step") {
  // r = σ(1), z = σ(−1), n = tanh(0.5 + r · (0.25 · 2 + 0.1)), h = (1 − z) n + z 2.
  const auto result =
      ops::gru(constant(Shape{1, 1}, {1}), Packing::of(std::vector<std::int64_t>{1}),
               {constant(Shape{3, 1}, {1, -1, 0.5}),
                constant(Shape{3, 1}, {0, 0, 0.25}),
                {},
                constant(Shape{3}, {0, 0, 0.1})},
               constant(Shape{1, 1}, {2}));
  const double r = 1 / (1 + std::exp(-1.0));
  const double z = 1 - r;
  REQUIRE(result.h.value().item() == Approx((1 - z) * std::tanh(0.5 + r * 0.6) + z * 2));
}

TEST_CASE("recurrences agree with the naive loop") {
  for (const Recurrence kind : test::kRecurrences) {
    for (const auto& lengths : std::vector<std::vector<std::int64_t>>{
             {5, 3, 3, 1}, {1}, {4}, {1, 1, 1}, {2, 2}, {6, 1}}) {
      for (const bool bias : {false, true}) {
        for (const bool state : {false, true}) {
          const RecurrentSizes sizes{lengths, 3, 5, bias, state};
          INFO(test::name_of(kind)
               << ", longest " << lengths[0] << ", bias " << bias << ", state " << state);
          require_naive(kind, random_case(kind, sizes), 1e-12);
          require_naive(kind, random_case(kind, sizes, DType::float32), 1e-5);
        }
      }
    }
  }
}

TEST_CASE("recurrences agree with the naive loop over many rows") {
  std::vector<std::int64_t> lengths;
  for (std::int64_t b = 0; b < 70; ++b) lengths.push_back(6 - b / 14);
  for (const Recurrence kind : test::kRecurrences) {
    INFO(test::name_of(kind));
    require_naive(kind, random_case(kind, {lengths, 10, 67}, DType::float32), 1e-5);
  }
}

TEST_CASE("either bias may be missing") {
  for (const Recurrence kind : test::kRecurrences) {
    for (const bool input_bias : {false, true}) {
      RecurrentInputs in = random_case(kind, {{3, 2}, 2, 3});
      (input_bias ? in.weights.b_hh : in.weights.b_ih) = {};
      require_naive(kind, in, 1e-12);
    }
  }
}

TEST_CASE("the forget bias is inside the gate") {
  RecurrentInputs in = random_case(Recurrence::lstm, {{3, 2}, 2, 3});
  in.options.forget_bias = 1;
  require_naive(Recurrence::lstm, in, 1e-12);
}

TEST_CASE("lstm may start from one state only") {
  RecurrentInputs in = random_case(Recurrence::lstm, {{3, 2}, 2, 3});
  SECTION("h") { in.c0 = {}; }
  SECTION("c") { in.h0 = {}; }
  require_naive(Recurrence::lstm, in, 1e-12);
}

TEST_CASE("step by step is the same as the whole sequence") {
  for (const Recurrence kind : test::kRecurrences) {
    for (const bool recorded : {false, true}) {
      const RecurrentSizes sizes{{4, 4, 4}, 3, 5};
      RecurrentInputs in =
          test::inputs_of(sizes, variables(test::random_inputs(kind, sizes), recorded));
      const auto whole = test::run(kind, in);
      const Tensor x = in.x.value();
      in.packing = Packing::of(std::vector<std::int64_t>{1, 1, 1});
      for (std::int64_t t = 0; t < 4; ++t) {
        in.x = Variable(x.rows(3 * t, 3 * t + 3));
        const auto step = test::run(kind, in);
        require_close(step[0].value(), whole[0].value().rows(3 * t, 3 * t + 3), 1e-13);
        in.h0 = step[1];
        if (kind == Recurrence::lstm) in.c0 = step[2];
      }
      for (std::size_t i = 1; i < whole.size(); ++i)
        require_close(i == 1 ? in.h0.value() : in.c0.value(), whole[i].value(), 1e-13);
    }
  }
}

TEST_CASE("recurrences of no sequences") {
  for (const Recurrence kind : test::kRecurrences) {
    for (const bool recorded : {false, true}) {
      const RecurrentSizes sizes{{}, 3, 5};
      const auto inputs = variables(test::random_inputs(kind, sizes), recorded);
      const auto results = test::run(kind, test::inputs_of(sizes, inputs));
      for (const Variable& result : results) REQUIRE(result.shape() == Shape{0, 5});
      if (!recorded) continue;
      backward(results[0], Tensor(Shape{0, 5}, DType::float64));
      for (const double value : inputs[1].grad().span<double>()) REQUIRE(value == 0);
    }
  }
}

TEST_CASE("recurrences say what does not fit") {
  const auto zeros = [](const Shape& shape) { return Variable(Tensor::zeros(shape)); };
  const Packing packing = Packing::of(std::vector<std::int64_t>{2, 1});
  const ops::RecurrentWeights good{zeros(Shape{12, 2}), zeros(Shape{12, 3}), {}, {}};
  const Variable x = zeros(Shape{3, 2});
  REQUIRE_THROWS_TEXT(ops::lstm(zeros(Shape{4, 2}), packing, good), InvalidArgument,
                      "lstm: x must be [N, E] with the N = 3 of the packing; got float32 [4, 2]");
  REQUIRE_THROWS_TEXT(ops::gru(x, packing, good), InvalidArgument,
                      "gru: w_hh must be [3·D, D]; got float32 [12, 3]");
  REQUIRE_THROWS_TEXT(ops::rnn(x, packing, {good.w_ih, {}, {}, {}}), InvalidArgument,
                      "rnn: w_hh must be [1·D, D]; got none");
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, {zeros(Shape{12, 5}), good.w_hh, {}, {}}),
                      InvalidArgument,
                      "lstm: x float32 [3, 2] needs w_ih [12, 2]; got float32 [12, 5]");
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, {good.w_ih, good.w_hh, zeros(Shape{3}), {}}),
                      InvalidArgument, "lstm: x float32 [3, 2] needs b_ih [12]; got float32 [3]");
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, {good.w_ih, good.w_hh, {}, zeros(Shape{12, 1})}),
                      InvalidArgument,
                      "lstm: x float32 [3, 2] needs b_hh [12]; got float32 [12, 1]");
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, {{}, good.w_hh, {}, {}}), InvalidArgument,
                      "lstm: without w_ih, x must be its products [N, 12]; got float32 [3, 2]");
  const Variable wide(Tensor::zeros(Shape{2, 3}, DType::float64));
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, good, wide), InvalidArgument,
                      "lstm: x float32 [3, 2] needs h0 [2, 3]; got float64 [2, 3]");
  REQUIRE_THROWS_TEXT(ops::lstm(x, packing, good, {}, zeros(Shape{3, 3})), InvalidArgument,
                      "lstm: x float32 [3, 2] needs c0 [2, 3]; got float32 [3, 3]");
}
