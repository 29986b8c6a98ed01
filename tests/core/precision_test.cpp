#include "limn/core/precision.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("a precision is known by name, and refused where the processor lacks it") {
  for (const Precision precision : {Precision::float32, Precision::emulated_bfloat16}) {
    REQUIRE(is_available(precision));
    REQUIRE(precision_from(std::string(name_of(precision))) == precision);
  }
  REQUIRE_THROWS_TEXT(
      precision_from("float16"), InvalidArgument,
      "precision: must be float32, bfloat16, emulated_bfloat16 or auto; got \"float16\"");
  const bool there = is_available(Precision::bfloat16);
#ifdef __x86_64__
  const bool faster = there && __builtin_cpu_is("amd") != 0;
#else
  const bool faster = false;
#endif
  REQUIRE(precision_from("auto") == (faster ? Precision::bfloat16 : Precision::float32));
  if (there) {
    REQUIRE(precision_from("bfloat16") == Precision::bfloat16);
  } else {
    REQUIRE_THROWS_PART(precision_from("bfloat16"), InvalidArgument,
                        "bfloat16 needs a processor with AVX512-BF16");
    REQUIRE_THROWS_AS(PrecisionGuard(Precision::bfloat16), InvalidArgument);
    REQUIRE(product_precision() == Precision::float32);
  }
}

TEST_CASE("every precision that is named can be asked for where the processor has it") {
  for (const std::string& name : precision_names()) {
    if (name == "bfloat16" && !is_available(Precision::bfloat16)) continue;
    REQUIRE_NOTHROW(precision_from(name));
  }
}

TEST_CASE("a precision holds until the end of its scope") {
  REQUIRE(product_precision() == Precision::float32);
  {
    const PrecisionGuard outer(Precision::emulated_bfloat16);
    REQUIRE(product_precision() == Precision::emulated_bfloat16);
    {
      const PrecisionGuard inner(Precision::float32);
      REQUIRE(product_precision() == Precision::float32);
    }
    REQUIRE(product_precision() == Precision::emulated_bfloat16);
  }
  REQUIRE(product_precision() == Precision::float32);
}
