#include "limn/models/photo_ensemble.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "limn/decode/score.h"
#include "models/given_caption.h"

namespace limn::models {
namespace {

// What of `other` is not as in `first`; "" when a search can walk both.
std::string difference(const PhotoCaptioner& first, const PhotoCaptioner& other) {
  const auto& words = first.vocabulary().words();
  const auto& others = other.vocabulary().words();
  const auto [mine, theirs] =
      std::mismatch(words.begin(), words.end(), others.begin(), others.end());
  if (mine != words.end() && theirs != others.end())
    return fmt::format("word {} is \"{}\" and \"{}\"", mine - words.begin(), *mine, *theirs);
  if (words.size() != others.size())
    return fmt::format("there are {} and {} words", words.size(), others.size());
  const text::Vocabulary &a = first.vocabulary(), &b = other.vocabulary();
  if (a.begin() != b.begin() || a.end() != b.end() || a.unknown() != b.unknown())
    return fmt::format("begin, end and unknown are words {}, {}, {} and {}, {}, {}", a.begin(),
                       a.end(), a.unknown(), b.begin(), b.end(), b.unknown());
  if (first.tokenizer().name() != other.tokenizer().name() ||
      first.tokenizer().data() != other.tokenizer().data())
    return fmt::format("the tokenisers are {} and {}", first.tokenizer().name(),
                       other.tokenizer().name());
  return "";
}

template <class Options>
Options with_forbidden(Options options, const std::vector<std::int32_t>& words) {
  options.forbidden.insert(options.forbidden.end(), words.begin(), words.end());
  return options;
}

std::vector<std::shared_ptr<const PhotoCaptioner>> owned(std::vector<PhotoCaptioner> models) {
  std::vector<std::shared_ptr<const PhotoCaptioner>> result;
  for (PhotoCaptioner& model : models)
    result.push_back(std::make_shared<const PhotoCaptioner>(std::move(model)));
  return result;
}

}  // namespace

PhotoEnsemble::PhotoEnsemble(std::vector<PhotoCaptioner> models, decode::Averaging averaging,
                             std::vector<double> weights)
    : PhotoEnsemble(owned(std::move(models)), averaging, std::move(weights)) {}

PhotoEnsemble::PhotoEnsemble(Members models, decode::Averaging averaging,
                             std::vector<double> weights)
    : models_(std::move(models)), averaging_(averaging), weights_(std::move(weights)) {
  require(!models_.empty(), "PhotoEnsemble: needs at least one model; got none");
  require(weights_.empty() || weights_.size() == models_.size(),
          "PhotoEnsemble: every model needs its weight; got {} for {} models", weights_.size(),
          models_.size());
  weights_.resize(models_.size(), 1);
  for (std::size_t k = 0; k < models_.size(); ++k) {
    require(weights_[k] > 0 && std::isfinite(weights_[k]),
            "PhotoEnsemble: weights must be above 0 and finite; model {} has {}", k, weights_[k]);
    const std::string unlike = difference(first(), model(k));
    require(unlike.empty(), "PhotoEnsemble: models must have the same words; of models 0 and {} {}",
            k, unlike);
  }
}

PhotoEnsemble PhotoEnsemble::of(const PhotoCaptioner& model) {
  const std::shared_ptr<const PhotoCaptioner> alone{std::shared_ptr<void>(), &model};
  return PhotoEnsemble(Members{alone}, decode::Averaging::probabilities, {});
}

PhotoEnsemble PhotoEnsemble::load(std::span<const std::string> paths, decode::Averaging averaging,
                                  std::vector<double> weights) {
  std::vector<PhotoCaptioner> models;
  for (const std::string& path : paths) {
    models.push_back(PhotoCaptioner::load(path));
    const std::string unlike = difference(models.front(), models.back());
    if (!unlike.empty())
      throw IoError(path, fmt::format("its words are not those of {}: {}", paths.front(), unlike));
  }
  return PhotoEnsemble(std::move(models), averaging, std::move(weights));
}

decode::Ensemble PhotoEnsemble::over(std::span<const nn::Features> features) const {
  require(features.size() == models_.size(),
          "PhotoEnsemble: every model needs its features; got {} for {} models", features.size(),
          models_.size());
  std::vector<decode::Ensemble::Member> members;
  for (std::size_t k = 0; k < models_.size(); ++k)
    members.push_back({&model(k).captioner(), weights_[k], features[k]});
  return decode::Ensemble(std::move(members), averaging_);
}

std::vector<std::vector<Caption>> PhotoEnsemble::caption(
    std::span<const nn::Features> features, const decode::SearchOptions& options) const {
  return first().describe(decode::beam_search(over(features), features.front(),
                                              with_forbidden(options, first().never_said())));
}

std::vector<std::vector<Caption>> PhotoEnsemble::sample(
    std::span<const nn::Features> features, Generator& generator,
    const decode::SampleOptions& options) const {
  return first().describe(decode::sample(over(features), features.front(), generator,
                                         with_forbidden(options, first().never_said())));
}

std::vector<std::vector<Caption>> PhotoEnsemble::sample_distinct(
    std::span<const nn::Features> features, Generator& generator,
    const decode::DistinctOptions& options) const {
  return first().describe(decode::sample_distinct(over(features), features.front(), generator,
                                                  with_forbidden(options, first().never_said())));
}

std::vector<Caption> PhotoEnsemble::score_words(std::span<const nn::Features> features,
                                                std::span<const std::vector<std::string>> captions,
                                                std::span<const std::int64_t> images) const {
  const decode::Ensemble ensemble = over(features);
  if (size() == 1) return first().score_words(features.front(), captions, images);
  require(captions.size() == images.size(),
          "PhotoEnsemble: every caption needs its image; got {} captions and {} images",
          captions.size(), images.size());
  std::vector<decode::GivenCaption> given;
  for (std::size_t i = 0; i < captions.size(); ++i)
    given.push_back({images[i], first().vocabulary().encode(captions[i])});
  if (given.empty()) return {};
  const auto log_probabilities = decode::score(ensemble, features.front(), given);
  std::vector<Caption> scored;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    Caption& caption = scored.emplace_back(given_caption(first(), captions[i]));
    for (std::size_t t = 0; t < caption.words.size(); ++t) {
      caption.words[t].log_probability = log_probabilities[i][t];
      caption.log_probability += log_probabilities[i][t];
    }
  }
  return scored;
}

}  // namespace limn::models
