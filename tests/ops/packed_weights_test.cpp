#include "ops/packed_weights.h"

#include "limn/autograd/variable.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/recurrent.h"
#include "limn/ops/reshape.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::random_floats;

namespace {

constexpr std::int64_t kInputs = 24, kOutputs = 40;

kernels::StridedMatrix<float> matrix(const Tensor& weight) {
  return kernels::strided(weight.data<float>(), kInputs, kernels::Transpose::yes);
}

ops::PackedWeights::Product ask(ops::PackedWeights& weights, const Tensor& weight,
                                std::int64_t times) {
  return weights.product(weight, kInputs, kOutputs, matrix(weight), times);
}

void require_close(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  for (std::int64_t i = 0; i < a.elements(); ++i)
    REQUIRE(a.data<float>()[i] == Approx(b.data<float>()[i]).margin(1e-5));
}

}  // namespace

TEST_CASE("a weight is packed when it is asked for the second time, and kept") {
  const Tensor weight = random_floats(Shape{kOutputs, kInputs}, 1);
  ops::PackedWeights weights;
  const auto first = ask(weights, weight, 1), second = ask(weights, weight, 1);
  CHECK(first != second);
  CHECK(ask(weights, weight, 1) == second);
  CHECK(ask(weights, weight, 5) == second);
}

TEST_CASE("a weight that is asked for several times at once is packed at once") {
  const Tensor weight = random_floats(Shape{kOutputs, kInputs}, 1);
  ops::PackedWeights weights;
  const auto none = ask(weights, weight, 0), packed = ask(weights, weight, 3);
  CHECK(none != packed);
  CHECK(ask(weights, weight, 1) == packed);
  CHECK(ask(weights, weight, 0) == packed);
}

TEST_CASE("what was packed of a weight that is gone is not taken for another at its place") {
  ops::PackedWeights weights;
  alignas(64) float place[kOutputs * kInputs] = {};
  const auto weight_at_the_place = [&] {
    return Tensor(Shape{kOutputs, kInputs}, DType::float32, place, std::make_shared<int>(0));
  };
  const auto sum_of_ones = [&](const Tensor& weight) {
    const std::vector<float> ones(kInputs, 1.0F);
    std::vector<float> result(kOutputs);
    for (int i = 0; i < 3; ++i) {
      ask(weights, weight, 1)->multiply(1, ones.data(), kInputs, {}, result.data(), kOutputs);
    }
    return result[0];
  };
  std::fill_n(place, kOutputs * kInputs, 1.0F);
  CHECK(sum_of_ones(weight_at_the_place()) == kInputs);
  std::fill_n(place, kOutputs * kInputs, 2.0F);
  CHECK(sum_of_ones(weight_at_the_place()) == 2 * kInputs);
}

TEST_CASE("linear maps give the same under a guard, each time") {
  const Variable weight(random_floats(Shape{kOutputs, kInputs}, 1));
  const Variable transposed(random_floats(Shape{kInputs, kOutputs}, 2));
  const Variable bias(random_floats(Shape{kOutputs}, 3));
  const Variable x(random_floats(Shape{5, kInputs}, 4)), part(random_floats(Shape{5, 7}, 5));
  const auto all = [&] {
    return std::vector<Tensor>{
        ops::linear(x, weight, bias).value(), ops::linear(x, weight, {}).value(),
        ops::linear_part(part, weight, 9, bias).value(), ops::linear_part(part, weight, 0).value(),
        ops::transposed_linear(x, transposed, bias).value()};
  };
  const auto expected = all();
  ops::PackedWeights weights;
  for (int time = 0; time < 3; ++time) {
    const ops::PackedWeightsGuard guard(weights);
    const auto now = all();
    for (std::size_t i = 0; i < now.size(); ++i) require_close(now[i], expected[i]);
  }
}

TEST_CASE("recurrences give the same under a guard, each time") {
  constexpr std::int64_t d = 16;
  const ops::RecurrentWeights w{Variable(random_floats(Shape{4 * d, kInputs}, 1)),
                                Variable(random_floats(Shape{4 * d, d}, 2)),
                                Variable(random_floats(Shape{4 * d}, 3)),
                                Variable(random_floats(Shape{4 * d}, 4))};
  const Variable x(random_floats(Shape{3, kInputs}, 5)), h(random_floats(Shape{3, d}, 6));
  const Variable c(random_floats(Shape{3, d}, 7));
  const Packing one_step = Packing::of(std::vector<std::int64_t>{1, 1, 1});
  const auto output = [&] { return ops::lstm(x, one_step, w, h, c).output.value(); };
  const Tensor expected = output();
  ops::PackedWeights weights;
  for (int time = 0; time < 3; ++time) {
    const ops::PackedWeightsGuard guard(weights);
    require_close(output(), expected);
  }
}

TEST_CASE("a backward pass that meets a weight many times gives what each time gives") {
  const Tensor w = random_floats(Shape{kOutputs, kInputs}, 1);
  Variable weight(w, true), x(random_floats(Shape{8, kInputs}, 2), true);
  std::vector<Variable> parts;
  for (std::int64_t i = 0; i < 4; ++i)
    parts.push_back(ops::linear(ops::slice(x, 0, 2 * i, 2 * i + 2), weight, {}));
  const Tensor all_dy = random_floats(Shape{8, kOutputs}, 3);
  backward(ops::concatenate(parts, 0), all_dy);

  Variable same_weight(w, true), same_x(x.value(), true);
  backward(ops::linear(same_x, same_weight, {}), all_dy);
  require_close(x.grad(), same_x.grad());
  require_close(weight.grad(), same_weight.grad());
}

TEST_CASE("a backward pass knows nothing of the weights of the pass before") {
  Variable weight(random_floats(Shape{kOutputs, kInputs}, 1), true);
  const Tensor dy = random_floats(Shape{2, kOutputs}, 3);
  const auto dx = [&] {
    Variable x(random_floats(Shape{2, kInputs}, 2), true);
    const Variable sum = ops::add(ops::linear(x, weight, {}),
                                  ops::add(ops::linear(x, weight, {}), ops::linear(x, weight, {})));
    backward(sum, dy);
    return x.grad();
  };
  const Tensor before = dx();
  Tensor same = weight.value();
  for (float& value : same.span<float>()) value *= 2;
  const Tensor after = dx();
  for (std::int64_t i = 0; i < after.elements(); ++i)
    REQUIRE(after.data<float>()[i] == Approx(2 * before.data<float>()[i]).margin(1e-5));
}

TEST_CASE("a guard holds until the end of its scope, for float32 only") {
  const Variable weight(test::random_tensor(Shape{kOutputs, kInputs}, 1));
  const Variable x(test::random_tensor(Shape{5, kInputs}, 2));
  const Tensor expected = ops::linear(x, weight, {}).value();
  ops::PackedWeights outer, inner;
  const ops::PackedWeightsGuard outer_guard(outer);
  {
    const ops::PackedWeightsGuard guard(inner);
    for (int time = 0; time < 3; ++time)
      CHECK(test::elements_of(ops::linear(x, weight, {}).value()) == test::elements_of(expected));
  }
  const Tensor floats = random_floats(Shape{kOutputs, kInputs}, 3);
  const auto ask = [&] {
    return ops::weight_product<float>(floats, kInputs, kOutputs, matrix(floats));
  };
  ask();
  CHECK(ask() == ask());
}
