#include "limn/core/precision.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("a precision is known by name") {
  REQUIRE(precision_from("float32") == Precision::float32);
  REQUIRE(precision_from("bfloat16") == Precision::bfloat16);
  REQUIRE_THROWS_TEXT(precision_from("float16"), InvalidArgument,
                      "precision: must be float32, bfloat16 or auto; got \"float16\"");
  for (const Precision precision : {Precision::float32, Precision::bfloat16})
    CHECK(precision_from(std::string(name_of(precision))) == precision);
}

TEST_CASE("auto is what the processor has instructions for") {
  REQUIRE(is_native(Precision::float32));
  const bool there = is_native(Precision::bfloat16);
  REQUIRE(precision_from("auto") == (there ? Precision::bfloat16 : Precision::float32));
}

TEST_CASE("a precision holds until the end of its scope") {
  REQUIRE(product_precision() == Precision::float32);
  {
    const PrecisionGuard outer(Precision::bfloat16);
    REQUIRE(product_precision() == Precision::bfloat16);
    {
      const PrecisionGuard inner(Precision::float32);
      REQUIRE(product_precision() == Precision::float32);
    }
    REQUIRE(product_precision() == Precision::bfloat16);
  }
  REQUIRE(product_precision() == Precision::float32);
}
