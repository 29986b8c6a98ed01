#include "limn/decode/step_decoder.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/toy_decoder.h"

using namespace limn;

namespace {

decode::State reordered(const decode::State& state, std::vector<std::int64_t> rows) {
  return test::ToyDecoder({}).reorder(state, rows);
}

}  // namespace

TEST_CASE("reorder gathers the rows of every tensor, whatever its dtype and rank") {
  const decode::State state = {
      Tensor::from(Shape{3, 2}, std::vector<float>{0, 1, 10, 11, 20, 21}),
      Tensor::from(Shape{3}, std::vector<std::int32_t>{7, 8, 9}),
      Tensor::from(Shape{3, 1, 2}, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6})};
  const decode::State result = reordered(state, {2, 0, 2, 2});
  REQUIRE(result[0].shape() == Shape{4, 2});
  const auto floats = result[0].span<float>();
  REQUIRE(std::vector<float>(floats.begin(), floats.end()) ==
          std::vector<float>{20, 21, 0, 1, 20, 21, 20, 21});
  const auto ids = result[1].span<std::int32_t>();
  REQUIRE(std::vector<std::int32_t>(ids.begin(), ids.end()) ==
          std::vector<std::int32_t>{9, 7, 9, 9});
  REQUIRE(result[2].shape() == Shape{4, 1, 2});
  REQUIRE(result[2].data<std::uint8_t>()[3] == 2);
}

TEST_CASE("reorder of no rows, of an empty state and of empty rows") {
  REQUIRE(reordered({Tensor(Shape{2, 5})}, {})[0].shape() == Shape{0, 5});
  REQUIRE(reordered({}, {1, 2}).empty());
  REQUIRE(reordered({Tensor(Shape{2, 0})}, {1, 1, 0})[0].shape() == Shape{3, 0});
}

TEST_CASE("reorder names the row or the tensor that does not fit") {
  const decode::State state = {Tensor(Shape{3, 2}), Tensor(Shape{2})};
  REQUIRE_THROWS_TEXT(reordered(state, {0, 2}), InvalidArgument,
                      "reorder: row 2 of tensor 1 with 2 rows");
  REQUIRE_THROWS_TEXT(reordered(state, {-1}), InvalidArgument,
                      "reorder: row -1 of tensor 0 with 3 rows");
  REQUIRE_THROWS_TEXT(
      reordered({Tensor(Shape{})}, {0}), InvalidArgument,
      "reorder: every tensor of a state needs the row as its leading axis; tensor 0 has shape []");
}
