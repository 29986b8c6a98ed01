// Hypothesis: what a search found for one image.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/tensor.h"

namespace limn::decode {

/// A caption S, or the beginning of one, and what the model thinks of it. All logarithms are
/// natural.
struct Hypothesis {
  std::vector<std::int32_t> words;  ///< without the begin and end words
  /// log P(s_i | s_<i, I) of each word, and of the end when `finished`.
  std::vector<double> log_probabilities;
  double log_probability = 0;  ///< their sum: log P(S | I) when `finished`
  double score = 0;            ///< what the search ranks by; higher is better
  bool finished = false;       ///< whether the end was reached
  int group = 0;               ///< of a diverse beam search, which found it
  /// Weights of the image's regions when each word was chosen, and the end when `finished`
  /// [log_probabilities.size(), R]; undefined unless it was asked for and the model attends.
  Tensor attention = {};
};

}  // namespace limn::decode
