#include "limn/decode/step_decoder.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/toy_decoder.h"

using namespace limn;

namespace {

decode::State rows_of(std::vector<Tensor> tensors) {
  return {.rows = std::move(tensors), .shared = {}};
}

decode::State reordered(const decode::State& state, std::vector<std::int64_t> rows) {
  return test::ToyDecoder({}).reorder(state, rows);
}

}  // namespace

TEST_CASE("reorder gathers the rows of every tensor, whatever its dtype and rank") {
  const decode::State state =
      rows_of({Tensor::from(Shape{3, 2}, std::vector<float>{0, 1, 10, 11, 20, 21}),
               Tensor::from(Shape{3}, std::vector<std::int32_t>{7, 8, 9}),
               Tensor::from(Shape{3, 1, 2}, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6})});
  const decode::State result = reordered(state, {2, 0, 2, 2});
  REQUIRE(result.rows[0].shape() == Shape{4, 2});
  const auto floats = result.rows[0].span<float>();
  REQUIRE(std::vector<float>(floats.begin(), floats.end()) ==
          std::vector<float>{20, 21, 0, 1, 20, 21, 20, 21});
  const auto ids = result.rows[1].span<std::int32_t>();
  REQUIRE(std::vector<std::int32_t>(ids.begin(), ids.end()) ==
          std::vector<std::int32_t>{9, 7, 9, 9});
  REQUIRE(result.rows[2].shape() == Shape{4, 1, 2});
  REQUIRE(result.rows[2].data<std::uint8_t>()[3] == 2);
}

TEST_CASE("reorder of no rows, of an empty state and of empty rows") {
  REQUIRE(reordered(rows_of({Tensor(Shape{2, 5})}), {}).rows[0].shape() == Shape{0, 5});
  REQUIRE(reordered({}, {1, 2}).rows.empty());
  REQUIRE(reordered(rows_of({Tensor(Shape{2, 0})}), {1, 1, 0}).rows[0].shape() == Shape{3, 0});
}

TEST_CASE("reorder names the row or the tensor that does not fit") {
  const decode::State state = rows_of({Tensor(Shape{3, 2}), Tensor(Shape{2})});
  REQUIRE_THROWS_TEXT(reordered(state, {0, 2}), InvalidArgument,
                      "reorder: row 2 of tensor 1 with 2 rows");
  REQUIRE_THROWS_TEXT(reordered(state, {-1}), InvalidArgument,
                      "reorder: row -1 of tensor 0 with 3 rows");
  REQUIRE_THROWS_TEXT(
      reordered(rows_of({Tensor(Shape{})}), {0}), InvalidArgument,
      "reorder: every tensor of a state needs the row as its leading axis; tensor 0 has shape []");
}

TEST_CASE("reorder shares what belongs to the images") {
  const Tensor keys(Shape{2, 7, 3});
  const decode::State state{.rows = {Tensor(Shape{4, 1})}, .shared = {keys, Tensor()}};
  const decode::State result = reordered(state, {3, 3});
  REQUIRE(result.rows[0].shape() == Shape{2, 1});
  REQUIRE(result.shared[0].raw() == keys.raw());
  REQUIRE_FALSE(result.shared[1].defined());
}

TEST_CASE("a decoder attends to nothing unless it says so") {
  const test::ToyDecoder decoder({});
  REQUIRE_FALSE(decoder.attention(decoder.start(test::ToyDecoder::images(2))).defined());
}
