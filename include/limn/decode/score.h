// log P(S | I) of captions that are given, a word at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/decode/step_decoder.h"

namespace limn::decode {

/// A caption of image `image` of the features, without the begin and end words.
struct GivenCaption {
  std::int64_t image = 0;
  std::vector<std::int32_t> words = {};
};

/// log P(s_i | s_<i, I) of every word of each caption and of its end, in nats, as `decoder` steps:
/// for those that have no other view of P(S | I), such as an Ensemble. Throws InvalidArgument for
/// images and words that there are not and for captions beyond `longest()`.
std::vector<std::vector<double>> score(const StepDecoder& decoder, const nn::Features& features,
                                       std::span<const GivenCaption> captions);

}  // namespace limn::decode
