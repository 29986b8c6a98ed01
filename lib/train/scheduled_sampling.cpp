#include "limn/train/scheduled_sampling.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/check.h"
#include "decode/word_rows.h"
#include "kernels/draw.h"
#include "limn/autograd/variable.h"
#include "limn/core/dispatch.h"
#include "ops/packed_weights.h"

namespace limn::train {
namespace {

// The first `rows` rows, which are the captions that go on.
decode::State shortened(const decode::StepDecoder& decoder, const decode::State& state,
                        std::int64_t rows) {
  std::vector<std::int64_t> first(static_cast<std::size_t>(rows));
  std::iota(first.begin(), first.end(), std::int64_t{0});
  return decoder.reorder(state, first);
}

// Replaces some of `words`; row i of `scores` has the log-probabilities of word i.
void draw_some(const Tensor& scores, double chance, Generator& generator,
               std::span<std::int32_t> words) {
  std::vector<std::int64_t> rows;
  std::vector<double> uniform;
  for (std::size_t row = 0; row < words.size(); ++row) {
    if (generator.uniform() >= chance) continue;
    rows.push_back(static_cast<std::int64_t>(row));
    uniform.push_back(generator.uniform());
  }
  std::vector<std::int32_t> drawn(rows.size());
  for_floating(scores.dtype(), "with_drawn_inputs", [&]<class T>() {
    kernels::draw<T>({.columns = scores.shape()[1]}, scores.data<T>(), std::ssize(rows),
                     rows.data(), uniform.data(), drawn.data());
  });
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (drawn[i] >= 0) words[static_cast<std::size_t>(rows[i])] = drawn[i];
}

}  // namespace

data::CaptionBatch with_drawn_inputs(const decode::StepDecoder& decoder,
                                     const nn::Features& features, const data::CaptionBatch& batch,
                                     double chance, Generator& generator) {
  require(chance >= 0 && chance <= 1, "with_drawn_inputs: chance must be in [0, 1]; got {}",
          chance);
  data::CaptionBatch mixed = batch;
  if (chance == 0) return mixed;
  const NoGradGuard guard;
  ops::PackedWeights weights;
  const ops::PackedWeightsGuard weights_guard(weights);
  decode::WordRows word_rows;
  const decode::WordRowsGuard word_rows_guard(word_rows);
  decode::State state = decoder.reorder(decoder.start(features), batch.images);
  for (std::int64_t t = 0; t + 1 < batch.packing.steps(); ++t) {
    const auto inputs = [&](std::int64_t step) {
      return std::span(mixed.inputs)
          .subspan(static_cast<std::size_t>(batch.packing.offset(step)),
                   static_cast<std::size_t>(batch.packing.rows(step)));
    };
    if (t > 0 && batch.packing.rows(t) < batch.packing.rows(t - 1))
      state = shortened(decoder, state, batch.packing.rows(t));
    draw_some(decoder.step(state, inputs(t)), chance, generator, inputs(t + 1));
  }
  return mixed;
}

double SamplingSchedule::chance(std::int64_t epoch) const {
  if (from_epoch == 0 || epoch < from_epoch) return 0;
  return std::min(increase * static_cast<double>((epoch - from_epoch) / every), most);
}

}  // namespace limn::train
