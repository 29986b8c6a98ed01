#include "limn/train/self_critical.h"

#include <map>

#include "core/check.h"
#include "limn/decode/sample.h"
#include "limn/decode/search.h"

namespace limn::train {
namespace {

using Hypotheses = std::vector<std::vector<decode::Hypothesis>>;

void check(const SelfCriticalOptions& options) {
  const int least = options.baseline == Baseline::greedy ? 1 : 2;
  require(options.samples >= least,
          "self-critical: the {} baseline needs at least {} captions an image; got {}",
          options.baseline == Baseline::greedy ? "greedy"
          : options.baseline == Baseline::beam ? "beam"
                                               : "others",
          least, options.samples);
}

decode::SearchOptions search_options(const SelfCriticalOptions& options) {
  const auto beam = static_cast<int>(options.samples);
  return {.beam = beam,
          .max_length = options.max_length,
          .n_best = beam,
          .forbidden = options.never_said,
          .at_limit = decode::AtLimit::keep};
}

Hypotheses hypotheses(const decode::StepDecoder& decoder, const nn::Features& features,
                      const SelfCriticalOptions& options, Generator& generator) {
  if (options.baseline == Baseline::beam)
    return decode::beam_search(decoder, features, search_options(options));
  return decode::sample(
      decoder, features, generator,
      {.samples = static_cast<int>(options.samples), .max_length = options.max_length});
}

/// Σ and number of the rewards of an image.
struct Rewards {
  double sum = 0;
  double count = 0;
};

std::map<std::int64_t, Rewards> rewards_of_images(std::span<const SaidCaption> captions) {
  std::map<std::int64_t, Rewards> images;
  for (const SaidCaption& caption : captions) {
    images[caption.image].sum += caption.reward;
    ++images[caption.image].count;
  }
  return images;
}

void compare_with_greedy(const decode::StepDecoder& decoder, const nn::Features& features,
                         const RewardFunction& reward, const SelfCriticalOptions& options,
                         std::vector<SaidCaption>& captions) {
  const auto best = decode::greedy(decoder, features, search_options(options));
  std::vector<double> rewards;
  for (std::size_t i = 0; i < best.size(); ++i)
    rewards.push_back(reward(static_cast<std::int64_t>(i), best[i].words, best[i].finished));
  for (SaidCaption& caption : captions)
    caption.baseline = rewards[static_cast<std::size_t>(caption.image)];
}

std::int64_t counted_words(const SaidCaption& caption) {
  return std::ssize(caption.words) + (caption.finished ? 1 : 0);
}

ObjectiveResult counts_of(std::span<const SaidCaption> captions) {
  ObjectiveResult result;
  for (const SaidCaption& caption : captions) {
    result.words += counted_words(caption);
    result.reward += caption.reward;
    ++result.said;
  }
  return result;
}

data::CaptionBatch pack(std::span<const SaidCaption> captions, const models::Captioner& captioner) {
  std::vector<data::EncodedCaption> encoded;
  for (const SaidCaption& caption : captions) encoded.push_back({caption.image, caption.words});
  return data::pack_captions(encoded, captioner.begin(), captioner.end());
}

/// A target of a batch that was said, and how much better its caption is than its baseline.
struct Counted {
  std::int64_t target;
  double advantage;
};

std::vector<Counted> counted_targets(const data::CaptionBatch& batch,
                                     std::span<const SaidCaption> captions) {
  std::vector<Counted> counted;
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    const auto number = static_cast<std::size_t>(batch.order[static_cast<std::size_t>(row)]);
    const SaidCaption& caption = captions[number];
    for (std::int64_t t = 0; t < counted_words(caption); ++t)
      counted.push_back({batch.packing.offset(t) + row, caption.reward - caption.baseline});
  }
  return counted;
}

}  // namespace

std::vector<SaidCaption> say_captions(const decode::StepDecoder& decoder,
                                      const nn::Features& features, const RewardFunction& reward,
                                      const SelfCriticalOptions& options, Generator& generator) {
  check(options);
  std::vector<SaidCaption> captions;
  std::int64_t image = 0;
  for (auto& said : hypotheses(decoder, features, options, generator)) {
    for (decode::Hypothesis& one : said) {
      const double worth = reward(image, one.words, one.finished);
      captions.push_back({image, std::move(one.words), one.finished, worth});
    }
    ++image;
  }
  if (options.baseline == Baseline::others) compare_with_others(captions);
  if (options.baseline == Baseline::beam) compare_with_mean(captions);
  if (options.baseline == Baseline::greedy)
    compare_with_greedy(decoder, features, reward, options, captions);
  return captions;
}

void compare_with_others(std::vector<SaidCaption>& captions) {
  const auto images = rewards_of_images(captions);
  for (SaidCaption& caption : captions) {
    const Rewards& all = images.at(caption.image);
    caption.baseline =
        all.count == 1 ? caption.reward : (all.sum - caption.reward) / (all.count - 1);
  }
}

void compare_with_mean(std::vector<SaidCaption>& captions) {
  const auto images = rewards_of_images(captions);
  for (SaidCaption& caption : captions) {
    const Rewards& all = images.at(caption.image);
    caption.baseline = all.sum / all.count;
  }
}

ObjectiveResult policy_gradient(const models::Captioner& captioner, const nn::Features& features,
                                std::span<const SaidCaption> captions, const nn::Pass& pass) {
  ObjectiveResult result = counts_of(captions);
  require(result.words > 0, "policy_gradient: {} captions have no word and no end",
          captions.size());
  const data::CaptionBatch batch = pack(captions, captioner);
  const std::vector<Counted> counted = counted_targets(batch, captions);
  models::LikelihoodOptions options{.penalty = false};
  options.weights.assign(static_cast<std::size_t>(batch.words()), 0.0F);
  for (const auto& [target, advantage] : counted) {
    options.weights[static_cast<std::size_t>(target)] =
        static_cast<float>(-advantage / static_cast<double>(result.words));
  }
  models::Likelihood likelihood = captioner.log_likelihood(features, batch, options, pass);
  result.loss = std::move(likelihood.total);
  const Tensor each = likelihood.log_probabilities.to(DType::float64);
  for (const auto& [target, advantage] : counted)
    result.log_probability += each.data<double>()[target];
  return result;
}

}  // namespace limn::train
