#include "models/step_cache.h"

#include <algorithm>

#include "models/search_rows.h"

namespace limn::models {
namespace {

enum CachedRow : std::size_t { kDescribedImage, kAncestors, kLook };

// `ancestors` with the row itself behind them, if it is kept.
Tensor with_own_row(const Tensor& ancestors, std::span<const std::uint8_t> kept) {
  const std::int64_t rows = ancestors.shape()[0], steps = ancestors.shape()[1];
  Tensor result(Shape{rows, steps + 1}, DType::int32);
  for (std::int32_t row = 0; row < rows; ++row) {
    std::int32_t* to = result.data<std::int32_t>() + row * (steps + 1);
    std::copy_n(ancestors.data<std::int32_t>() + row * steps, steps, to);
    to[steps] = kept.empty() || kept[static_cast<std::size_t>(row)] != 0 ? row : -1;
  }
  return result;
}

}  // namespace

decode::State StepCache::start(std::int64_t images, std::vector<Tensor> of_images,
                               const std::vector<nn::MultiHeadAttention::Memory>& past,
                               std::size_t layers) {
  decode::State state{
      .rows = {own_images(images), Tensor(Shape{images, 0}, DType::int32), no_look(images)},
      .shared = std::move(of_images)};
  for (std::size_t i = 0; i < past.size(); i += layers)
    state.rows[kAncestors] = with_own_row(state.rows[kAncestors], {});
  for (const nn::MultiHeadAttention::Memory& memory : past)
    state.shared.insert(state.shared.end(), {memory.keys.value(), memory.values.value()});
  return state;
}

StepCache::StepCache(decode::State& state, std::size_t of_images, std::size_t layers,
                     std::span<const std::uint8_t> kept)
    : state_(state),
      of_images_(of_images),
      layers_(layers),
      steps_(state.rows[kAncestors].shape()[1]) {
  state_.rows[kAncestors] = with_own_row(state_.rows[kAncestors], kept);
}

std::vector<std::int64_t> StepCache::images() const {
  return images_of(state_.rows[kDescribedImage]);
}

void StepCache::look(Tensor weights) { state_.rows[kLook] = std::move(weights); }

Tensor StepCache::last_look(const decode::State& state) { return look_of(state.rows[kLook]); }

ops::AttentionSteps StepCache::remember(const nn::MultiHeadAttention::Memory& memory) {
  const std::size_t of_a_step = 2 * layers_;
  const std::size_t layer = (state_.shared.size() - of_images_) % of_a_step;
  state_.shared.push_back(memory.keys.value());
  state_.shared.push_back(memory.values.value());
  ops::AttentionSteps steps{.keys = {}, .values = {}, .rows = state_.rows[kAncestors]};
  for (std::size_t i = of_images_ + layer; i < state_.shared.size(); i += of_a_step) {
    steps.keys.push_back(state_.shared[i]);
    steps.values.push_back(state_.shared[i + 1]);
  }
  return steps;
}

}  // namespace limn::models
