#include "limn/ops/attention.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/difference.h"
#include "support/gradients.h"
#include "support/naive_attention.h"

using namespace limn;
using ops::AttentionOptions;
using ops::AttentionSpan;
using test::elements_of;
using test::random_tensor;

namespace {

struct AttentionSetting {
  const char* name;
  AttentionOptions options;
  std::int64_t queries;
  std::int64_t keys;
};

Tensor every_third_masked(std::int64_t keys) {
  Tensor mask = Tensor::full(Shape{keys}, 1, DType::uint8);
  for (std::int64_t j = 1; j < keys; j += 3) mask.data<std::uint8_t>()[j] = 0;
  return mask;
}

/// Self-attention of captions, shared and overlapping keys, single queries, long rows, empty spans.
std::vector<AttentionSetting> attention_settings() {
  return {
      {"all see all", {.heads = 2, .spans = {{0, 5, 0, 3}}}, 5, 3},
      {"causal",
       {.heads = 2, .causal = true, .spans = {{0, 4, 0, 4}, {4, 2, 4, 2}, {6, 1, 6, 1}}},
       7,
       7},
      {"causal with keys before the first query",
       {.heads = 1, .causal = true, .spans = {{0, 2, 0, 5}}},
       2,
       5},
      {"shared keys", {.heads = 2, .spans = {{0, 2, 3, 9}, {2, 4, 3, 9}, {6, 1, 0, 3}}}, 7, 12},
      {"overlapping keys", {.heads = 3, .spans = {{3, 3, 0, 4}, {0, 3, 2, 5}}}, 6, 7},
      {"one query a span", {.heads = 2, .spans = {{1, 1, 0, 4}, {0, 1, 4, 1}}}, 3, 5},
      {"a mask",
       {.heads = 2, .spans = {{0, 3, 0, 4}, {3, 2, 4, 5}}, .key_mask = every_third_masked(9)},
       5,
       9},
      {"a causal mask",
       {.heads = 1, .causal = true, .spans = {{0, 4, 0, 4}}, .key_mask = every_third_masked(4)},
       4,
       4},
      {"a scale", {.heads = 1, .scale = -2, .spans = {{0, 3, 0, 3}, {3, 0, 3, 0}}}, 3, 3},
      {"long rows", {.heads = 1, .spans = {{0, 9, 0, 21}}}, 9, 21},
  };
}

std::vector<Tensor> attention_inputs(const AttentionSetting& c, std::int64_t dk, std::int64_t dv) {
  return {random_tensor(Shape{c.queries, c.options.heads * dk}, 1),
          random_tensor(Shape{c.keys, c.options.heads * dk}, 2),
          random_tensor(Shape{c.keys, c.options.heads * dv}, 3)};
}

}  // namespace

TEST_CASE("attention is the sum that defines it") {
  for (const AttentionSetting& c : attention_settings()) {
    for (const std::int64_t width : {1, 3, 8, 17}) {
      const std::vector<Tensor> in = attention_inputs(c, width, width + 2);
      const std::vector<double> expected = test::naive_attention(in[0], in[1], in[2], c.options);
      const auto result = [&](DType dtype) {
        const auto x = [&](std::size_t i) { return Variable(in[i].to(dtype)); };
        return elements_of(ops::attention(x(0), x(1), x(2), c.options).value().to(DType::float64));
      };
      INFO(c.name << ", width " << width);
      REQUIRE(test::largest_difference(result(DType::float64), expected) < 1e-12);
      REQUIRE(test::largest_difference(result(DType::float32), expected) < 1e-5);
    }
  }
}

TEST_CASE("gradients of attention") {
  for (const AttentionSetting& c : attention_settings()) {
    INFO(c.name);
    test::require_gradients(
        [&](const auto& in) { return ops::attention(in[0], in[1], in[2], c.options); },
        attention_inputs(c, 3, 2));
  }
}

TEST_CASE("gradients of attention with dropout") {
  for (const AttentionSetting& c : attention_settings()) {
    INFO(c.name);
    test::require_gradients(
        [&](const auto& in) {
          Generator generator(4);
          AttentionOptions options = c.options;
          options.dropout = 0.4;
          options.generator = &generator;
          return ops::attention(in[0], in[1], in[2], options);
        },
        attention_inputs(c, 2, 3));
  }
}

TEST_CASE("attention computes no gradient that nobody wants") {
  const AttentionSetting c = attention_settings()[3];
  const std::vector<Tensor> in = attention_inputs(c, 3, 3);
  for (std::size_t wanted = 0; wanted < 3; ++wanted) {
    std::vector<Variable> x;
    for (std::size_t i = 0; i < 3; ++i) x.emplace_back(in[i], i == wanted);
    const Variable y = ops::attention(x[0], x[1], x[2], c.options);
    backward(y, random_tensor(y.shape(), 5));
    for (std::size_t i = 0; i < 3; ++i) REQUIRE(x[i].has_grad() == (i == wanted));
  }
}

TEST_CASE("attention in float32 has double's gradients at the widths of a model") {
  const AttentionOptions options{.heads = 2,
                                 .spans = {{0, 12, 0, 49}, {12, 9, 0, 49}, {21, 2, 49, 7}}};
  const auto run = [&](DType dtype) {
    std::vector<Variable> x;
    for (const auto& [rows, seed] : {std::pair{23, 1}, std::pair{56, 2}, std::pair{56, 3}})
      x.emplace_back(random_tensor(Shape{rows, 128}, static_cast<std::uint64_t>(seed)).to(dtype),
                     true);
    const Variable y = ops::attention(x[0], x[1], x[2], options);
    backward(y, random_tensor(y.shape(), 5).to(dtype));
    std::vector<double> all = elements_of(y.value().to(DType::float64));
    for (const Variable& variable : x) {
      const Tensor grad = variable.grad().to(DType::float64);
      all.insert(all.end(), grad.data<double>(), grad.data<double>() + grad.elements());
    }
    return all;
  };
  REQUIRE(test::largest_difference(run(DType::float32), run(DType::float64)) < 1e-5);
}

TEST_CASE("attention has the same bits on any number of threads") {
  const int threads = thread_count();
  const auto run = [](int count) {
    set_thread_count(count);
    Generator generator(9);
    AttentionOptions options{.heads = 4, .dropout = 0.1, .generator = &generator};
    for (std::int64_t i = 0; i < 12; ++i) options.spans.push_back({10 * i, 10, i / 3 * 50, 50});
    const Variable q(test::random_floats(Shape{120, 64}, 1), true);
    const Variable k(test::random_floats(Shape{200, 64}, 2), true);
    const Variable v(test::random_floats(Shape{200, 64}, 3), true);
    const Variable y = ops::attention(q, k, v, options);
    backward(y, test::random_floats(y.shape(), 4));
    std::vector<float> all = elements_of<float>(y.value());
    for (const Variable& x : {q, k, v})
      for (const float value : x.grad().span<float>()) all.push_back(value);
    return all;
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEST_CASE("dropout of attention keeps the mean and drops whole weights") {
  Generator generator(3);
  const Variable q(Tensor::zeros(Shape{400, 1}));
  const Variable v(Tensor::full(Shape{10, 1}, 1));
  const Variable y = ops::attention(q, Variable(Tensor::zeros(Shape{10, 1})), v,
                                    {.dropout = 0.5, .generator = &generator});
  double sum = 0;
  for (const float value : y.value().span<float>()) {
    sum += static_cast<double>(value);
    REQUIRE(std::abs(5 * value - std::round(5 * value)) < 1e-5F);  // so many of ten, each worth 0.2
  }
  REQUIRE(sum / 400 == Approx(1).margin(0.05));
}

TEST_CASE("queries in no span get 0, also from no keys at all") {
  const Variable q(Tensor::full(Shape{2, 4}, 1));
  const Variable none(Tensor(Shape{0, 4}));
  const Tensor y = ops::attention(q, none, none, {.heads = 2, .spans = {{1, 0, 0, 0}}}).value();
  REQUIRE(elements_of<float>(y) == std::vector<float>(8, 0));
}

TEST_CASE("attention_weights are what attention weighs the values with, over all heads") {
  for (const AttentionSetting& c : attention_settings()) {
    const std::vector<Tensor> in = attention_inputs(c, 3, 1);
    std::int64_t most = 0;
    for (const AttentionSpan& span : c.options.spans) most = std::max(most, span.k_count);
    const Tensor weights = ops::attention_weights(Variable(in[0]), Variable(in[1]), c.options);
    REQUIRE(weights.shape() == Shape{c.queries, most});
    std::vector<double> expected(static_cast<std::size_t>(c.queries * most));
    for (std::int64_t j = 0; j < most; ++j) {
      // Values that pick the span's key j.
      Tensor pick = Tensor::zeros(Shape{c.keys, c.options.heads}, DType::float64);
      for (const AttentionSpan& span : c.options.spans) {
        AttentionOptions one = c.options;
        one.spans = {span};
        if (j >= span.k_count) continue;
        pick.fill(0);
        pick.rows(span.k_begin + j, span.k_begin + j + 1).fill(1);
        const std::vector<double> y = test::naive_attention(in[0], in[1], pick, one);
        for (std::size_t at = 0; at < y.size(); ++at)
          expected[at / static_cast<std::size_t>(c.options.heads) * static_cast<std::size_t>(most) +
                   static_cast<std::size_t>(j)] += y[at] / static_cast<double>(c.options.heads);
      }
    }
    INFO(c.name);
    REQUIRE(test::largest_difference(elements_of(weights), expected) < 1e-12);
  }
}

TEST_CASE("attention says what does not fit") {
  const Variable x(Tensor::zeros(Shape{3, 4}));
  const auto attend = [&](const AttentionOptions& options) {
    return ops::attention(x, x, x, options);
  };
  REQUIRE_THROWS_TEXT(ops::attention(x, Variable(Tensor::zeros(Shape{3, 5})), x, {}),
                      InvalidArgument,
                      "attention: q, k and v must be [N, H·dk], [M, H·dk] and [M, H·dv] of one "
                      "dtype; got float32 [3, 4], float32 [3, 5], float32 [3, 4]");
  REQUIRE_THROWS_TEXT(attend({.heads = 3}), InvalidArgument,
                      "attention: the heads must divide the widths of keys and values; got 3 "
                      "heads, widths 4 and 4");
  REQUIRE_THROWS_TEXT(attend({.scale = std::nan("")}), InvalidArgument,
                      "attention: scale must be finite; got nan");
  REQUIRE_THROWS_TEXT(attend({.dropout = 1}), InvalidArgument,
                      "attention: dropout must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(attend({.dropout = 0.5}), InvalidArgument,
                      "attention: dropout 0.5 needs a generator; got none");
  REQUIRE_THROWS_TEXT(attend({.key_mask = Tensor::zeros(Shape{3})}), InvalidArgument,
                      "attention: key_mask must be uint8 [3]; got float32 [3]");
  REQUIRE_THROWS_TEXT(attend({.spans = {{0, 3, 1, 3}}}), InvalidArgument,
                      "attention: a span must lie within 3 queries and 3 keys; got queries [0, 3), "
                      "keys [1, 4)");
  REQUIRE_THROWS_TEXT(attend({.spans = {{0, 2, 0, 3}, {1, 2, 0, 3}}}), InvalidArgument,
                      "attention: a query may be in one span only; got query 1 in two");
  REQUIRE_THROWS_TEXT(attend({.causal = true, .spans = {{1, 2, 0, 1}}}), InvalidArgument,
                      "attention: every query must see a key; query 1 of 2 sees none of keys [0, "
                      "1)");
  REQUIRE_THROWS_TEXT(attend({.key_mask = Tensor::zeros(Shape{3}, DType::uint8)}), InvalidArgument,
                      "attention: every query must see a key; query 0 of 3 sees none of keys [0, "
                      "3)");
  const Variable ids(Tensor(Shape{3, 4}, DType::int32));
  REQUIRE_THROWS_TEXT(ops::attention(ids, ids, ids, {}), InvalidArgument,
                      "attention: needs float32 or float64; got int32");
}
