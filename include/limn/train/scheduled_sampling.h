// Scheduled sampling: a batch whose input words are partly the model's own.
#pragma once

#include <cstdint>

#include "limn/core/generator.h"
#include "limn/data/batch.h"
#include "limn/decode/step_decoder.h"

namespace limn::train {

/// The batch with other inputs: from the second step on, each is with probability `chance` = ε not
/// the word before but one drawn from P(s_t | s̃_<t, I), the model's distribution at the step before
/// given the inputs s̃ chosen so far (Bengio et al., "Scheduled sampling for sequence prediction
/// with recurrent neural networks", 2015, section 2.4, a coin for each word). Targets stay. What is
/// drawn may be any word, the end too.
///
/// Any decoder will do: it is walked through the batch once, without gradient; the likelihood of
/// the result is then computed as of any other batch. So the words are drawn without dropout, where
/// ruotianluo's code draws from the very pass that is trained.
///
/// Throws InvalidArgument unless chance is in [0, 1].
data::CaptionBatch with_drawn_inputs(const decode::StepDecoder& decoder,
                                     const nn::Features& features, const data::CaptionBatch& batch,
                                     double chance, Generator& generator);

/// ε over the epochs, ruotianluo's: min(increase · ⌊(epoch − from_epoch) / every⌋, most) from
/// `from_epoch` on.
struct SamplingSchedule {
  std::int64_t from_epoch = 0;  ///< counted from 1; 0: never
  std::int64_t every = 5;       ///< epochs, >= 1
  double increase = 0.05;
  double most = 0.25;

  double chance(std::int64_t epoch) const;
};

}  // namespace limn::train
