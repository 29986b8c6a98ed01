#include "limn/core/packing.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

namespace {

Packing of(const std::vector<std::int64_t>& lengths) { return Packing::of(lengths); }

}  // namespace

TEST_CASE("a packing of three sequences, step by step") {
  const Packing packing = of({4, 2, 1});
  REQUIRE(packing.steps() == 4);
  REQUIRE(packing.sequences() == 3);
  REQUIRE(packing.total() == 7);
  const std::int64_t rows[] = {3, 2, 1, 1};
  const std::int64_t offsets[] = {0, 3, 5, 6};
  for (std::int64_t t = 0; t < 4; ++t) {
    REQUIRE(packing.rows(t) == rows[t]);
    REQUIRE(packing.offset(t) == offsets[t]);
  }
  REQUIRE(packing.last_rows() == std::vector<std::int64_t>{6, 4, 2});
}

TEST_CASE("a packing knows the lengths it was made of") {
  for (const auto& lengths : std::vector<std::vector<std::int64_t>>{
           {1}, {7}, {3, 3}, {5, 4, 4, 4, 1, 1}, {9, 1}, {1, 1, 1}}) {
    const Packing packing = of(lengths);
    std::int64_t total = 0;
    for (std::size_t b = 0; b < lengths.size(); ++b) {
      const auto sequence = static_cast<std::int64_t>(b);
      REQUIRE(packing.length(sequence) == lengths[b]);
      REQUIRE(packing.last_rows()[b] == packing.offset(lengths[b] - 1) + sequence);
      total += lengths[b];
    }
    REQUIRE(packing.total() == total);
    REQUIRE(packing.steps() == lengths[0]);
  }
}

TEST_CASE("steps of a packing follow each other without a gap") {
  const Packing packing = of({6, 5, 5, 2, 2, 1});
  for (std::int64_t t = 0; t + 1 < packing.steps(); ++t) {
    REQUIRE(packing.offset(t) + packing.rows(t) == packing.offset(t + 1));
    REQUIRE(packing.rows(t + 1) <= packing.rows(t));
  }
  REQUIRE(packing.offset(5) + packing.rows(5) == packing.total());
}

TEST_CASE("a packing of nothing") {
  for (const Packing& packing : {Packing(), of({})}) {
    REQUIRE(packing.steps() == 0);
    REQUIRE(packing.sequences() == 0);
    REQUIRE(packing.total() == 0);
    REQUIRE(packing.last_rows().empty());
  }
}

TEST_CASE("a packing refuses lengths that rise or are empty") {
  REQUIRE_THROWS_TEXT(of({2, 3}), InvalidArgument,
                      "Packing: lengths must be at least 1 and sorted, longest first; sequence 1 "
                      "has 3 after 2");
  REQUIRE_THROWS_TEXT(of({2, 0}), InvalidArgument,
                      "Packing: lengths must be at least 1 and sorted, longest first; sequence 1 "
                      "has 0 after 2");
  REQUIRE_THROWS_TEXT(of({0}), InvalidArgument,
                      "Packing: lengths must be at least 1 and sorted, longest first; sequence 0 "
                      "has 0 after 0");
}

TEST_CASE("a packing names a sequence that it does not have") {
  const Packing packing = of({2, 1});
  REQUIRE_THROWS_TEXT(packing.length(2), InvalidArgument, "Packing: sequence 2 of 2");
  REQUIRE_THROWS_TEXT(packing.length(-1), InvalidArgument, "Packing: sequence -1 of 2");
}
