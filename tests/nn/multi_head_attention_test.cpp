#include "limn/nn/multi_head_attention.h"

#include "limn/core/error.h"
#include "limn/ops/linear.h"
#include "support/difference.h"

using namespace limn;
using nn::MultiHeadAttention;
using test::random_floats;

namespace {

std::vector<std::string> names_of(const nn::Module& module) {
  std::vector<std::string> names;
  for (const auto& [name, variable] : module.parameters()) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("MultiHeadAttention has the names it is told") {
  Generator generator(1);
  const MultiHeadAttention four({.width = 4, .heads = 2}, generator);
  REQUIRE(names_of(four) == std::vector<std::string>{"q_proj.weight", "q_proj.bias",
                                                     "k_proj.weight", "k_proj.bias",
                                                     "v_proj.weight", "v_proj.bias",
                                                     "out_proj.weight", "out_proj.bias"});
  const MultiHeadAttention three(
      {.width = 4, .heads = 2, .head_width = 3, .names = {"a", "b", "c", ""}}, generator);
  REQUIRE(names_of(three) == std::vector<std::string>{"a.weight", "a.bias", "b.weight", "b.bias",
                                                      "c.weight", "c.bias"});
  REQUIRE(three.parameters()[0].second.shape() == Shape{6, 4});
  const Variable x(random_floats(Shape{5, 4}, 1));
  REQUIRE(three.forward(x, three.remember(x), {}, {}).shape() == Shape{5, 6});
}

TEST_CASE("MultiHeadAttention is its maps around attention") {
  Generator generator(1);
  const MultiHeadAttention attention({.width = 6, .heads = 3}, generator);
  const Variable x(random_floats(Shape{4, 6}, 1));
  const Variable y(random_floats(Shape{5, 6}, 2));
  const auto map = [&](std::size_t i, const Variable& in) {
    return ops::linear(in, attention.parameters()[2 * i].second,
                       attention.parameters()[2 * i + 1].second);
  };
  const ops::AttentionOptions options{.heads = 3, .spans = {{0, 1, 0, 2}, {1, 3, 2, 3}}};
  const Variable expected = map(3, ops::attention(map(0, x), map(1, y), map(2, y), options));
  const Variable result = attention.forward(x, attention.remember(y), {.spans = options.spans}, {});
  REQUIRE(test::largest_difference(result.value(), expected.value()) == 0);
}

TEST_CASE("MultiHeadAttention looks at what has another width") {
  Generator generator(1);
  const MultiHeadAttention attention({.width = 6, .heads = 3, .memory_width = 4}, generator);
  const Variable x(random_floats(Shape{3, 6}, 1));
  const Variable y(random_floats(Shape{5, 4}, 2));
  const auto memory = attention.remember(y);
  REQUIRE(memory.keys.shape() == Shape{5, 6});
  REQUIRE(memory.values.shape() == Shape{5, 6});
  REQUIRE(attention.forward(x, memory, {}, {}).shape() == Shape{3, 6});
  REQUIRE_THROWS_AS(attention.remember(x), InvalidArgument);
}

TEST_CASE("MultiHeadAttention step by step is the causal one at once") {
  Generator generator(1);
  const MultiHeadAttention attention({.width = 8, .heads = 2}, generator);
  const std::int64_t length = 4;
  const Variable x(random_floats(Shape{length, 8}, 1));
  const Tensor whole = attention.forward(x, attention.remember(x), {.causal = true}, {}).value();
  ops::AttentionSteps steps;
  for (std::int64_t t = 0; t < length; ++t) {
    const Variable row(x.value().rows(t, t + 1).clone());
    const MultiHeadAttention::Memory memory = attention.remember(row);
    steps.keys.push_back(memory.keys.value());
    steps.values.push_back(memory.values.value());
    steps.rows = Tensor::zeros(Shape{1, t + 1}, DType::int32);
    const Tensor y = attention.step(row, steps).value();
    REQUIRE(test::largest_difference(y, whole.rows(t, t + 1).clone()) < 1e-6);
  }
}

TEST_CASE("MultiHeadAttention drops weights in training only") {
  Generator generator(1);
  const MultiHeadAttention attention({.width = 4, .heads = 1, .dropout = 0.5}, generator);
  const Variable x(random_floats(Shape{9, 4}, 1));
  const auto run = [&](const nn::Pass& pass) {
    return attention.forward(x, attention.remember(x), {}, pass).value();
  };
  REQUIRE(test::largest_difference(run({}), run({})) == 0);
  REQUIRE(test::largest_difference(run({}), run({true, &generator})) > 1e-3);
  REQUIRE_THROWS_TEXT(run({true, nullptr}), InvalidArgument,
                      "MultiHeadAttention: training needs a generator; the pass has none");
}

TEST_CASE("MultiHeadAttention says what does not fit") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(MultiHeadAttention({.width = 0}, generator), InvalidArgument,
                      "MultiHeadAttention: width and heads must be at least 1; got 0 and 1, heads "
                      "of 0");
  REQUIRE_THROWS_TEXT(MultiHeadAttention({.width = 4, .memory_width = -1}, generator),
                      InvalidArgument,
                      "MultiHeadAttention: memory_width must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(MultiHeadAttention({.width = 4, .heads = 3}, generator), InvalidArgument,
                      "MultiHeadAttention: 3 heads must divide the width 4");
  REQUIRE_THROWS_TEXT(MultiHeadAttention({.width = 4, .dropout = 1}, generator), InvalidArgument,
                      "MultiHeadAttention: dropout must be in [0, 1); got 1");
}
