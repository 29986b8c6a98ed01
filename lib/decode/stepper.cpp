#include "decode/stepper.h"

#include "core/check.h"

namespace limn::decode {
namespace {

bool keeps_every_row(std::span<const std::int64_t> parents, std::size_t rows) {
  if (parents.size() != rows) return false;
  for (std::size_t i = 0; i < rows; ++i) {
    if (parents[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

State start(const StepDecoder& decoder, const nn::Features& features, ops::PackedWeights& weights) {
  const NoGradGuard guard;
  const ops::PackedWeightsGuard weights_guard(weights);
  return decoder.start(features);
}

}  // namespace

Stepper::Stepper(const StepDecoder& decoder, const nn::Features& features)
    : decoder_(&decoder),
      weights_(std::make_shared<ops::PackedWeights>()),
      word_rows_(std::make_shared<WordRows>()),
      state_(start(decoder, features, *weights_)),
      words_(static_cast<std::size_t>(features.images()), decoder.begin()) {}

Tensor Stepper::step() {
  const NoGradGuard guard;
  const ops::PackedWeightsGuard weights_guard(*weights_);
  const WordRowsGuard word_rows_guard(*word_rows_);
  Tensor scores = decoder_->step(state_, words_);
  const Shape needed{rows(), decoder_->vocabulary_size()};
  require(scores.defined() && scores.shape() == needed && is_floating(scores.dtype()),
          "search: a step must give float32 or float64 log-probabilities {}; got {}", needed,
          scores);
  return scores;
}

Tensor Stepper::attention() const {
  const NoGradGuard guard;
  const ops::PackedWeightsGuard weights_guard(*weights_);
  Tensor weights = decoder_->attention(state_);
  if (!weights.defined()) return weights;
  require(
      weights.shape().rank() == 2 && weights.shape()[0] == rows() && is_floating(weights.dtype()),
      "search: attention must be float32 or float64 [{}, R]; got {}", rows(), weights);
  return weights;
}

void Stepper::follow(std::span<const std::int64_t> parents, std::span<const std::int32_t> words) {
  const NoGradGuard guard;
  if (!keeps_every_row(parents, words_.size())) state_ = decoder_->reorder(state_, parents);
  words_.assign(words.begin(), words.end());
}

}  // namespace limn::decode
