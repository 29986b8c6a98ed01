#include "limn/models/stepwise_captioner.h"

#include "core/check.h"
#include "decode/word_rows.h"
#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/input_checks.h"
#include "models/region_mean.h"
#include "models/search_rows.h"
#include "models/target_weights.h"
#include "ops/packed_weights.h"

namespace limn::models {
namespace {

std::vector<Variable> rows_of(const std::vector<Variable>& state,
                              std::span<const std::int64_t> rows) {
  std::vector<Variable> result;
  for (const Variable& variable : state) result.push_back(ops::gather_rows(variable, rows));
  return result;
}

// The captions that go on: sorted by length, they are the first.
std::vector<Variable> first_rows(const std::vector<Variable>& state, std::int64_t rows) {
  std::vector<Variable> result;
  for (const Variable& variable : state) {
    const bool all = variable.shape()[0] == rows;
    result.push_back(all ? variable : ops::slice(variable, 0, 0, rows));
  }
  return result;
}

// What a search keeps in State::rows before the model's own state.
enum Row : std::size_t { kImage, kAttention, kState };

}  // namespace

Variable StepwiseCaptioner::penalty(const Memory&, const Trace&) const { return {}; }

Likelihood StepwiseCaptioner::log_likelihood(const nn::Features& features,
                                             const data::CaptionBatch& batch,
                                             const LikelihoodOptions& options,
                                             const nn::Pass& pass) const {
  check_described(*this, features, batch);
  Memory memory = look(features, pass);
  if (!options.penalty) memory.draws = false;
  const Variable x = read(batch.inputs, pass);
  const std::span<const std::int64_t> images = batch.images;
  std::vector<Variable> state = rows_of(initial_state(memory, pass), images);
  Trace trace{.batch = batch, .steps = {}, .log_probabilities = {}};
  std::vector<Variable> outputs;
  ops::PackedWeights weights;
  const ops::PackedWeightsGuard guard(weights);
  for (std::int64_t t = 0; t < batch.packing.steps(); ++t) {
    const std::int64_t begin = batch.packing.offset(t), rows = batch.packing.rows(t);
    Step step = advance(memory, images.first(static_cast<std::size_t>(rows)),
                        ops::slice(x, 0, begin, begin + rows), first_rows(state, rows), pass);
    state = step.state;
    outputs.push_back(step.output);
    trace.steps.push_back(std::move(step));
  }
  const nn::Linear& out = output_layer();
  if (outputs.empty())  // no caption
    outputs.emplace_back(Tensor(out.weight().shape().with(0, 0), out.weight().dtype()));
  auto result = ops::linear_cross_entropy(ops::concatenate(outputs, 0), out.weight(), out.bias(),
                                          batch.targets, target_weights(batch, options),
                                          options.label_smoothing);
  trace.log_probabilities = result.log_probabilities;
  const bool penalised = options.penalty && !trace.steps.empty();
  return {.total = std::move(result.total),
          .log_probabilities = std::move(result.log_probabilities),
          .penalty = penalised ? penalty(memory, trace) : Variable()};
}

decode::State StepwiseCaptioner::start(const nn::Features& features) const {
  const NoGradGuard guard;
  const Memory memory = look(features, {});
  decode::State state;
  for (const Variable& part : memory.parts) state.shared.push_back(part.value());
  state.shared.push_back(memory.mask);
  const std::int64_t images = features.images();
  state.rows = {own_images(images), no_look(images)};
  for (const Variable& variable : initial_state(memory, {})) state.rows.push_back(variable.value());
  return state;
}

Tensor StepwiseCaptioner::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  Memory memory{.parts = {}, .mask = state.shared.back()};
  for (std::size_t i = 0; i + 1 < state.shared.size(); ++i)
    memory.parts.emplace_back(state.shared[i]);
  const std::vector<std::int64_t> images = images_of(state.rows[kImage]);
  std::vector<Variable> before;
  for (std::size_t i = kState; i < state.rows.size(); ++i) before.emplace_back(state.rows[i]);
  const Variable x(decode::rows_of_words(
      this, words, [&](std::span<const std::int32_t> made) { return read(made, {}).value(); }));
  const Step after = advance(memory, images, x, before, {});
  state.rows.resize(kState);
  if (after.attention.defined()) state.rows[kAttention] = after.attention.value();
  for (const Variable& variable : after.state) state.rows.push_back(variable.value());
  return ops::log_softmax(output_layer().forward(after.output)).value();
}

Tensor StepwiseCaptioner::attention(const decode::State& state) const {
  return look_of(state.rows[kAttention]);
}

const Variable& StepwiseCaptioner::regions_of(const nn::Features& features) const {
  return checked_regions(*this, features);
}

Variable StepwiseCaptioner::embedded_regions(const nn::Features& features, const nn::Linear& layer,
                                             double dropout, const nn::Pass& pass) const {
  const Variable v = existing_regions(regions_of(features), features.mask);
  return existing_regions(nn::dropout(ops::relu(layer.forward(v)), dropout, pass), features.mask);
}

Variable StepwiseCaptioner::global_of(const nn::Features& features) const {
  const Variable& global = features.global;
  if (global.defined() && global.shape().rank() == 2 && global.shape()[1] == sizes_.features)
    return checked_global(*this, features, sizes_.features);
  return region_mean(regions_of(features), features.mask);
}

Variable StepwiseCaptioner::global_of(const nn::Features& features, std::int64_t width) const {
  return width == 0 ? global_of(features) : checked_global(*this, features, width);
}

}  // namespace limn::models
