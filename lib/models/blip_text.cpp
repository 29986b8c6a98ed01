#include "limn/models/blip_text.h"

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/nn/embedding.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/blip_layer.h"
#include "models/input_checks.h"
#include "models/option_checks.h"
#include "models/ragged_captions.h"
#include "models/region_memory.h"
#include "models/step_cache.h"

namespace limn::models {
namespace {

void check_blip(const BlipTextOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"blip_text"};
  check.positive("width", o.width);
  check.positive("heads", o.heads);
  check.layers("layers", o.layers);
  check.positive("feed_forward", o.feed_forward);
  check.positive("positions", o.positions);
  check.probability("dropout", o.dropout);
  require(o.width % o.heads == 0, "blip_text: width must be a multiple of heads; got {} and {}",
          o.width, o.heads);
  const auto width = static_cast<double>(o.width), inner = static_cast<double>(o.feed_forward);
  const double layer = 6 * width + 2 * static_cast<double>(sizes.features) + 2 * inner;
  check.parameters(
      width * (static_cast<double>(o.layers) * layer + static_cast<double>(sizes.vocabulary) +
               static_cast<double>(o.positions) + width),
      sizes,
      fmt::format("width {}, feed_forward {}, layers {} and positions {} with {} words and {} "
                  "features",
                  o.width, o.feed_forward, o.layers, o.positions, sizes.vocabulary,
                  sizes.features));
}

nn::LayerNorm bert_norm_of(std::int64_t width) {
  return nn::LayerNorm({.width = width, .options = {.epsilon = kBertEpsilon}});
}

void start_bert(const nn::Module& module, Generator& generator) {
  for (const auto& [name, parameter] : module.parameters()) {
    Tensor values = parameter.value();  // shares the storage
    if (values.shape().rank() > 1)
      generator.fill_normal(values, 0, 0.02);
    else if (name.ends_with("bias"))
      values.fill(0);
  }
  module.mark_changed();
}

}  // namespace

std::vector<Option> options_of(BlipTextOptions& o) {
  return {
      {"width", &o.width, "width of words and layers"},
      {"heads", &o.heads, "of attention"},
      {"layers", &o.layers, "layers over the words"},
      {"feed_forward", &o.feed_forward, "inner width of the feed-forward networks"},
      {"positions", &o.positions, "most words of a caption, its begin counted"},
      {"dropout", &o.dropout, "probability, of words, attention weights and sublayers"},
  };
}

struct BlipText::Parts : nn::Module {
  nn::Embedding words, positions;
  nn::LayerNorm embedding_norm;
  std::vector<std::unique_ptr<BlipLayer>> layers;
  nn::Linear transform;
  nn::LayerNorm transform_norm;
  Variable bias;  // [V], of the output layer
  double dropout;

  Parts(const BlipTextOptions& o, const CaptionerSizes& sizes, Generator& generator);

  Variable embed(std::span<const std::int32_t> words, std::span<const std::int64_t> positions,
                 const nn::Pass& pass) const;
  /// What the table of words is multiplied with.
  Variable transformed(const Variable& x) const {
    return transform_norm.forward(ops::gelu(transform.forward(x)));
  }
};

BlipText::Parts::Parts(const BlipTextOptions& o, const CaptionerSizes& sizes, Generator& generator)
    : words(sizes.vocabulary, o.width, generator),
      positions(o.positions, o.width, generator),
      embedding_norm(bert_norm_of(o.width)),
      transform({o.width, o.width}, generator),
      transform_norm(bert_norm_of(o.width)),
      bias(parameter("cls.predictions.bias", Tensor::zeros(Shape{sizes.vocabulary}))),
      dropout(o.dropout) {
  child("bert.embeddings.word_embeddings", words);
  child("bert.embeddings.position_embeddings", positions);
  child("bert.embeddings.LayerNorm", embedding_norm);
  for (std::int64_t i = 0; i < o.layers; ++i) {
    layers.push_back(std::make_unique<BlipLayer>(o, sizes.features, generator));
    child("bert.encoder.layer." + std::to_string(i), *layers.back());
  }
  child("cls.predictions.transform.dense", transform);
  child("cls.predictions.transform.LayerNorm", transform_norm);
  start_bert(*this, generator);
}

Variable BlipText::Parts::embed(std::span<const std::int32_t> ids,
                                std::span<const std::int64_t> places, const nn::Pass& pass) const {
  const std::int64_t most = positions.weight().shape()[0];
  for (const std::int64_t place : places)
    require(place < most,
            "blip_text: was built for captions of {} words, the begin included; got more", most);
  const Variable placed =
      ops::add(words.forward(ids), ops::gather_rows(positions.weight(), places));
  return nn::dropout(embedding_norm.forward(placed), dropout, pass);
}

BlipText::BlipText(const BlipTextOptions& options, const CaptionerSizes& sizes,
                   Generator& generator)
    : options_(options), sizes_(sizes) {
  check_blip(options, sizes);
  parts_ = std::make_unique<Parts>(options, sizes, generator);
  child("", *parts_);
}

BlipText::~BlipText() = default;

std::vector<std::pair<std::string, std::string>> BlipText::options() const {
  return texts_of(options_);
}

// The regions as each layer sees them.
RegionMemory BlipText::look(const nn::Features& features) const {
  const RegionRows rows = region_rows(checked_regions(*this, features), features.mask);
  RegionMemory memory{.parts = {}, .images = rows.images, .mask = rows.mask};
  for (const auto& layer : parts_->layers) memory.parts.push_back(layer->look(rows.values));
  return memory;
}

Likelihood BlipText::log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                                    const LikelihoodOptions& options, const nn::Pass& pass) const {
  check_described(*this, features, batch);
  const RaggedCaptions words(batch, options);
  const RegionMemory image = look(features);
  const ops::AttentionOptions captions{.causal = true, .spans = words.captions};
  const ops::AttentionOptions sight{.spans = words.seeing(image.images)};
  Variable x = parts_->embed(words.inputs, words.positions, pass);
  for (std::size_t i = 0; i < parts_->layers.size(); ++i)
    x = parts_->layers[i]->forward(x, captions, {image.parts[i], sight}, pass);
  return words.likelihood(parts_->transformed(x), parts_->words.weight(), parts_->bias);
}

decode::State BlipText::start(const nn::Features& features) const {
  const NoGradGuard guard;
  return look(features).start();
}

Tensor BlipText::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  const std::size_t layers = parts_->layers.size();
  const RegionMemory image = RegionMemory::of(state, layers);
  StepCache cache(state, image.tensors(), layers);
  const auto remember = [&](const BlipLayer::Memory& memory) { return cache.remember(memory); };
  const ops::AttentionOptions sight{.spans = image.images.seen_by(cache.images())};
  const std::vector<std::int64_t> positions(words.size(), cache.before());
  Tensor look;
  Variable x = parts_->embed(words, positions, {});
  for (std::size_t i = 0; i < layers; ++i) {
    x = parts_->layers[i]->step(x, remember,
                                {image.parts[i], sight, i + 1 == layers ? &look : nullptr});
  }
  cache.look(with_missing_regions(look, cache.images(), image.mask));
  const Variable scores = ops::linear(parts_->transformed(x), parts_->words.weight(), parts_->bias);
  return ops::log_softmax(scores).value();
}

Tensor BlipText::attention(const decode::State& state) const { return StepCache::last_look(state); }

}  // namespace limn::models
