#include "limn/nn/embedding.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

TEST_CASE("Embedding has PyTorch's parameter and start values") {
  Generator generator(1);
  const nn::Embedding embedding(200, 50, generator);
  REQUIRE(embedding.parameters().size() == 1);
  REQUIRE(embedding.parameters()[0].first == "weight");
  REQUIRE(embedding.weight().shape() == Shape{200, 50});
  double sum = 0;
  double squares = 0;
  for (const float value : elements_of<float>(embedding.weight().value())) {
    sum += value;
    squares += value * value;
  }
  REQUIRE(sum / 10000 == Approx(0).margin(0.05));
  REQUIRE(squares / 10000 == Approx(1).epsilon(0.05));
}

TEST_CASE("Embedding looks words up") {
  Generator generator(1);
  const nn::Embedding embedding(3, 2, generator);
  Tensor(embedding.weight().value())
      .copy_from(Tensor::from(Shape{3, 2}, std::vector<float>{1, 2, 3, 4, 5, 6}));
  const std::vector<std::int32_t> ids = {2, 0};
  REQUIRE(elements_of<float>(embedding.forward(ids).value()) == std::vector<float>{5, 6, 1, 2});
}

TEST_CASE("Embedding says what does not fit") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(nn::Embedding(3, 0, generator), InvalidArgument,
                      "Embedding: words and width must be at least 1; got 3 and 0");
}
