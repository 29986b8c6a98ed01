// GPT-2: the sizes of the language model inside captioners.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/options.h"

namespace limn::models {

/// Radford et al., "Language models are unsupervised multitask learners", 2019. The defaults are
/// those of the smallest that was published.
struct Gpt2Options {
  std::int64_t width = 768;  ///< D
  std::int64_t heads = 12;
  std::int64_t layers = 12;
  std::int64_t feed_forward = 3072;
  std::int64_t positions = 1024;  ///< most words of a caption, its begin or prefix counted
  double dropout = 0.1;           ///< of embedded words, attention weights and sublayers
};
std::vector<Option> options_of(Gpt2Options& options);

}  // namespace limn::models
