#include "limn/models/photo_ensemble.h"

#include <algorithm>

#include "core/check.h"

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

}  // namespace

PhotoEnsemble::PhotoEnsemble(std::vector<PhotoCaptioner> models, decode::Averaging averaging)
    : models_(std::move(models)), averaging_(averaging) {
  require(!models_.empty(), "PhotoEnsemble: needs at least one model; got none");
  for (std::size_t k = 1; k < models_.size(); ++k) {
    const std::string unlike = difference(first(), models_[k]);
    require(unlike.empty(), "PhotoEnsemble: models must have the same words; of models 0 and {} {}",
            k, unlike);
  }
}

PhotoEnsemble PhotoEnsemble::load(std::span<const std::string> paths, decode::Averaging averaging) {
  std::vector<PhotoCaptioner> models;
  for (const std::string& path : paths) {
    models.push_back(PhotoCaptioner::load(path));
    const std::string unlike = difference(models.front(), models.back());
    if (!unlike.empty())
      throw IoError(path, fmt::format("its words are not those of {}: {}", paths.front(), unlike));
  }
  return PhotoEnsemble(std::move(models), averaging);
}

decode::Ensemble PhotoEnsemble::over(std::span<const nn::Features> features) const {
  require(features.size() == models_.size(),
          "PhotoEnsemble: every model needs its features; got {} for {} models", features.size(),
          models_.size());
  std::vector<decode::Ensemble::Member> members;
  for (std::size_t k = 0; k < models_.size(); ++k)
    members.push_back({&models_[k].captioner(), 1, features[k]});
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

}  // namespace limn::models
