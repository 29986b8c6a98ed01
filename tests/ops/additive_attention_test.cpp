#include "limn/ops/additive_attention.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/difference.h"
#include "support/gradients.h"

using namespace limn;
using ops::ScoreActivation;
using test::doubles;
using test::elements_of;
using test::random_floats;
using test::random_tensor;

namespace {

using Images = std::vector<std::int64_t>;

/// Sizes of an attention, and the image of each row: shared, unsorted, image 1 unused.
struct AttentionCase {
  std::int64_t images, regions, width;
  Images rows;

  std::int64_t count() const { return std::ssize(rows); }
  Shape keys() const { return {images, regions, width}; }
  Shape query() const { return {count(), width}; }
  Shape scores() const { return {count(), regions}; }
};

const std::vector<AttentionCase>& attention_cases() {
  static const std::vector<AttentionCase> all = {{3, 4, 5, {2, 0, 2, 2, 0}},
                                                 {1, 1, 1, {0}},
                                                 {2, 11, 19, {1, 1, 1, 1, 1, 0, 1, 1, 1}},
                                                 {2, 3, 130, {1, 0}}};
  return all;
}

/// Random, but each image keeps some region.
Tensor random_mask(const AttentionCase& c, std::uint64_t seed) {
  Generator generator(seed);
  Tensor mask(Shape{c.images, c.regions}, DType::uint8);
  for (std::uint8_t& one : mask.span<std::uint8_t>())
    one = static_cast<std::uint8_t>(generator.below(2));
  for (std::int64_t b = 0; b < c.images; ++b) mask.data<std::uint8_t>()[b * c.regions] = 1;
  return mask;
}

Variable zero_variable(const Shape& shape, DType dtype = DType::float32) {
  return Variable(Tensor::zeros(shape, dtype));
}

}  // namespace

TEST_CASE("additive_scores element by element") {
  for (const AttentionCase& c : attention_cases()) {
    const Tensor keys = random_tensor(c.keys(), 1), query = random_tensor(c.query(), 2),
                 weight = random_tensor(Shape{c.width}, 3);
    for (const ScoreActivation activation : {ScoreActivation::tanh, ScoreActivation::relu}) {
      Tensor expected = Tensor::zeros(c.scores(), DType::float64);
      for (std::int64_t m = 0; m < c.count(); ++m) {
        for (std::int64_t i = 0; i < c.regions; ++i) {
          double& sum = expected.data<double>()[m * c.regions + i];
          const std::int64_t image = c.rows[static_cast<std::size_t>(m)];
          for (std::int64_t a = 0; a < c.width; ++a) {
            const double x = keys.data<double>()[(image * c.regions + i) * c.width + a] +
                             query.data<double>()[m * c.width + a];
            sum += weight.data<double>()[a] *
                   (activation == ScoreActivation::tanh ? std::tanh(x) : std::max(x, 0.0));
          }
        }
      }
      const auto scores = [&](DType dtype) {
        return ops::additive_scores(Variable(keys.to(dtype)), Variable(query.to(dtype)),
                                    Variable(weight.to(dtype)), c.rows, activation)
            .value()
            .to(DType::float64);
      };
      REQUIRE(test::largest_difference(scores(DType::float64), expected) < 1e-13);
      REQUIRE(test::largest_difference(scores(DType::float32), expected) < 1e-5);
    }
  }
}

TEST_CASE("masked_softmax of hand-worked values") {
  const Variable scores(doubles(Shape{2, 3}, {0, std::log(3), 1000, 5, 5, std::nan("")}), true);
  const Tensor mask = Tensor::from(Shape{2, 3}, std::vector<std::uint8_t>{0, 1, 0, 1, 1, 0});
  const Variable p = ops::masked_softmax(scores, mask, Images{1, 1});
  REQUIRE(p.value().data<double>()[0] == Approx(0.25));
  REQUIRE(p.value().data<double>()[1] == Approx(0.75));
  REQUIRE(p.value().data<double>()[2] == 0);
  REQUIRE(p.value().data<double>()[5] == 0);
  backward(p, doubles(Shape{2, 3}, {1, 0, 7, 1, 0, 7}));
  REQUIRE(scores.grad().data<double>()[0] == Approx(0.25 * 0.75));
  REQUIRE(scores.grad().data<double>()[2] == 0);
  REQUIRE(scores.grad().data<double>()[5] == 0);
  const Variable one = ops::masked_softmax(scores, mask, Images{0, 0});
  REQUIRE(elements_of(one.value()) == std::vector<double>{0, 1, 0, 0, 1, 0});
}

TEST_CASE("weighted_sum element by element") {
  for (const AttentionCase& c : attention_cases()) {
    const Tensor weights = random_tensor(c.scores(), 1), values = random_tensor(c.keys(), 2);
    Tensor expected = Tensor::zeros(c.query(), DType::float64);
    for (std::int64_t m = 0; m < c.count(); ++m) {
      const std::int64_t image = c.rows[static_cast<std::size_t>(m)];
      for (std::int64_t i = 0; i < c.regions; ++i) {
        for (std::int64_t f = 0; f < c.width; ++f)
          expected.data<double>()[m * c.width + f] +=
              weights.data<double>()[m * c.regions + i] *
              values.data<double>()[(image * c.regions + i) * c.width + f];
      }
    }
    const Variable sums = ops::weighted_sum(Variable(weights), Variable(values), c.rows);
    REQUIRE(test::largest_difference(sums.value(), expected) < 1e-14);
  }
}

TEST_CASE("gradients of the parts of additive attention") {
  for (const AttentionCase& c : attention_cases()) {
    INFO(c.keys().to_string());
    for (const ScoreActivation activation : {ScoreActivation::tanh, ScoreActivation::relu}) {
      test::require_gradients(
          [&](const auto& in) {
            return ops::additive_scores(in[0], in[1], in[2], c.rows, activation);
          },
          {random_tensor(c.keys(), 1), random_tensor(c.query(), 2),
           random_tensor(Shape{c.width}, 3)});
    }
    const Tensor mask = random_mask(c, 4);
    test::require_gradients(
        [&](const auto& in) { return ops::masked_softmax(in[0], mask, c.rows); },
        {random_tensor(c.scores(), 5)});
    test::require_gradients([&](const auto& in) { return ops::masked_softmax(in[0], {}, c.rows); },
                            {random_tensor(c.scores(), 5)});
    test::require_gradients([&](const auto& in) { return ops::weighted_sum(in[0], in[1], c.rows); },
                            {random_tensor(c.scores(), 6), random_tensor(c.keys(), 7)});
  }
}

TEST_CASE("additive_scores with a weight for each row is that of the rows by themselves") {
  const AttentionCase& c = attention_cases().front();
  const Variable keys(random_tensor(c.keys(), 1));
  const Tensor query = random_tensor(c.query(), 2), weight = random_tensor(c.query(), 3);
  const Tensor all = ops::additive_scores(keys, Variable(query), Variable(weight), c.rows).value();
  for (std::int64_t m = 0; m < c.count(); ++m) {
    const Variable own(weight.rows(m, m + 1).reshaped(Shape{c.width}));
    const Tensor one = ops::additive_scores(keys, Variable(query.rows(m, m + 1)), own,
                                            Images{c.rows[static_cast<std::size_t>(m)]})
                           .value();
    REQUIRE(elements_of(one) == elements_of(all.rows(m, m + 1)));
  }
  for (const AttentionCase& each : attention_cases()) {
    test::require_gradients(
        [&](const auto& in) { return ops::additive_scores(in[0], in[1], in[2], each.rows); },
        {random_tensor(each.keys(), 1), random_tensor(each.query(), 2),
         random_tensor(each.query(), 3)});
  }
}

TEST_CASE("constants get no gradient, and the others their own") {
  const AttentionCase& c = attention_cases().front();
  const Variable keys(random_tensor(c.keys(), 1)), query(random_tensor(c.query(), 2), true),
      weight(random_tensor(Shape{c.width}, 3)), weights(random_tensor(c.scores(), 4), true);
  backward(ops::additive_scores(keys, query, weight, c.rows), random_tensor(c.scores(), 5));
  backward(ops::weighted_sum(weights, keys, c.rows), random_tensor(c.query(), 6));
  REQUIRE(query.has_grad());
  REQUIRE(weights.has_grad());
  REQUIRE_FALSE(keys.has_grad());
  REQUIRE_FALSE(weight.has_grad());
}

TEST_CASE("additive attention has the same bits on any number of threads") {
  const int threads = thread_count();
  const AttentionCase c{5, 49, 300, {4, 4, 0, 1, 0, 2, 2, 2, 2, 2, 3, 1}};
  const auto run = [&](int count) {
    set_thread_count(count);
    const Variable keys(random_floats(c.keys(), 1), true), query(random_floats(c.query(), 2), true),
        weight(random_floats(Shape{c.width}, 3), true);
    const Variable weights = ops::masked_softmax(ops::additive_scores(keys, query, weight, c.rows),
                                                 random_mask(c, 4), c.rows);
    const Variable sums = ops::weighted_sum(weights, keys, c.rows);
    backward(sums, random_floats(sums.shape(), 5));
    std::vector<float> all = elements_of<float>(sums.value());
    for (const Variable& leaf : {keys, query, weight})
      for (const float value : leaf.grad().span<float>()) all.push_back(value);
    return all;
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEST_CASE("additive attention takes no rows") {
  const Variable keys(random_floats(Shape{2, 3, 4}, 1), true);
  const Variable scores =
      ops::additive_scores(keys, zero_variable(Shape{0, 4}), zero_variable(Shape{4}), Images{});
  REQUIRE(scores.shape() == Shape{0, 3});
  const Tensor mask = Tensor::full(Shape{2, 3}, 1, DType::uint8);
  const Variable sums =
      ops::weighted_sum(ops::masked_softmax(scores, mask, Images{}), keys, Images{});
  REQUIRE(sums.shape() == Shape{0, 4});
  backward(sums, Tensor::zeros(Shape{0, 4}));
  for (const float value : keys.grad().span<float>()) REQUIRE(value == 0);
}

TEST_CASE("additive_scores says what does not fit") {
  const Variable keys = zero_variable(Shape{2, 3, 4}), weight = zero_variable(Shape{4});
  REQUIRE_THROWS_TEXT(ops::additive_scores(keys, zero_variable(Shape{1, 5}), weight, Images{0}),
                      InvalidArgument,
                      "additive_scores: keys [B, R, A], query [M, A] and weight [A] or [M, A] must "
                      "have one A; got [2, 3, 4], [1, 5] and [4]");
  REQUIRE_THROWS_TEXT(
      ops::additive_scores(keys, zero_variable(Shape{1, 4}, DType::float64), weight, Images{0}),
      InvalidArgument,
      "additive_scores: keys are float32, but query is float64 and weight float32");
  REQUIRE_THROWS_TEXT(ops::additive_scores(keys, zero_variable(Shape{2, 4}), weight, Images{0}),
                      InvalidArgument,
                      "additive_scores: every row needs its image; got 2 rows and 1 images");
  REQUIRE_THROWS_TEXT(ops::additive_scores(keys, zero_variable(Shape{2, 4}), weight, Images{1, 2}),
                      InvalidArgument, "additive_scores: row 1 has image 2 of 2");
}

TEST_CASE("masked_softmax says what does not fit") {
  const Tensor mask = Tensor::from(Shape{2, 2}, std::vector<std::uint8_t>{1, 1, 0, 0});
  REQUIRE_THROWS_TEXT(ops::masked_softmax(zero_variable(Shape{2}), mask, Images{0}),
                      InvalidArgument, "masked_softmax: scores must be [M, R]; got [2]");
  REQUIRE_THROWS_TEXT(ops::masked_softmax(zero_variable(Shape{1, 3}), mask, Images{0}),
                      InvalidArgument,
                      "masked_softmax: scores [1, 3] need a mask uint8 [B, 3]; got uint8 [2, 2]");
  REQUIRE_THROWS_TEXT(ops::masked_softmax(zero_variable(Shape{1, 2}), mask, Images{-1}),
                      InvalidArgument, "masked_softmax: row 0 has image -1 of 2");
  REQUIRE_THROWS_TEXT(ops::masked_softmax(zero_variable(Shape{2, 2}), mask, Images{0, 1}),
                      InvalidArgument,
                      "masked_softmax: row 1 needs a region of its image 1; all 2 are masked");
}

TEST_CASE("weighted_sum says what does not fit") {
  REQUIRE_THROWS_TEXT(
      ops::weighted_sum(zero_variable(Shape{1, 2}), zero_variable(Shape{1, 3, 4}), Images{0}),
      InvalidArgument,
      "weighted_sum: weights [M, R] and values [B, R, F] must have one R and one "
      "dtype; got float32 [1, 2] and float32 [1, 3, 4]");
  REQUIRE_THROWS_TEXT(
      ops::weighted_sum(zero_variable(Shape{1, 3}), zero_variable(Shape{1, 3, 4}), Images{1}),
      InvalidArgument, "weighted_sum: row 0 has image 1 of 1");
}
