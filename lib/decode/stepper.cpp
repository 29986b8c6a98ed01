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

}  // namespace

Stepper::Stepper(const StepDecoder& decoder, const nn::Features& features)
    : decoder_(decoder),
      state_(decoder.start(features)),
      words_(static_cast<std::size_t>(features.images()), decoder.begin()) {}

Tensor Stepper::step() {
  Tensor scores = decoder_.step(state_, words_);
  const Shape needed{rows(), decoder_.vocabulary_size()};
  require(scores.defined() && scores.shape() == needed && is_floating(scores.dtype()),
          "search: a step must give float32 or float64 log-probabilities {}; got {} {}",
          needed.to_string(), name_of(scores.dtype()), scores.shape().to_string());
  return scores;
}

void Stepper::follow(std::span<const std::int64_t> parents, std::span<const std::int32_t> words) {
  if (!keeps_every_row(parents, words_.size())) state_ = decoder_.reorder(state_, parents);
  words_.assign(words.begin(), words.end());
}

}  // namespace limn::decode
