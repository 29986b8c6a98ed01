#include "metrics/number_table.h"

#include "support/catch.h"

using limn::metrics::NumberTable;

TEST_CASE("keys are numbered in the order they come, whatever they are") {
  NumberTable table;
  REQUIRE(table.find(0) == NumberTable::kNone);
  const auto key = [](std::int32_t i) { return static_cast<std::uint64_t>(i) * 0x100000001u; };
  for (std::int32_t i = 0; i < 10000; ++i) REQUIRE(table.add(key(i)) == i);
  REQUIRE(table.size() == 10000);
  for (std::int32_t i = 0; i < 10000; ++i) {
    REQUIRE(table.add(key(i)) == i);
    REQUIRE(table.find(key(i)) == i);
  }
  REQUIRE(table.find(~std::uint64_t{0}) == NumberTable::kNone);
  REQUIRE(table.size() == 10000);
}
