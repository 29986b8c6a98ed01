#include "decode/history.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "limn/core/error.h"

namespace limn::decode {

std::int32_t History::add(std::int32_t parent, std::int32_t word, double log_probability,
                          std::int64_t row) {
  nodes_.push_back({parent, word, log_probability, row});
  return static_cast<std::int32_t>(nodes_.size()) - 1;
}

std::vector<std::int32_t> History::path(std::int32_t node) const {
  std::vector<std::int32_t> nodes;
  for (; node != kNothingSaid; node = at(node).parent) nodes.push_back(node);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<std::int32_t> History::words(std::int32_t node) const {
  std::vector<std::int32_t> words = path(node);
  for (std::int32_t& each : words) each = at(each).word;
  return words;
}

std::int32_t History::word(std::int32_t node, std::int64_t steps_before) const {
  for (; steps_before > 0; --steps_before) node = at(node).parent;
  return at(node).word;
}

Tensor History::attention_along(const std::vector<std::int32_t>& path) const {
  if (attention_.empty() || !attention_.front().defined() || path.empty()) return {};
  const Tensor& first = attention_.front();
  Tensor result(first.shape().with(0, std::ssize(path)), first.dtype());
  const std::size_t bytes = result.bytes() / path.size();
  for (std::size_t step = 0; step < path.size(); ++step) {
    const auto row = static_cast<std::size_t>(at(path[step]).row);
    std::memcpy(static_cast<std::byte*>(result.raw()) + step * bytes,
                static_cast<const std::byte*>(attention_[step].raw()) + row * bytes, bytes);
  }
  return result;
}

Hypothesis History::hypothesis(std::int32_t node, bool finished) const {
  Hypothesis result;
  result.finished = finished;
  const std::vector<std::int32_t> nodes = path(node);
  for (const std::int32_t each : nodes) {
    result.words.push_back(at(each).word);
    result.log_probabilities.push_back(at(each).log_probability);
  }
  LIMN_ASSERT(!finished || !result.words.empty());
  if (finished) result.words.pop_back();
  result.log_probability =
      std::accumulate(result.log_probabilities.begin(), result.log_probabilities.end(), 0.0);
  result.attention = attention_along(nodes);
  return result;
}

}  // namespace limn::decode
