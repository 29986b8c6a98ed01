// Sampling captions from P(S | I).
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"
#include "limn/decode/hypothesis.h"
#include "limn/decode/rules.h"
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
  Rules rules = {};
  bool attention = false;  ///< whether hypotheses keep `StepDecoder::attention` of each step
};

/// `samples` captions of each image, in the order they were drawn; a hypothesis that reaches
/// `max_length` without the end, or a step at which no word is allowed and possible, is unfinished.
/// log-probabilities are the model's own, before temperature and truncation; the score is their
/// sum.
///
/// Ancestral sampling: each word is drawn from p(s_i | s_<i, I) without the words that may not come
/// (`forbidden`, the end before `min_length`, what breaks one of `rules`), taken to the power 1/τ,
/// truncated to the `top_k` most probable words (Fan et al. 2018), and of these to the smallest set
/// whose share of their probability reaches `nucleus` (Holtzman et al. 2020, section 3.1), and
/// normalised again. Of equally probable words the lower comes first.
///
/// Each caption has random numbers of its own, by its number among all that were drawn with the
/// generator so far: what an image gets depends neither on the sizes of the batches in which images
/// are sampled nor on the threads. The generator moves on by images · samples.
///
/// Throws InvalidArgument for options out of range, for rules that contradict each other and for
/// scores that are not float32 or float64 [rows, V] log-probabilities, NumericalError when a score
/// is NaN.
std::vector<std::vector<Hypothesis>> sample(const StepDecoder& decoder,
                                            const nn::Features& features, Generator& generator,
                                            const SampleOptions& options = {});

}  // namespace limn::decode
