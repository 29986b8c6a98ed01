#include "limn/models/meshed_memory.h"

#include <algorithm>

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/nn/embedding.h"
#include "limn/nn/xavier.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "limn/ops/softmax.h"
#include "models/input_checks.h"
#include "models/meshed_memory_layers.h"
#include "models/option_checks.h"
#include "models/ragged_captions.h"
#include "models/region_memory.h"
#include "models/sinusoids.h"
#include "models/step_cache.h"

namespace limn::models {
namespace {

void check_meshed(const MeshedMemoryOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"meshed_memory"};
  check.choices(o);
  check.positive("width", o.width);
  check.positive("heads", o.heads);
  check.positive("head_width", o.head_width);
  check.positive("feed_forward", o.feed_forward);
  check.layers("encoder_layers", o.encoder_layers);
  check.layers("decoder_layers", o.decoder_layers);
  check.positive("positions", o.positions);
  check.probability("dropout", o.dropout);
  check.not_negative("memories", static_cast<double>(o.memories));
  require(o.width % 2 == 0, "meshed_memory: width must be even; got {}", o.width);
  require(o.padding >= -1 && o.padding < sizes.vocabulary && o.padding != sizes.begin &&
              o.padding != sizes.end,
          "meshed_memory: padding must be -1 or a word that is neither begin nor end; got {}",
          o.padding);
}

void check_meshed_size(const MeshedMemoryOptions& o, const CaptionerSizes& sizes) {
  const auto width = static_cast<double>(o.width);
  const double inner = static_cast<double>(o.heads) * static_cast<double>(o.head_width);
  const auto levels = static_cast<double>(o.encoder_layers);
  const double network = 2 * width * static_cast<double>(o.feed_forward);
  OptionChecks{"meshed_memory"}.parameters(
      levels * (4 * width * inner + network + 2 * static_cast<double>(o.memories) * inner) +
          static_cast<double>(o.decoder_layers) *
              (8 * width * inner + network + 2 * levels * width * width) +
          width * (2 * static_cast<double>(sizes.vocabulary) + static_cast<double>(sizes.features) +
                   static_cast<double>(o.positions)),
      sizes,
      fmt::format("width {}, heads {} of {}, feed_forward {}, layers {} and {}, memories {} and "
                  "positions {} with {} words and {} features",
                  o.width, o.heads, o.head_width, o.feed_forward, o.encoder_layers,
                  o.decoder_layers, o.memories, o.positions, sizes.vocabulary, sizes.features));
}

MeshedLayerConfig layer_config(const MeshedMemoryOptions& o) {
  return {.width = o.width,
          .heads = o.heads,
          .head_width = o.head_width,
          .feed_forward = o.feed_forward,
          .memories = o.memories,
          .levels = o.encoder_layers,
          .dropout = o.dropout};
}

// Row 0, the padding's, is 0.
Tensor position_table(const MeshedMemoryOptions& o) {
  Tensor table = sinusoids(0, o.positions + 1, o.width, DType::float32);
  table.rows(0, 1).fill(0);
  return table;
}

// What one of the decoder's layers sees.
std::span<const MeshedDecoderLayer::Memory> levels_of(const RegionMemory& image, std::size_t layer,
                                                      std::size_t levels) {
  return std::span(image.parts).subspan(layer * levels, levels);
}

}  // namespace

std::vector<Option> options_of(MeshedMemoryOptions& o) {
  return {
      {"width", &o.width, "width of words, regions and layers"},
      {"heads", &o.heads, "of attention"},
      {"head_width", &o.head_width, "of a head's keys and values"},
      {"feed_forward", &o.feed_forward, "inner width of the feed-forward networks"},
      {"encoder_layers", &o.encoder_layers, "layers over the regions: levels of the mesh"},
      {"decoder_layers", &o.decoder_layers, "layers over the words"},
      {"memories", &o.memories, "learnt slots of each encoder layer"},
      {"positions", &o.positions, "the most words of a caption, its begin included"},
      {"dropout", &o.dropout, "probability, of sublayers and regions"},
      {"start",
       &o.start,
       "how slots and positions start: as intended, or overwritten as in the released code",
       {"intended", "released"}},
      {"mask_regions", &o.mask_regions, "whether the mask of the features counts"},
      {"padding", &o.padding, "id of a word that nobody sees; -1: none"},
  };
}

struct MeshedMemory::Stacks : nn::Module {
  nn::Linear regions;
  nn::LayerNorm regions_norm;
  std::vector<std::unique_ptr<MemoryEncoderLayer>> encoder;
  std::vector<std::unique_ptr<MeshedDecoderLayer>> decoder;
  nn::Embedding words;
  nn::Linear out;
  Tensor positions;

  Stacks(const MeshedMemoryOptions& o, const CaptionerSizes& sizes, Generator& generator);
};

MeshedMemory::Stacks::Stacks(const MeshedMemoryOptions& o, const CaptionerSizes& sizes,
                             Generator& generator)
    : regions({sizes.features, o.width}, generator),
      regions_norm({.width = o.width}),
      words(sizes.vocabulary, o.width, generator),
      out({o.width, sizes.vocabulary, false}, generator),
      positions(position_table(o)) {
  const MeshedLayerConfig config = layer_config(o);
  child("encoder.fc", regions);
  child("encoder.layer_norm", regions_norm);
  for (std::int64_t i = 0; i < o.encoder_layers; ++i) {
    encoder.push_back(std::make_unique<MemoryEncoderLayer>(config, generator));
    child("encoder.layers." + std::to_string(i), *encoder.back());
  }
  child("decoder.word_emb", words);
  buffer("decoder.pos_emb.weight", positions);
  for (std::int64_t i = 0; i < o.decoder_layers; ++i) {
    decoder.push_back(std::make_unique<MeshedDecoderLayer>(config, generator));
    child("decoder.layers." + std::to_string(i), *decoder.back());
  }
  child("decoder.fc", out);
  for (const nn::Module* module :
       {static_cast<nn::Module*>(&regions), static_cast<nn::Module*>(&words),
        static_cast<nn::Module*>(&out)})
    nn::start_xavier(*module, generator);
  if (o.start == "intended") return;
  nn::start_xavier(*this, generator);
  nn::fill_xavier(positions, generator);
}

MeshedMemory::MeshedMemory(const MeshedMemoryOptions& options, const CaptionerSizes& sizes,
                           Generator& generator)
    : options_(options), sizes_(sizes) {
  check_meshed(options, sizes);
  check_meshed_size(options, sizes);
  stacks_ = std::make_unique<Stacks>(options, sizes, generator);
  child("", *stacks_);
}

MeshedMemory::~MeshedMemory() = default;

std::vector<std::pair<std::string, std::string>> MeshedMemory::options() const {
  return texts_of(options_);
}

// What the decoder's layers look at: every level, layer after layer.
RegionMemory MeshedMemory::encode(const nn::Features& features, const nn::Pass& pass) const {
  nn::Features seen = features;
  if (!options_.mask_regions) seen.mask = {};
  const RegionRows rows = region_rows(checked_regions(*this, seen), seen.mask);
  const SlotRows slots(rows.images, options_.memories);
  Variable x = stacks_->regions_norm.forward(
      nn::dropout(ops::relu(stacks_->regions.forward(rows.values)), options_.dropout, pass));
  std::vector<Variable> levels;
  for (const auto& layer : stacks_->encoder) {
    x = layer->forward(x, slots, pass);
    levels.push_back(x);
  }
  RegionMemory memory{.parts = {}, .images = rows.images, .mask = rows.mask};
  for (const auto& layer : stacks_->decoder)
    for (const Variable& level : levels) memory.parts.push_back(layer->look(level));
  return memory;
}

Variable MeshedMemory::embed(std::span<const std::int32_t> words,
                             std::span<const std::int64_t> positions) const {
  std::vector<std::int64_t> rows;
  for (const std::int64_t position : positions) {
    require(position < options_.positions,
            "meshed_memory: was built for captions of {} words, the begin included; got more",
            options_.positions);
    rows.push_back(position + 1);
  }
  const Variable embedded = stacks_->words.forward(words);
  return ops::add(embedded,
                  ops::gather_rows(Variable(stacks_->positions.to(embedded.dtype())), rows));
}

// Which words are not padding; empty when all are not.
std::vector<std::uint8_t> MeshedMemory::kept(std::span<const std::int32_t> words) const {
  std::vector<std::uint8_t> result;
  if (std::find(words.begin(), words.end(), options_.padding) == words.end()) return result;
  for (const std::int32_t word : words) result.push_back(word != options_.padding);
  return result;
}

Likelihood MeshedMemory::log_likelihood(const nn::Features& features,
                                        const data::CaptionBatch& batch,
                                        const LikelihoodOptions& options,
                                        const nn::Pass& pass) const {
  check_described(*this, features, batch);
  const RaggedCaptions words(batch, options);
  const RegionMemory image = encode(features, pass);
  Variable x = embed(words.inputs, words.positions);
  const std::vector<std::uint8_t> mask = kept(words.inputs);
  ops::AttentionOptions captions{.causal = true, .spans = words.captions};
  if (!mask.empty()) captions.key_mask = Tensor::from(Shape{std::ssize(mask)}, mask);
  const ops::AttentionOptions sight{.spans = words.seeing(image.images)};
  const std::size_t levels = stacks_->encoder.size();
  for (std::size_t i = 0; i < stacks_->decoder.size(); ++i)
    x = stacks_->decoder[i]->forward(x, captions, {levels_of(image, i, levels), sight, mask}, pass);
  return words.likelihood(x, stacks_->out.weight(), {});
}

decode::State MeshedMemory::start(const nn::Features& features) const {
  const NoGradGuard guard;
  return encode(features, {}).start();
}

Tensor MeshedMemory::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  const std::size_t layers = stacks_->decoder.size(), levels = stacks_->encoder.size();
  const RegionMemory image = RegionMemory::of(state, layers * levels);
  const std::vector<std::uint8_t> mask = kept(words);
  StepCache cache(state, image.tensors(), layers, mask);
  const ops::AttentionOptions sight{.spans = image.images.seen_by(cache.images())};
  const std::vector<std::int64_t> positions(words.size(), cache.before());
  Tensor look;
  Variable x = embed(words, positions);
  for (std::size_t i = 0; i < layers; ++i) {
    x = stacks_->decoder[i]->step(
        x, [&](const MeshedDecoderLayer::Memory& memory) { return cache.remember(memory); },
        {levels_of(image, i, levels), sight, mask, i + 1 == layers ? &look : nullptr});
  }
  cache.look(with_missing_regions(look, cache.images(), image.mask));
  return ops::log_softmax(stacks_->out.forward(x)).value();
}

Tensor MeshedMemory::attention(const decode::State& state) const {
  return StepCache::last_look(state);
}

}  // namespace limn::models
