#include "limn/core/error.h"

#include "core/check.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("an IoError begins with the path and keeps it") {
  const IoError error("some/file", "is empty; write it again");
  REQUIRE(std::string(error.what()) == "some/file: is empty; write it again");
  REQUIRE(error.path() == "some/file");
}

TEST_CASE("require formats its text when it fails") {
  REQUIRE_NOTHROW(require(true, "never {}", 1));
  REQUIRE_THROWS_TEXT(require(false, "op: needs {}; got {}", 2, "three"), InvalidArgument,
                      "op: needs 2; got three");
}

TEST_CASE("an assertion names the condition and the place") {
  const int sum = 5;
  REQUIRE_NOTHROW(LIMN_ASSERT(sum == 5));
  REQUIRE_THROWS_PART(LIMN_ASSERT(sum == 4), InternalError,
                      "limn has a bug: `sum == 4` does not hold at ");
  REQUIRE_THROWS_PART(LIMN_ASSERT(sum == 4), InternalError, "error_test.cpp:");
}

TEST_CASE("everything that limn throws is an Error") {
  REQUIRE_THROWS_AS(throw IoError("f", "x"), Error);
  REQUIRE_THROWS_AS(throw InvalidArgument("x"), Error);
  REQUIRE_THROWS_AS(throw NumericalError("x"), Error);
  REQUIRE_THROWS_AS(throw InternalError("x"), Error);
}
