#include "decode/history.h"

#include <algorithm>
#include <numeric>

#include "limn/core/error.h"

namespace limn::decode {

std::int32_t History::add(std::int32_t parent, std::int32_t word, double log_probability) {
  nodes_.push_back({parent, word, log_probability});
  return static_cast<std::int32_t>(nodes_.size()) - 1;
}

Hypothesis History::hypothesis(std::int32_t node, bool finished) const {
  Hypothesis result;
  result.finished = finished;
  for (; node != kNothingSaid; node = nodes_[static_cast<std::size_t>(node)].parent) {
    result.words.push_back(nodes_[static_cast<std::size_t>(node)].word);
    result.log_probabilities.push_back(nodes_[static_cast<std::size_t>(node)].log_probability);
  }
  std::reverse(result.words.begin(), result.words.end());
  std::reverse(result.log_probabilities.begin(), result.log_probabilities.end());
  LIMN_ASSERT(!finished || !result.words.empty());
  if (finished) result.words.pop_back();
  result.log_probability =
      std::accumulate(result.log_probabilities.begin(), result.log_probabilities.end(), 0.0);
  return result;
}

}  // namespace limn::decode
