// Hypotheses that must be the same to the last bit.
#pragma once

#include <vector>

#include "limn/decode/hypothesis.h"
#include "support/catch.h"

namespace limn::test {

inline void require_same(const decode::Hypothesis& mine, const decode::Hypothesis& expected) {
  REQUIRE(mine.words == expected.words);
  REQUIRE(mine.finished == expected.finished);
  REQUIRE(mine.log_probabilities == expected.log_probabilities);
  REQUIRE(mine.log_probability == expected.log_probability);
  REQUIRE(mine.score == expected.score);
  REQUIRE(mine.group == expected.group);
}

/// Of one image, or of each of several.
template <class T>
void require_same(const std::vector<T>& mine, const std::vector<T>& expected) {
  REQUIRE(mine.size() == expected.size());
  for (std::size_t i = 0; i < mine.size(); ++i) require_same(mine[i], expected[i]);
}

}  // namespace limn::test
