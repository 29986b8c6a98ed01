#include "core/format.h"

#include "core/check.h"
#include "limn/autograd/variable.h"
#include "limn/core/tensor.h"
#include "support/catch.h"

using namespace limn;

namespace {

/// Counts how often it is written.
struct Counted {
  int& times;
};

}  // namespace

template <>
struct fmt::formatter<Counted> {
  constexpr auto parse(format_parse_context& context) { return context.begin(); }
  auto format(const Counted& counted, format_context& context) const {
    ++counted.times;
    return fmt::format_to(context.out(), "counted");
  }
};

TEST_CASE("shapes and tensors are written with their sizes and type") {
  REQUIRE(fmt::format("{} {}", Shape{2, 3}, Shape{}) == "[2, 3] []");
  REQUIRE(fmt::format("{}", Tensor(Shape{2, 0}, DType::int32)) == "int32 [2, 0]");
  REQUIRE(fmt::format("{}", Variable(Tensor(Shape{4}, DType::float64))) == "float64 [4]");
  REQUIRE(fmt::format("{} {}", Tensor(), Variable()) == "none none");
}

TEST_CASE("a message is written only when its check fails") {
  int times = 0;
  require(true, "{}", Counted{times});
  REQUIRE(times == 0);
  REQUIRE_THROWS_TEXT(require(false, "{}", Counted{times}), InvalidArgument, "counted");
  REQUIRE(times == 1);
}
