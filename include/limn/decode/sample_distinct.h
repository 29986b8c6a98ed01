// Different captions drawn from P(S | I): sampling without replacement.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/core/generator.h"
#include "limn/decode/hypothesis.h"
#include "limn/decode/rules.h"
#include "limn/decode/step_decoder.h"

namespace limn::decode {

struct DistinctOptions {
  int samples = 5;               ///< K >= 1, captions per image, at most; no two are the same
  double temperature = 1;        ///< τ > 0: words are drawn from softmax(log p / τ)
  std::int64_t max_length = 20;  ///< >= 1, words, the end not counted
  std::int64_t min_length = 0;   ///< in [0, max_length]
  std::vector<std::int32_t> forbidden = {};  ///< words that are never drawn; the end is refused
  Rules rules = {};
  bool attention = false;  ///< whether hypotheses keep `StepDecoder::attention` of each step
};

/// Captions of each image drawn without replacement, in the order in which they were drawn: the
/// first is a sample, the second one of what is left, and so on; fewer than `samples` when there
/// are not so many. What is drawn from is what `sample` draws from with these options, captions cut
/// at `max_length` among them, unfinished; a beginning that cannot go on is not a caption.
///
/// Stochastic beam search (Kool, van Hoof and Welling 2019, algorithm 1). A caption with
/// log-probability φ has the perturbed one G ~ Gumbel(φ), and the K greatest are a sample without
/// replacement. They are found top down, as the greatest G below a beginning is Gumbel of its φ: of
/// the continuations of a beginning whose greatest is G,
///
///     G̃_i ~ Gumbel(φ_i),  Z = max G̃_i,  G_i = −log(exp(−G) − exp(−Z) + exp(−G̃_i))
///
/// (equation 9, in the form of appendix B.3), and each step keeps the K greatest of an image. The
/// score of a hypothesis is its G; log-probabilities are the model's own, before temperature.
///
/// Each image has random numbers of its own, by its number among all that were drawn for with the
/// generator so far: what it gets depends neither on its batch nor on the threads. The generator
/// moves on by the images.
///
/// Throws InvalidArgument for options out of range, for rules that contradict each other and for
/// scores that are not float32 or float64 [rows, V] log-probabilities, NumericalError when a score
/// is NaN.
std::vector<std::vector<Hypothesis>> sample_distinct(const StepDecoder& decoder,
                                                     const nn::Features& features,
                                                     Generator& generator,
                                                     const DistinctOptions& options = {});

}  // namespace limn::decode
