// What the hypotheses of a search said: a tree in which siblings share their beginning.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/decode/hypothesis.h"

namespace limn::decode {

class History {
 public:
  static constexpr std::int32_t kNothingSaid = -1;

  /// The node of `parent`'s words and one more, which row `row` of its step chose.
  std::int32_t add(std::int32_t parent, std::int32_t word, double log_probability,
                   std::int64_t row);
  /// The attention [rows, R] of the step that is next, for the hypotheses; may be undefined.
  void attend(const Tensor& attention) { attention_.push_back(attention); }
  /// All words up to `node`, the end too if it was chosen.
  std::vector<std::int32_t> words(std::int32_t node) const;
  /// The word of `node`, or of the node so many steps before it.
  std::int32_t word(std::int32_t node, std::int64_t steps_before) const;
  /// The words up to `node`; its own is the end, and not among them, when `finished`. The score is
  /// left to the caller.
  Hypothesis hypothesis(std::int32_t node, bool finished) const;

 private:
  struct Node {
    std::int32_t parent;
    std::int32_t word;
    double log_probability;
    std::int64_t row;
  };

  const Node& at(std::int32_t node) const { return nodes_[static_cast<std::size_t>(node)]; }
  std::vector<std::int32_t> path(std::int32_t node) const;
  Tensor attention_along(const std::vector<std::int32_t>& path) const;

  std::vector<Node> nodes_;
  std::vector<Tensor> attention_;  // of each step
};

}  // namespace limn::decode
