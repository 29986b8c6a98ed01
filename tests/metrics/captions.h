// Captions for the tests of metrics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limn/metrics/scores.h"

namespace limn::test {

using Sentence = std::vector<std::string>;

/// Python's caption.split(" ").
inline Sentence words(std::string_view caption) {
  Sentence result(1);
  for (const char c : caption) {
    if (c == ' ') {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

inline metrics::Candidate candidate(std::string_view hypothesis,
                                    const std::vector<std::string>& references) {
  metrics::Candidate result{words(hypothesis), {}};
  for (const std::string& reference : references) result.references.push_back(words(reference));
  return result;
}

/// Three images, the last with an empty hypothesis.
inline std::vector<metrics::Candidate> toy_set() {
  std::vector<metrics::Candidate> set{
      candidate("a man riding a wave on a surfboard", {"a man riding a wave on top of a surfboard",
                                                       "a surfer rides a large wave in the ocean"}),
      candidate("a dog is running",
                {"a dog runs on the grass", "a brown dog is running through a field"}),
      candidate("", {"two people sit at a table"})};
  set.back().hypothesis.clear();
  return set;
}

}  // namespace limn::test
