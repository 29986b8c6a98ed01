#include "limn/ops/batch_norm.h"

#include <cmath>

#include "limn/core/allocator.h"
#include "limn/core/error.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "support/difference.h"
#include "support/gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using test::random_floats;
using test::random_tensor;

namespace {

Tensor full(std::int64_t n, double value, DType dtype = DType::float64) {
  return Tensor::full(Shape{n}, value, dtype);
}

}  // namespace

TEST_CASE("batch_norm of a hand-worked column") {
  // Mean 2, biased variance 1, unbiased 2.
  const Variable x(Tensor::from(Shape{2, 1}, std::vector<double>{1, 3}));
  Tensor mean = full(1, 10);
  Tensor variance = full(1, 4);
  const Variable y = ops::batch_norm(x, Variable(full(1, 2)), Variable(full(1, 5)), mean, variance,
                                     {.training = true, .momentum = 0.25, .epsilon = 1e-12});
  REQUIRE(y.value().data<double>()[0] == Approx(3));
  REQUIRE(y.value().data<double>()[1] == Approx(7));
  REQUIRE(mean.item() == Approx(0.75 * 10 + 0.25 * 2));
  REQUIRE(variance.item() == Approx(0.75 * 4 + 0.25 * 2));
}

TEST_CASE("batch_norm in evaluation uses and keeps the running statistics") {
  const Variable x(Tensor::from(Shape{1, 1}, std::vector<double>{7}));
  Tensor mean = full(1, 3);
  Tensor variance = full(1, 4);
  const Variable y = ops::batch_norm(x, Variable(full(1, 10)), Variable(full(1, 1)), mean, variance,
                                     {.epsilon = 1e-12});
  REQUIRE(y.value().item() == Approx(21));
  REQUIRE(mean.item() == 3);
  REQUIRE(variance.item() == 4);
}

TEST_CASE("gradients of batch_norm") {
  for (const bool training : {true, false}) {
    for (const Shape& shape : {Shape{2, 3, 2, 3}, Shape{5, 4}, Shape{2, 1}}) {
      const std::int64_t channels = shape[-1];
      INFO(shape.to_string() << " training " << training);
      test::require_gradients(
          [&](const auto& in) {
            Tensor mean = random_tensor(Shape{channels}, 4);
            Tensor variance = random_tensor(Shape{channels}, 5, DType::float64, 0.5, 2);
            return ops::batch_norm(in[0], in[1], in[2], mean, variance,
                                   {.training = training, .epsilon = 1e-2});
          },
          {random_tensor(shape, 1), random_tensor(Shape{channels}, 2),
           random_tensor(Shape{channels}, 3)});
    }
  }
}

TEST_CASE("gradients of batch_norm with a residual, what cuts off, or both") {
  const Shape shape{3, 4, 5};
  std::vector<Tensor> inputs = {random_tensor(shape, 1),
                                random_tensor(Shape{5}, 2, DType::float64, 1, 4),
                                random_tensor(Shape{5}, 3, DType::float64, 0, 6)};
  for (const bool residual : {false, true}) {
    if (residual) inputs.push_back(random_tensor(shape, 6));
    for (const bool training : {true, false}) {
      for (const ops::Cutoff cutoff : {ops::Cutoff::none, ops::Cutoff::relu, ops::Cutoff::relu6}) {
        INFO("training " << training << ", cutoff " << static_cast<int>(cutoff) << ", residual "
                         << residual);
        test::require_gradients(
            [&](const auto& in) {
              Tensor mean = random_tensor(Shape{5}, 4);
              Tensor variance = random_tensor(Shape{5}, 5, DType::float64, 0.5, 2);
              return ops::batch_norm(in[0], in[1], in[2], mean, variance,
                                     {.training = training, .epsilon = 1e-2, .cutoff = cutoff},
                                     residual ? in[3] : Variable());
            },
            inputs);
      }
    }
  }
}

// Of more rows than one thread sums.
TEST_CASE("gradients of batch_norm with all are those of the operations one by one") {
  const test::ThreadCount threads(3);
  const Shape shape{8, 10, 10, 24};
  const auto gradients = [&](bool fused, bool residual_learns) {
    const Variable x(random_floats(shape, 1), true),
        residual(random_floats(shape, 4), residual_learns);
    const Variable gamma(random_floats(Shape{24}, 2, 1, 4), true);
    const Variable beta(random_floats(Shape{24}, 3, 0, 6), true);
    Tensor mean = full(24, 0, DType::float32), variance = full(24, 1, DType::float32);
    const Variable y =
        fused ? ops::batch_norm(x, gamma, beta, mean, variance,
                                {.training = true, .cutoff = ops::Cutoff::relu6}, residual)
              : ops::relu6(ops::add(
                    ops::batch_norm(x, gamma, beta, mean, variance, {.training = true}), residual));
    backward(y, random_floats(shape, 5));
    std::vector<Tensor> all = {x.grad(), gamma.grad(), beta.grad()};
    if (residual_learns) all.push_back(residual.grad());
    return all;
  };
  for (const bool residual_learns : {false, true}) {
    const auto mine = gradients(true, residual_learns), parts = gradients(false, residual_learns);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      INFO("gradient " << i << ", residual " << residual_learns);
      test::require_close(mine[i], parts[i], 1e-4);
    }
  }
}

TEST_CASE("batch_norm with all is the operations one by one") {
  const Shape shape{6, 7, 20};
  const Variable gamma(random_floats(Shape{20}, 2, 1, 4)), beta(random_floats(Shape{20}, 3, 0, 6));
  const Variable x(random_floats(shape, 1)), residual(random_floats(shape, 4));
  const auto normal = [&](ops::Cutoff cutoff, const Variable& added) {
    Tensor mean = full(20, 0, DType::float32), variance = full(20, 1, DType::float32);
    return ops::batch_norm(x, gamma, beta, mean, variance, {.training = true, .cutoff = cutoff},
                           added);
  };
  const Variable sum = ops::add(normal(ops::Cutoff::none, {}), residual);
  const auto require_same = [](const Variable& a, const Variable& b) {
    REQUIRE(test::largest_difference(a.value(), b.value()) <= 1e-6);
  };
  require_same(normal(ops::Cutoff::none, residual), sum);
  require_same(normal(ops::Cutoff::relu, residual), ops::relu(sum));
  require_same(normal(ops::Cutoff::relu6, residual), ops::relu6(sum));
}

TEST_CASE("batch_norm gives the same gradients when its result was released") {
  const auto gradients = [](bool release) {
    const Variable x(random_floats(Shape{9, 4}, 1), true), residual(random_floats(Shape{9, 4}, 2));
    const Variable gamma(random_floats(Shape{4}, 3), true), beta(random_floats(Shape{4}, 4), true);
    Tensor mean = full(4, 0, DType::float32), variance = full(4, 1, DType::float32);
    const Variable y = ops::batch_norm(x, gamma, beta, mean, variance,
                                       {.training = true, .cutoff = ops::Cutoff::relu}, residual);
    const Variable z = ops::multiply(y, y);
    if (release) y.release_value();
    backward(z, random_floats(z.shape(), 5));
    std::vector<float> all;
    for (const Variable& v : {x, gamma, beta})
      for (const float g : v.grad().span<float>()) all.push_back(g);
    return all;
  };
  REQUIRE(gradients(true) == gradients(false));
}

TEST_CASE("a released result of batch_norm takes no memory") {
  constexpr std::int64_t rows = 1 << 18;
  const Variable x(random_floats(Shape{rows, 4}, 1), true), one(full(4, 1, DType::float32));
  Tensor mean = full(4, 0, DType::float32), variance = full(4, 1, DType::float32);
  const Variable y = ops::batch_norm(x, one, one, mean, variance,
                                     {.training = true, .cutoff = ops::Cutoff::relu6});
  const auto held = allocator_statistics().bytes_in_use;
  y.release_value();
  REQUIRE(allocator_statistics().bytes_in_use + rows * 4 * sizeof(float) <= held);
}

TEST_CASE("batch_norm of no channels") {
  for (const bool training : {true, false}) {
    const Variable x(Tensor(Shape{2, 0}), true), none(Tensor(Shape{0}), true);
    Tensor mean(Shape{0}), variance(Shape{0});
    const Variable y = ops::batch_norm(x, none, none, mean, variance, {.training = training});
    REQUIRE(y.shape() == Shape{2, 0});
    backward(y, Tensor(y.shape()));
    REQUIRE(x.grad().elements() == 0);
  }
}

TEST_CASE("batch_norm of a large offset keeps its precision") {
  const Shape shape{4, 40, 50, 3};
  Tensor x = random_floats(shape, 1);
  for (float& value : x.span<float>()) value += 1000;
  Tensor mean = full(3, 0, DType::float32);
  Tensor variance = full(3, 0, DType::float32);
  const Variable one(full(3, 1, DType::float32));
  const Variable zero(full(3, 0, DType::float32));
  ops::batch_norm(Variable(x), one, zero, mean, variance, {.training = true, .momentum = 1});
  for (int c = 0; c < 3; ++c) {
    double sum = 0;
    double squares = 0;
    for (std::int64_t row = 0; row < 8000; ++row) sum += x.data<float>()[row * 3 + c];
    for (std::int64_t row = 0; row < 8000; ++row)
      squares += std::pow(x.data<float>()[row * 3 + c] - sum / 8000, 2);
    REQUIRE(mean.data<float>()[c] == Approx(sum / 8000).epsilon(1e-6));
    REQUIRE(variance.data<float>()[c] == Approx(squares / 7999).epsilon(1e-4));
  }
}

TEST_CASE("batch_norm has the same bits on any number of threads") {
  const Shape shape{8, 20, 20, 24};
  const auto run = [&](int count, ops::Cutoff cutoff, bool residual_learns) {
    const test::ThreadCount threads(count);
    const Variable x(random_floats(shape, 1), true),
        residual(random_floats(shape, 4), residual_learns);
    const Variable gamma(random_floats(Shape{24}, 2), true),
        beta(random_floats(Shape{24}, 5), true);
    Tensor mean = full(24, 0, DType::float32);
    Tensor variance = full(24, 1, DType::float32);
    const Variable y = ops::batch_norm(x, gamma, beta, mean, variance,
                                       {.training = true, .cutoff = cutoff}, residual);
    backward(y, random_floats(y.shape(), 3));
    std::vector<Tensor> all = {x.grad(), gamma.grad(), beta.grad(), mean, variance};
    if (residual_learns) all.push_back(residual.grad());
    std::vector<float> result;
    for (const Tensor& tensor : all)
      result.insert(result.end(), tensor.span<float>().begin(), tensor.span<float>().end());
    return result;
  };
  for (const ops::Cutoff cutoff : {ops::Cutoff::none, ops::Cutoff::relu}) {
    for (const bool residual_learns : {false, true})
      REQUIRE(run(1, cutoff, residual_learns) == run(3, cutoff, residual_learns));
  }
}

TEST_CASE("batch_norm says what does not fit") {
  const Variable x(Tensor::zeros(Shape{1, 2}));
  const Variable two(full(2, 1, DType::float32));
  Tensor mean = full(2, 0, DType::float32);
  Tensor variance = full(2, 1, DType::float32);
  REQUIRE_THROWS_TEXT(ops::batch_norm(two, two, two, mean, variance, {}), InvalidArgument,
                      "batch_norm: x must be [..., C] with at least two axes; got [2]");
  REQUIRE_THROWS_TEXT(ops::batch_norm(x, two, two, mean, variance, {.training = true}),
                      InvalidArgument,
                      "batch_norm: training needs at least two values per channel; x is [1, 2]");
  REQUIRE_THROWS_TEXT(ops::batch_norm(x, two, two, mean, variance, {.epsilon = 0}), InvalidArgument,
                      "batch_norm: epsilon must be above 0 and momentum in [0, 1]; got 0 and 0.1");
  Tensor three = full(3, 1, DType::float32);
  REQUIRE_THROWS_TEXT(
      ops::batch_norm(x, two, two, three, variance, {}), InvalidArgument,
      "batch_norm: x float32 [1, 2] needs gamma, beta, mean and variance of [2] and its dtype; got "
      "float32 [2], float32 [2], float32 [3], float32 [2]");
  const Variable wider(Tensor::zeros(Shape{1, 3}));
  REQUIRE_THROWS_TEXT(ops::batch_norm(x, two, two, mean, variance, {}, wider), InvalidArgument,
                      "batch_norm: x is float32 [1, 2], but the residual float32 [1, 3]");
}
