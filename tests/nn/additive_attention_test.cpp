#include "limn/nn/additive_attention.h"

#include "limn/core/error.h"
#include "support/difference.h"

using namespace limn;
using nn::AdditiveAttention;
using test::random_floats;

namespace {

AdditiveAttention small_attention(bool bias = true) {
  Generator generator(1);
  return {{.query = 3, .width = 4, .bias = bias}, generator};
}

}  // namespace

TEST_CASE("AdditiveAttention has the names and shapes of ImageCaptioning.pytorch") {
  const AdditiveAttention attention = small_attention();
  std::vector<std::string> names;
  for (const auto& [name, variable] : attention.parameters())
    names.push_back(name + " " + variable.shape().to_string());
  REQUIRE(names == std::vector<std::string>{"h2att.weight [4, 3]", "h2att.bias [4]",
                                            "alpha_net.weight [1, 4]", "alpha_net.bias [1]"});
  REQUIRE(small_attention(false).parameters().size() == 2);
}

TEST_CASE("AdditiveAttention: the context is the mean of the regions under the weights") {
  const AdditiveAttention attention = small_attention();
  const Variable values(random_floats(Shape{2, 5, 6}, 2));
  const std::vector<std::int64_t> images = {1, 0, 1};
  const auto [weights, context] =
      attention.forward(Variable(random_floats(Shape{3, 3}, 3)),
                        {values, Variable(random_floats(Shape{2, 5, 4}, 4)), {}}, images);
  for (std::int64_t m = 0; m < 3; ++m) {
    double sum = 0;
    std::vector<float> mean(6, 0);
    for (std::int64_t i = 0; i < 5; ++i) {
      const float weight = weights.value().data<float>()[m * 5 + i];
      const std::int64_t region = images[static_cast<std::size_t>(m)] * 5 + i;
      sum += static_cast<double>(weight);
      for (std::int64_t f = 0; f < 6; ++f)
        mean[static_cast<std::size_t>(f)] += weight * values.value().data<float>()[region * 6 + f];
    }
    REQUIRE(sum == Approx(1));
    REQUIRE(test::largest_difference(
                mean, test::elements_of<float>(context.value().rows(m, m + 1))) < 1e-6);
  }
}

TEST_CASE("AdditiveAttention: the bias of the last layer changes nothing") {
  const AdditiveAttention attention = small_attention();
  const auto run = [&] {
    return test::elements_of<float>(attention
                                        .forward(Variable(random_floats(Shape{1, 3}, 3)),
                                                 {Variable(random_floats(Shape{1, 5, 2}, 2)),
                                                  Variable(random_floats(Shape{1, 5, 4}, 4)),
                                                  {}},
                                                 std::vector<std::int64_t>{0})
                                        .context.value());
  };
  const auto before = run();
  Tensor bias = attention.parameters().back().second.value();
  bias.fill(7);
  REQUIRE(run() == before);
}

TEST_CASE("AdditiveAttention refuses sizes below 1") {
  Generator generator;
  REQUIRE_THROWS_AS(AdditiveAttention({.query = 0, .width = 4}, generator), InvalidArgument);
  REQUIRE_THROWS_AS(AdditiveAttention({.query = 3, .width = 0}, generator), InvalidArgument);
}
