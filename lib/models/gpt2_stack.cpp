#include "models/gpt2_stack.h"

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/option_checks.h"

namespace limn::models {

std::vector<Option> options_of(Gpt2Options& o) {
  return {
      {"width", &o.width, "width of words and layers"},
      {"heads", &o.heads, "of attention"},
      {"layers", &o.layers, "layers of the language model"},
      {"feed_forward", &o.feed_forward, "inner width of the feed-forward networks"},
      {"positions", &o.positions, "most words of a caption, its begin or prefix counted"},
      {"dropout", &o.dropout, "probability, of words, attention weights and sublayers"},
  };
}

void check_gpt2(const char* model, const Gpt2Options& o, const CaptionerSizes& sizes, double more) {
  const OptionChecks check{model};
  check.positive("width", o.width);
  check.positive("heads", o.heads);
  check.layers("layers", o.layers);
  check.positive("feed_forward", o.feed_forward);
  check.positive("positions", o.positions);
  check.probability("dropout", o.dropout);
  require(o.width % o.heads == 0, "{}: width must be a multiple of heads; got {} and {}", model,
          o.width, o.heads);
  const auto width = static_cast<double>(o.width);
  const double layer = 4 * width + 2 * static_cast<double>(o.feed_forward);
  check.parameters(
      more + width * (static_cast<double>(o.layers) * layer +
                      static_cast<double>(sizes.vocabulary) + static_cast<double>(o.positions)),
      sizes,
      fmt::format("width {}, feed_forward {}, layers {} and positions {} with {} words", o.width,
                  o.feed_forward, o.layers, o.positions, sizes.vocabulary));
}

Gpt2Stack::Gpt2Stack(const Gpt2Options& o, std::int64_t vocabulary, bool sees_image,
                     Generator& generator)
    : words_(vocabulary, o.width, generator),
      positions_(o.positions, o.width, generator),
      norm_({.width = o.width}),
      dropout_(o.dropout) {
  for (const nn::Embedding* table : {&words_, &positions_}) {
    Tensor values = table->weight().value();  // shares the storage
    generator.fill_normal(values, 0, 0.02);
  }
  child("wte", words_);
  child("wpe", positions_);
  for (std::int64_t i = 0; i < o.layers; ++i) {
    layers_.push_back(std::make_unique<Gpt2Layer>(o, sees_image, generator));
    child("h." + std::to_string(i), *layers_.back());
  }
  child("ln_f", norm_);
}

std::vector<Gpt2Attention::Memory> Gpt2Stack::look(const Variable& image) const {
  std::vector<Gpt2Attention::Memory> memories;
  for (const auto& layer : layers_) memories.push_back(layer->look(image));
  return memories;
}

Variable Gpt2Stack::run(const Variable& x, std::span<const std::int64_t> positions,
                        const View& view, const nn::Pass& pass) const {
  const std::int64_t most = positions_.weight().shape()[0];
  for (const std::int64_t position : positions)
    require(position < most, "gpt2: the language model has {} positions; got more words", most);
  Variable y =
      nn::dropout(ops::add(x, ops::gather_rows(positions_.weight(), positions)), dropout_, pass);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    Gpt2Layer::Image image;
    if (!view.image.empty())
      image = {view.image[i], view.sight, i + 1 == layers_.size() ? view.look : nullptr};
    y = layers_[i]->forward(y, view.self, image, pass);
  }
  return norm_.forward(y);
}

Likelihood Gpt2Stack::likelihood(const Variable& x, const RaggedCaptions& words) const {
  return words.likelihood(x, words_.weight(), {});
}

Tensor Gpt2Stack::log_probabilities(const Variable& x) const {
  return ops::log_softmax(ops::linear(x, words_.weight(), {})).value();
}

Gpt2Layer::SelfAttention seeing_rows(ops::AttentionOptions sight, std::vector<std::int64_t> keys,
                                     const nn::Pass& pass) {
  return [sight = std::move(sight), keys = std::move(keys), pass](const Gpt2Attention& attention,
                                                                  const Variable& x) {
    Gpt2Attention::Projections of = attention.project(x);
    if (!keys.empty()) {
      of.memory.keys = ops::gather_rows(of.memory.keys, keys);
      of.memory.values = ops::gather_rows(of.memory.values, keys);
    }
    return attention.attend(of.queries, of.memory, sight, pass);
  };
}

Gpt2Layer::SelfAttention seeing_past(StepCache& cache) {
  return [&cache](const Gpt2Attention& attention, const Variable& x) {
    const Gpt2Attention::Projections of = attention.project(x);
    return attention.step(of.queries, cache.remember(of.memory));
  };
}

}  // namespace limn::models
