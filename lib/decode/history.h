// What the hypotheses of a search said: a tree in which siblings share their beginning.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/decode/hypothesis.h"

namespace limn::decode {

class History {
 public:
  static constexpr std::int32_t kNothingSaid = -1;

  /// The node of `parent`'s words and one more.
  std::int32_t add(std::int32_t parent, std::int32_t word, double log_probability);
  /// The words up to `node`; its own is the end, and not among them, when `finished`. The score is
  /// left to the caller.
  Hypothesis hypothesis(std::int32_t node, bool finished) const;

 private:
  struct Node {
    std::int32_t parent;
    std::int32_t word;
    double log_probability;
  };

  std::vector<Node> nodes_;
};

}  // namespace limn::decode
