#include "metrics/lcs.h"

#include <algorithm>

#include "limn/core/generator.h"
#include "support/catch.h"

using limn::metrics::LongestCommonSubsequence;

namespace {

using Sequence = std::vector<std::int32_t>;

std::int64_t naive_length(const Sequence& a, const Sequence& b) {
  std::vector<std::int64_t> row(b.size() + 1, 0);
  for (const std::int32_t word : a) {
    std::int64_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::int64_t above = row[j];
      row[j] = word == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

TEST_CASE("the longest common subsequence of short sequences") {
  LongestCommonSubsequence lcs(6);
  REQUIRE(lcs.length(Sequence{}, Sequence{}) == 0);
  REQUIRE(lcs.length(Sequence{1}, Sequence{}) == 0);
  REQUIRE(lcs.length(Sequence{}, Sequence{1}) == 0);
  REQUIRE(lcs.length(Sequence{0, 1, 2, 3}, Sequence{0, 1, 2, 3}) == 4);
  REQUIRE(lcs.length(Sequence{0, 1, 2, 3}, Sequence{3, 2, 1, 0}) == 1);
  REQUIRE(lcs.length(Sequence{0, 1, 2, 3}, Sequence{0, 4, 1, 5, 3}) == 3);
  REQUIRE(lcs.length(Sequence{0, 1}, Sequence{4, 5}) == 0);
}

TEST_CASE("the longest common subsequence agrees with the table of all prefixes") {
  limn::Generator generator(1);
  for (const std::int64_t words : {1, 2, 5, 40}) {
    LongestCommonSubsequence lcs(static_cast<std::int32_t>(words));
    for (const std::size_t left : {1u, 10u, 63u, 64u, 65u, 128u, 200u}) {
      for (const std::size_t right : {1u, 9u, 64u, 150u}) {
        const auto random = [&](std::size_t size) {
          Sequence sequence(size);
          for (auto& word : sequence) word = static_cast<std::int32_t>(generator.below(words));
          return sequence;
        };
        const Sequence a = random(left);
        const Sequence b = random(right);
        INFO(words << " words, " << left << " and " << right);
        REQUIRE(lcs.length(a, b) == naive_length(a, b));
      }
    }
  }
}
