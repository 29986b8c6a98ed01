#include "limn/models/gpt2_prefix.h"

#include "core/check.h"
#include "limn/ops/reshape.h"
#include "models/gpt2_stack.h"
#include "models/input_checks.h"
#include "models/option_checks.h"
#include "models/prefix_mapper.h"
#include "models/prefixed_captions.h"

namespace limn::models {
namespace {

// About the mapper's parameters.
double mapper_size(const Gpt2PrefixOptions& o, const CaptionerSizes& sizes) {
  const auto width = static_cast<double>(o.gpt2.width);
  const auto features = static_cast<double>(sizes.features);
  const double all = width * static_cast<double>(o.prefix);
  if (o.mapper == "mlp") return all / 2 * (features + all);
  return width * (features * static_cast<double>(o.mapper_inputs) +
                  8 * width * static_cast<double>(o.mapper_layers) + static_cast<double>(o.prefix));
}

void check_prefix(const Gpt2PrefixOptions& o, const CaptionerSizes& sizes) {
  const OptionChecks check{"gpt2_prefix"};
  check.choices(o);
  check.not_negative("prefix", static_cast<double>(o.prefix));
  check.layers("mapper_layers", o.mapper_layers);
  check.positive("mapper_heads", o.mapper_heads);
  check.positive("mapper_inputs", o.mapper_inputs);
  check_gpt2("gpt2_prefix", o.gpt2, sizes, mapper_size(o, sizes));
  require(o.mapper != "mlp" || o.prefix == 0 || o.prefix * o.gpt2.width >= 2,
          "gpt2_prefix: mapper mlp needs a prefix or a width above 1; got {} and {}", o.prefix,
          o.gpt2.width);
  require(!o.frozen || o.prefix > 0,
          "gpt2_prefix: nothing is left to learn without a prefix and with "
          "a frozen language model");
  require(o.prefix < o.gpt2.positions,
          "gpt2_prefix: prefix must be less than positions; got {} and {}", o.prefix,
          o.gpt2.positions);
  require(o.mapper == "mlp" || o.gpt2.width % o.mapper_heads == 0,
          "gpt2_prefix: width must be a multiple of mapper_heads; got {} and {}", o.gpt2.width,
          o.mapper_heads);
}

std::unique_ptr<PrefixMapper> make_mapper(const Gpt2PrefixOptions& o, const CaptionerSizes& sizes,
                                          Generator& generator) {
  if (o.prefix == 0) return nullptr;
  const PrefixMapperConfig config{.features = sizes.features,
                                  .width = o.gpt2.width,
                                  .prefix = o.prefix,
                                  .layers = o.mapper_layers,
                                  .heads = o.mapper_heads,
                                  .inputs = o.mapper_inputs};
  if (o.mapper == "mlp") return std::make_unique<MlpMapper>(config, generator);
  return std::make_unique<TransformerMapper>(config, generator);
}

// The last vector of each image.
Variable last_vectors(const Variable& vectors, std::int64_t prefix) {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = prefix - 1; row < vectors.shape()[0]; row += prefix) rows.push_back(row);
  return ops::gather_rows(vectors, rows);
}

// Keys and values of all layers, of rows image after image, as those of steps.
std::vector<Gpt2Attention::Memory> as_steps(const std::vector<Gpt2Attention::Memory>& layers,
                                            std::int64_t images, std::int64_t steps) {
  std::vector<Gpt2Attention::Memory> past;
  for (std::int64_t step = 0; step < steps; ++step) {
    std::vector<std::int64_t> rows;
    for (std::int64_t b = 0; b < images; ++b) rows.push_back(b * steps + step);
    for (const Gpt2Attention::Memory& layer : layers)
      past.push_back({ops::gather_rows(layer.keys, rows), ops::gather_rows(layer.values, rows)});
  }
  return past;
}

// What the language model keeps of each image's vectors but the last: steps of a search.
std::vector<Gpt2Attention::Memory> read_before(const Gpt2Stack& language, const Variable& vectors,
                                               std::int64_t images, std::int64_t prefix) {
  const std::int64_t before = prefix - 1;
  if (before == 0) return {};
  ops::AttentionOptions sight{.causal = true};
  std::vector<std::int64_t> positions;
  for (std::int64_t b = 0; b < images; ++b) {
    sight.spans.push_back({b * before, before, b * before, before});
    for (std::int64_t j = 0; j < before; ++j) positions.push_back(j);
  }
  std::vector<Gpt2Attention::Memory> layers;
  const auto self = [&](const Gpt2Attention& attention, const Variable& x) {
    const Gpt2Attention::Projections of = attention.project(x);
    layers.push_back(of.memory);
    return attention.attend(of.queries, of.memory, sight, {});
  };
  language.run(ops::gather_rows(vectors, first_vectors(images, prefix, before)), positions,
               {.self = self}, {});
  return as_steps(layers, images, before);
}

}  // namespace

std::vector<Option> options_of(Gpt2PrefixOptions& o) {
  std::vector<Option> options = options_of(o.gpt2);
  options.insert(
      options.end(),
      {{"prefix", &o.prefix, "vectors that an image becomes; 0: none, the model is blind"},
       {"mapper", &o.mapper, "what makes them", {"mlp", "transformer"}},
       {"mapper_layers", &o.mapper_layers, "of mapper transformer"},
       {"mapper_heads", &o.mapper_heads, "of mapper transformer"},
       {"mapper_inputs", &o.mapper_inputs, "of mapper transformer: vectors made of the image"},
       {"frozen", &o.frozen, "whether the language model stays as it is, the mapper learns"}});
  return options;
}

struct Gpt2Prefix::Parts {
  Gpt2Stack language;
  std::unique_ptr<PrefixMapper> mapper;  // null: no prefix
};

Gpt2Prefix::Gpt2Prefix(const Gpt2PrefixOptions& options, const CaptionerSizes& sizes,
                       Generator& generator)
    : options_(options), sizes_(sizes) {
  check_prefix(options, sizes);
  parts_.reset(new Parts{.language = {options.gpt2, sizes.vocabulary, false, generator},
                         .mapper = make_mapper(options, sizes, generator)});
  if (options.frozen) {
    frozen_child("gpt.transformer", parts_->language);
  } else {
    child("gpt.transformer", parts_->language);
  }
  if (parts_->mapper != nullptr) child("clip_project", *parts_->mapper);
}

Gpt2Prefix::~Gpt2Prefix() = default;

std::vector<std::pair<std::string, std::string>> Gpt2Prefix::options() const {
  return texts_of(options_);
}

// k vectors of each image [B · k, D].
Variable Gpt2Prefix::prefixes(const nn::Features& features) const {
  return parts_->mapper->forward(checked_global(*this, features, sizes_.features));
}

nn::Pass Gpt2Prefix::pass_of_language(const nn::Pass& pass) const {
  return options_.frozen ? nn::Pass{} : pass;
}

Likelihood Gpt2Prefix::log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                                      const LikelihoodOptions& options,
                                      const nn::Pass& pass) const {
  const RaggedCaptions words(batch, options);
  const Gpt2Stack& language = parts_->language;
  const nn::Pass pass_here = pass_of_language(pass);
  Variable x = language.embed(words.inputs);
  if (options_.prefix == 0) {
    const Gpt2Stack::View view{
        .self = seeing_rows({.causal = true, .spans = words.captions}, {}, pass_here)};
    return language.likelihood(language.run(x, words.positions, view, pass_here), words);
  }
  check_described(*this, features, batch);
  const PrefixedCaptions rows(words, features.images(), options_.prefix);
  x = ops::gather_rows(ops::concatenate({prefixes(features), x}, 0), rows.inputs);
  const Gpt2Stack::View view{
      .self = seeing_rows({.causal = true, .spans = rows.spans}, rows.keys, pass_here)};
  x = language.run(x, rows.positions, view, pass_here);
  return language.likelihood(ops::slice(x, 0, rows.image_rows, x.shape()[0]), words);
}

decode::State Gpt2Prefix::start(const nn::Features& features) const {
  const NoGradGuard guard;
  const std::int64_t images = features.images(), prefix = options_.prefix;
  if (prefix == 0) return StepCache::start(images, {});
  const Variable vectors = prefixes(features);
  return StepCache::start(images, {last_vectors(vectors, prefix).value()},
                          read_before(parts_->language, vectors, images, prefix),
                          parts_->language.layers());
}

Tensor Gpt2Prefix::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  const Gpt2Stack& language = parts_->language;
  StepCache cache(state, options_.prefix > 0 ? 1 : 0, language.layers());
  const bool first = options_.prefix > 0 && cache.before() == options_.prefix - 1;
  const Variable x =
      first ? ops::gather_rows(Variable(state.shared[0]), cache.images()) : language.embed(words);
  const std::vector<std::int64_t> positions(words.size(), cache.before());
  return language.log_probabilities(language.run(x, positions, {.self = seeing_past(cache)}, {}));
}

}  // namespace limn::models
