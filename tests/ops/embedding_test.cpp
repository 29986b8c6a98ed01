#include "limn/ops/embedding.h"

#include "limn/core/error.h"
#include "limn/ops/reshape.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;

TEST_CASE("embedding reads rows and adds the gradients of equal ids up") {
  const Variable table(doubles(Shape{3, 2}, {1, 2, 3, 4, 5, 6}), true);
  const std::vector<std::int32_t> ids = {2, 0, 2};
  const Variable y = ops::embedding(table, ids);
  REQUIRE(y.shape() == Shape{3, 2});
  REQUIRE(elements_of(y.value()) == std::vector<double>{5, 6, 1, 2, 5, 6});
  backward(y, doubles(Shape{3, 2}, {1, 2, 30, 40, 100, 200}));
  REQUIRE(elements_of(table.grad()) == std::vector<double>{30, 40, 0, 0, 101, 202});
}

TEST_CASE("the padding row is read but gets no gradient") {
  const Variable table(doubles(Shape{2, 1}, {7, 8}), true);
  const std::vector<std::int32_t> ids = {0, 1, 0};
  const Variable y = ops::embedding(table, ids, 0);
  REQUIRE(elements_of(y.value()) == std::vector<double>{7, 8, 7});
  backward(y, doubles(Shape{3, 1}, {1, 1, 1}));
  REQUIRE(elements_of(table.grad()) == std::vector<double>{0, 1});
}

TEST_CASE("embedding agrees with PyTorch") {
  const SafetensorsFile file(test::kGolden / "layers" / "embedding.safetensors");
  const auto compare = [&](const std::string& name, std::int32_t padding) {
    const auto ids = test::golden_ids(file, name + "/ids");
    const Shape shape = file.shape(name + "/y");
    test::check_layer({file, name, {"weight"}, {"y"}}, [&](const auto& in) {
      return std::vector{ops::reshape(ops::embedding(in[0], ids, padding), shape)};
    });
  };
  compare("plain", -1);
  compare("padding_and_repeats", 0);
  compare("padding_not_zero", 6);
}

TEST_CASE("gradients of embedding") {
  const std::vector<std::int32_t> ids = {3, 1, 3, 0, 3};
  for (const std::int64_t width : {1, 3, 300}) {
    test::require_gradients([&](const auto& in) { return ops::embedding(in[0], ids); },
                            {random_tensor(Shape{4, width}, 1)});
  }
}

TEST_CASE("embedding of no ids") {
  const Variable table(random_tensor(Shape{3, 2}, 1), true);
  const Variable y = ops::embedding(table, {});
  REQUIRE(y.shape() == Shape{0, 2});
  backward(y, doubles(Shape{0, 2}, {}));
  REQUIRE(elements_of(table.grad()) == std::vector<double>(6, 0));
}

TEST_CASE("embedding names the first id outside the table") {
  const Variable table(random_tensor(Shape{3, 2}, 1));
  REQUIRE_THROWS_TEXT(ops::embedding(table, std::vector<std::int32_t>{0, 3, 4}), InvalidArgument,
                      "embedding: ids must be in [0, 3); got 3 at 1");
  REQUIRE_THROWS_TEXT(ops::embedding(table, std::vector<std::int32_t>{-1}), InvalidArgument,
                      "embedding: ids must be in [0, 3); got -1 at 0");
  REQUIRE_THROWS_TEXT(
      ops::embedding(Variable(random_tensor(Shape{3}, 1)), std::vector<std::int32_t>{0}),
      InvalidArgument, "embedding: table must be [V, E]; got [3]");
}
