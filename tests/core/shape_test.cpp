#include "limn/core/shape.h"

#include <vector>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("a shape knows its axes from both ends") {
  const Shape shape{2, 3, 4};
  REQUIRE(shape.rank() == 3);
  REQUIRE(shape[0] == 2);
  REQUIRE(shape[-1] == 4);
  REQUIRE(shape[-3] == 2);
  REQUIRE(shape.elements() == 24);
  REQUIRE(shape.rows() == 6);
  REQUIRE(std::vector<std::int64_t>(shape.begin(), shape.end()) ==
          std::vector<std::int64_t>{2, 3, 4});
}

TEST_CASE("a scalar has one element and one row") {
  const Shape scalar;
  REQUIRE(scalar.rank() == 0);
  REQUIRE(scalar.elements() == 1);
  REQUIRE(scalar.rows() == 1);
  REQUIRE(scalar.to_string() == "[]");
  REQUIRE(scalar == Shape{});
}

TEST_CASE("an axis of size 0 leaves no elements") {
  REQUIRE(Shape{3, 0}.elements() == 0);
  REQUIRE(Shape{3, 0}.rows() == 3);
  REQUIRE(Shape{0, 3}.rows() == 0);
}

TEST_CASE("shapes are equal when all sizes are") {
  REQUIRE(Shape{2, 3} == Shape{2, 3});
  REQUIRE_FALSE(Shape{2, 3} == Shape{3, 2});
  REQUIRE_FALSE(Shape{2} == Shape{2, 1});
  REQUIRE_FALSE(Shape{1} == Shape{});
}

TEST_CASE("with replaces one size of a copy") {
  const Shape shape{2, 3};
  REQUIRE(shape.with(-1, 5) == Shape{2, 5});
  REQUIRE(shape == Shape{2, 3});
  REQUIRE_THROWS_TEXT(shape.with(0, -1), InvalidArgument, "Shape: sizes must be >= 0; got [-1, 3]");
}

TEST_CASE("shapes of six axes are the longest") {
  REQUIRE(Shape{1, 2, 3, 4, 5, 6}.to_string() == "[1, 2, 3, 4, 5, 6]");
  REQUIRE_THROWS_TEXT((Shape{1, 2, 3, 4, 5, 6, 7}), InvalidArgument,
                      "Shape: at most 6 axes; got 7");
}

TEST_CASE("shapes say which axis there is not") {
  const Shape shape{2, 3};
  REQUIRE_THROWS_TEXT(shape[2], InvalidArgument, "Shape: axis 2 of [2, 3]");
  REQUIRE_THROWS_TEXT(shape[-3], InvalidArgument, "Shape: axis -3 of [2, 3]");
  REQUIRE_THROWS_TEXT(Shape{}[0], InvalidArgument, "Shape: axis 0 of []");
  REQUIRE_THROWS_TEXT(shape.with(5, 1), InvalidArgument, "Shape: axis 5 of [2, 3]");
}

TEST_CASE("a shape is refused before its bytes overflow") {
  const std::int64_t largest = std::int64_t{1} << 59;
  REQUIRE(Shape{largest}.elements() == largest);
  REQUIRE_THROWS_TEXT((Shape{largest, 2}), InvalidArgument,
                      "Shape: too many elements in [576460752303423488, 2]");
  REQUIRE_THROWS_TEXT((Shape{largest + 1}), InvalidArgument,
                      "Shape: too many elements in [576460752303423489]");
  REQUIRE_THROWS_PART((Shape{0, largest, largest}), InvalidArgument, "too many elements");
  REQUIRE_THROWS_PART((Shape{INT64_MAX, INT64_MAX}), InvalidArgument, "too many elements");
}
