// Walks a StepDecoder: the state of the live rows and the word each was given last.
#pragma once

#include <span>
#include <vector>

#include "limn/decode/step_decoder.h"

namespace limn::decode {

/// At first a row for each image. Nothing it does is recorded for gradients.
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
  State state_;
  std::vector<std::int32_t> words_;
};

}  // namespace limn::decode
