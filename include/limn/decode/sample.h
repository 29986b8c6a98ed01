// Sampling captions from P(S | I).
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"
#include "limn/decode/hypothesis.h"
#include "limn/decode/step_decoder.h"

namespace limn::decode {

struct SampleOptions {
  int samples = 1;         ///< captions per image, >= 1
  double temperature = 1;  ///< τ > 0: words are drawn from softmax(log p / τ)
  std::int64_t top_k = 0;  ///< only the k most probable words; 0: all
  double nucleus = 1;  ///< only the smallest set of words whose probability reaches this, in (0, 1]
  std::int64_t max_length = 20;              ///< >= 1, words, the end not counted
  std::int64_t min_length = 0;               ///< in [0, max_length]
  std::vector<std::int32_t> forbidden = {};  ///< words that are never drawn; the end is refused
};

/// `samples` captions of each image, in the order they were drawn; what is drawn depends on the
/// generator's seed, not on the batch an image is in. A hypothesis that reaches `max_length`
/// without the end is unfinished. log-probabilities are the model's own, before temperature and
/// truncation; the score is their sum. Ancestral sampling; top-k: Fan et al. 2018; nucleus:
/// Holtzman et al. 2020, section 3.1. Throws InvalidArgument for options out of range,
/// NumericalError for NaN.
std::vector<std::vector<Hypothesis>> sample(const StepDecoder& decoder,
                                            const nn::Features& features, Generator& generator,
                                            const SampleOptions& options = {});

}  // namespace limn::decode
