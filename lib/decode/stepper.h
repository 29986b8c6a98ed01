// Walks a StepDecoder: the state of the live rows and the word each was given last.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "decode/word_rows.h"
#include "limn/decode/step_decoder.h"
#include "ops/packed_weights.h"

namespace limn::decode {

/// At first a row for each image. Nothing it does is recorded for gradients, and the decoder's
/// weights must not change while it or a copy of it lives.
class Stepper {
 public:
  Stepper(const StepDecoder& decoder, const nn::Features& features);

  std::int64_t rows() const { return static_cast<std::int64_t>(words_.size()); }
  /// log P(next word | words so far, I) [rows, V]. Throws InvalidArgument when the decoder gives
  /// another shape or dtype.
  Tensor step();
  /// The weights of the regions in the last step [rows, R], undefined if the decoder has none.
  /// Throws InvalidArgument when the decoder gives another shape or dtype.
  Tensor attention() const;
  /// From now on row i continues what was row parents[i], with words[i].
  void follow(std::span<const std::int64_t> parents, std::span<const std::int32_t> words);

 private:
  const StepDecoder* decoder_;
  std::shared_ptr<ops::PackedWeights> weights_;
  std::shared_ptr<WordRows> word_rows_;
  State state_;
  std::vector<std::int32_t> words_;
};

}  // namespace limn::decode
