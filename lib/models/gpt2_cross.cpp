#include "limn/models/gpt2_cross.h"

#include "limn/nn/linear.h"
#include "models/gpt2_stack.h"
#include "models/input_checks.h"
#include "models/option_checks.h"
#include "models/region_memory.h"

namespace limn::models {

std::vector<Option> options_of(Gpt2CrossOptions& o) { return options_of(o.gpt2); }

struct Gpt2Cross::Parts {
  Gpt2Stack language;
  std::unique_ptr<nn::Linear> regions;  // null: they have the width of the words
};

Gpt2Cross::Gpt2Cross(const Gpt2CrossOptions& options, const CaptionerSizes& sizes,
                     Generator& generator)
    : options_(options), sizes_(sizes) {
  const Gpt2Options& o = options.gpt2;
  const auto width = static_cast<double>(o.width);
  check_gpt2(
      "gpt2_cross", o, sizes,
      width * (static_cast<double>(o.layers) * 4 * width + static_cast<double>(sizes.features)));
  const nn::LinearConfig map{.inputs = sizes.features, .outputs = o.width};
  parts_.reset(new Parts{.language = {o, sizes.vocabulary, true, generator},
                         .regions = sizes.features == o.width
                                        ? nullptr
                                        : std::make_unique<nn::Linear>(map, generator)});
  child("transformer", parts_->language);
  if (parts_->regions != nullptr) child("enc_to_dec_proj", *parts_->regions);
}

Gpt2Cross::~Gpt2Cross() = default;

std::vector<std::pair<std::string, std::string>> Gpt2Cross::options() const {
  return texts_of(options_);
}

// The regions as each layer sees them.
RegionMemory Gpt2Cross::look(const nn::Features& features) const {
  const RegionRows rows = region_rows(checked_regions(*this, features), features.mask);
  const Variable image =
      parts_->regions == nullptr ? rows.values : parts_->regions->forward(rows.values);
  return {.parts = parts_->language.look(image), .images = rows.images, .mask = rows.mask};
}

Likelihood Gpt2Cross::log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                                     const LikelihoodOptions& options, const nn::Pass& pass) const {
  check_described(*this, features, batch);
  const RaggedCaptions words(batch, options);
  const RegionMemory seen = look(features);
  const Gpt2Stack& language = parts_->language;
  const Variable x =
      language.run(language.embed(words.inputs), words.positions,
                   {.self = seeing_rows({.causal = true, .spans = words.captions}, {}, pass),
                    .image = seen.parts,
                    .sight = {.spans = words.seeing(seen.images)}},
                   pass);
  return language.likelihood(x, words);
}

decode::State Gpt2Cross::start(const nn::Features& features) const {
  const NoGradGuard guard;
  return look(features).start();
}

Tensor Gpt2Cross::step(decode::State& state, std::span<const std::int32_t> words) const {
  check_words(*this, state, words);
  const NoGradGuard guard;
  const Gpt2Stack& language = parts_->language;
  const RegionMemory seen = RegionMemory::of(state, language.layers());
  StepCache cache(state, seen.tensors(), language.layers());
  const std::vector<std::int64_t> positions(words.size(), cache.before());
  Tensor look;
  const Gpt2Stack::View view{.self = seeing_past(cache),
                             .image = seen.parts,
                             .sight = {.spans = seen.images.seen_by(cache.images())},
                             .look = &look};
  const Variable x = language.run(language.embed(words), positions, view, {});
  cache.look(with_missing_regions(look, cache.images(), seen.mask));
  return language.log_probabilities(x);
}

Tensor Gpt2Cross::attention(const decode::State& state) const {
  return StepCache::last_look(state);
}

}  // namespace limn::models
