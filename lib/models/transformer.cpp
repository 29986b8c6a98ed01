#include "limn/models/transformer.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/nn/xavier.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/input_checks.h"
#include "models/option_checks.h"
#include "models/ragged_captions.h"
#include "models/region_memory.h"
#include "models/sinusoids.h"
#include "models/step_cache.h"
#include "models/transformer_layers.h"

namespace limn::models {
namespace {

void check_transformer(const TransformerOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"transformer"};
  check.choices(o);
  check.positive("width", o.width);
  check.positive("heads", o.heads);
  check.positive("feed_forward", o.feed_forward);
  check.layers("encoder_layers", o.encoder_layers);
  check.layers("decoder_layers", o.decoder_layers);
  check.probability("dropout", o.dropout);
  check.probability("dropout_features", o.dropout_features);
  require(o.width % 2 == 0 && o.width % o.heads == 0,
          "transformer: width must be even and a multiple of heads; got {} and {}", o.width,
          o.heads);
  const auto width = static_cast<double>(o.width);
  const double network = 2 * static_cast<double>(o.feed_forward);
  check.parameters(
      width * (static_cast<double>(o.encoder_layers) * (4 * width + network) +
               static_cast<double>(o.decoder_layers) * (8 * width + network) +
               2 * static_cast<double>(sizes.vocabulary) + static_cast<double>(sizes.features)),
      sizes,
      fmt::format("width {}, feed_forward {}, layers {} and {} with {} words and {} features",
                  o.width, o.feed_forward, o.encoder_layers, o.decoder_layers, sizes.vocabulary,
                  sizes.features));
}

template <class Layer>
std::vector<std::unique_ptr<Layer>> make_layers(std::int64_t count,
                                                const TransformerLayerConfig& config,
                                                Generator& generator) {
  std::vector<std::unique_ptr<Layer>> layers;
  for (std::int64_t i = 0; i < count; ++i) {
    layers.push_back(std::make_unique<Layer>(config, generator));
    nn::start_xavier(*layers.back(), generator);
  }
  return layers;
}

}  // namespace

std::vector<Option> options_of(TransformerOptions& o) {
  return {
      {"width", &o.width, "width of words, regions and layers"},
      {"heads", &o.heads, "of attention"},
      {"feed_forward", &o.feed_forward, "inner width of the feed-forward networks"},
      {"encoder_layers", &o.encoder_layers, "layers over the regions"},
      {"decoder_layers", &o.decoder_layers, "layers over the words"},
      {"norm", &o.norm, "normalisation before or after each sublayer", {"pre", "post"}},
      {"dropout", &o.dropout, "probability, of sublayers, attention weights and words"},
      {"dropout_features", &o.dropout_features, "probability, of embedded regions"},
  };
}

struct Transformer::Stacks {
  nn::Linear regions;
  std::vector<std::unique_ptr<EncoderLayer>> encoder;
  std::vector<std::unique_ptr<DecoderLayer>> decoder;
  std::unique_ptr<nn::LayerNorm> encoder_norm, decoder_norm;  // "post" has none
  nn::Embedding words;
  nn::Linear out;

  Stacks(const TransformerOptions& o, const CaptionerSizes& sizes, Generator& generator);
};

Transformer::Stacks::Stacks(const TransformerOptions& o, const CaptionerSizes& sizes,
                            Generator& generator)
    : regions({sizes.features, o.width}, generator),
      words(sizes.vocabulary, o.width, generator),
      out({o.width, sizes.vocabulary}, generator) {
  const bool pre_norm = o.norm == "pre";
  const TransformerLayerConfig layer{.width = o.width,
                                     .heads = o.heads,
                                     .feed_forward = o.feed_forward,
                                     .dropout = o.dropout,
                                     .pre_norm = pre_norm};
  encoder = make_layers<EncoderLayer>(o.encoder_layers, layer, generator);
  decoder = make_layers<DecoderLayer>(o.decoder_layers, layer, generator);
  nn::start_xavier(words, generator);
  nn::start_xavier(out, generator);
  if (!pre_norm) return;
  encoder_norm = std::make_unique<nn::LayerNorm>(nn::LayerNormConfig::annotated(o.width));
  decoder_norm = std::make_unique<nn::LayerNorm>(nn::LayerNormConfig::annotated(o.width));
}

Transformer::Transformer(const TransformerOptions& options, const CaptionerSizes& sizes,
                         Generator& generator)
    : options_(options), sizes_(sizes) {
  check_transformer(options, sizes);
  stacks_ = std::make_unique<Stacks>(options, sizes, generator);
  const auto layers = [&](const std::string& name, const auto& list, const auto& norm) {
    for (std::size_t i = 0; i < list.size(); ++i)
      child(name + ".layers." + std::to_string(i), *list[i]);
    if (norm != nullptr) child(name + ".norm", *norm);
  };
  child("att_embed.0", stacks_->regions);
  layers("model.encoder", stacks_->encoder, stacks_->encoder_norm);
  layers("model.decoder", stacks_->decoder, stacks_->decoder_norm);
  child("model.tgt_embed.0.lut", stacks_->words);
  child("model.generator.proj", stacks_->out);
}

Transformer::~Transformer() = default;

std::vector<std::pair<std::string, std::string>> Transformer::options() const {
  return texts_of(options_);
}

// What each of the decoder's layers looks at.
RegionMemory Transformer::encode(const nn::Features& features, const nn::Pass& pass) const {
  const RegionRows rows = region_rows(checked_regions(*this, features), features.mask);
  Variable x = nn::dropout(ops::relu(stacks_->regions.forward(rows.values)),
                           options_.dropout_features, pass);
  const ops::AttentionOptions sight{.spans = rows.images.among_themselves()};
  for (const auto& layer : stacks_->encoder) x = layer->forward(x, sight, pass);
  if (stacks_->encoder_norm != nullptr) x = stacks_->encoder_norm->forward(x);
  RegionMemory memory{.parts = {}, .images = rows.images, .mask = rows.mask};
  for (const auto& layer : stacks_->decoder) memory.parts.push_back(layer->look(x));
  return memory;
}

// √D · E[w] + positions, which are [N, D] or [D].
Variable Transformer::embed(std::span<const std::int32_t> words, const Variable& positions,
                            const nn::Pass& pass) const {
  const Variable scaled =
      ops::affine(stacks_->words.forward(words), std::sqrt(static_cast<double>(options_.width)));
  return nn::dropout(ops::add(scaled, positions), options_.dropout, pass);
}

Likelihood Transformer::log_likelihood(const nn::Features& features,
                                       const data::CaptionBatch& batch,
                                       const LikelihoodOptions& options,
                                       const nn::Pass& pass) const {
  check_described(*this, features, batch);
  const RaggedCaptions words(batch, options);
  const RegionMemory image = encode(features, pass);
  const Variable table(
      sinusoids(0, batch.packing.steps(), options_.width, stacks_->words.weight().dtype()));
  Variable x = embed(words.inputs, ops::gather_rows(table, words.positions), pass);
  const ops::AttentionOptions captions{.causal = true, .spans = words.captions};
  const ops::AttentionOptions sight{.spans = words.seeing(image.images)};
  for (std::size_t i = 0; i < stacks_->decoder.size(); ++i)
    x = stacks_->decoder[i]->forward(x, captions, image.parts[i], sight, pass);
  if (stacks_->decoder_norm != nullptr) x = stacks_->decoder_norm->forward(x);
  return words.likelihood(x, stacks_->out.weight(), stacks_->out.bias());
}

decode::State Transformer::start(const nn::Features& features) const {
  const NoGradGuard guard;
  return encode(features, {}).start();
}

Tensor Transformer::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  const std::size_t layers = stacks_->decoder.size();
  const RegionMemory image = RegionMemory::of(state, layers);
  StepCache cache(state, image.tensors(), layers);
  const ops::AttentionOptions sight{.spans = image.images.seen_by(cache.images())};
  const DType dtype = stacks_->words.weight().dtype();
  Tensor look;
  Variable x = embed(words, Variable(sinusoids(cache.before(), 1, options_.width, dtype)), {});
  for (std::size_t i = 0; i < layers; ++i) {
    x = stacks_->decoder[i]->step(
        x, [&](const DecoderLayer::Memory& memory) { return cache.remember(memory); },
        image.parts[i], sight, i + 1 == layers ? &look : nullptr);
  }
  cache.look(with_missing_regions(look, cache.images(), image.mask));
  if (stacks_->decoder_norm != nullptr) x = stacks_->decoder_norm->forward(x);
  return ops::log_softmax(stacks_->out.forward(x)).value();
}

Tensor Transformer::attention(const decode::State& state) const {
  return StepCache::last_look(state);
}

}  // namespace limn::models
