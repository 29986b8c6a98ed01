#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "decode/beam.h"
#include "limn/decode/search.h"

namespace limn::decode {
namespace {

void check(const SearchOptions& options) {
  require(options.beam >= 1, "search: beam must be at least 1; got {}", options.beam);
  require(1 <= options.n_best && options.n_best <= options.beam,
          "search: n_best must be in [1, beam = {}]; got {}", options.beam, options.n_best);
  require(std::isfinite(options.length_penalty), "search: length_penalty must be finite; got {}",
          options.length_penalty);
  require(options.groups >= 1 && options.beam % options.groups == 0,
          "search: groups must divide beam = {}; got {}", options.beam, options.groups);
  require(options.diversity >= 0 && std::isfinite(options.diversity),
          "search: diversity must be at least 0 and finite; got {}", options.diversity);
}

WordRules rules_of(const StepDecoder& decoder, const SearchOptions& options) {
  return {decoder,
          {options.min_length, options.max_length, options.at_limit == AtLimit::keep},
          options.forbidden,
          options.rules};
}

/// Groups that look at what those before them said.
class DiverseSearch {
 public:
  DiverseSearch(const StepDecoder& decoder, const nn::Features& features,
                const SearchOptions& options)
      : options_(options), images_(features.images()), rules_(rules_of(decoder, options)) {
    const Stepper start(decoder, features);
    const Beam::Size size{options.beam / options.groups,
                          (options.n_best + options.groups - 1) / options.groups,
                          options.groups > 1};
    for (int g = 0; g < options.groups; ++g)
      groups_.emplace_back(start, decoder, rules_, options, size);
  }

  std::vector<std::vector<Hypothesis>> run() {
    for (std::int64_t time = 0; time < steps(); ++time) {
      for (std::int64_t g = 0; g < std::ssize(groups_) && g <= time; ++g) step(g, time - g);
    }
    std::vector<std::vector<Hypothesis>> results;
    for (std::int64_t image = 0; image < images_; ++image) results.push_back(by_turns(image));
    return results;
  }

 private:
  // The limit's step for the end included, and those by which the last group is behind.
  std::int64_t steps() const { return options_.max_length + std::ssize(groups_); }

  void step(std::int64_t g, std::int64_t place) {
    Beam& group = groups_[static_cast<std::size_t>(g)];
    if (!group.has_live()) return;
    for (std::int64_t image = 0; image < images_; ++image) group.await(image, awaited(g, image));
    group.step(said_before(g, place));
  }

  bool awaited(std::int64_t g, std::int64_t image) const {
    return std::any_of(groups_.begin() + g + 1, groups_.end(),
                       [&](const Beam& later) { return later.open(image); });
  }

  // What earlier groups say at a place, unless all must.
  Beam::Discouraged said_before(std::int64_t g, std::int64_t place) const {
    if (g == 0 || place < std::ssize(options_.rules.prefix)) return {};
    Beam::Discouraged words(static_cast<std::size_t>(images_));
    for (std::int64_t image = 0; image < images_; ++image) {
      for (std::int64_t earlier = 0; earlier < g; ++earlier)
        groups_[static_cast<std::size_t>(earlier)].choices(image, place,
                                                           words[static_cast<std::size_t>(image)]);
    }
    return words;
  }

  std::vector<Hypothesis> by_turns(std::int64_t image) const {
    std::vector<std::vector<Hypothesis>> found;
    for (const Beam& group : groups_) found.push_back(group.results(image));
    std::vector<Hypothesis> result;
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(options_.n_best); ++rank) {
      for (std::size_t g = 0; g < found.size(); ++g) {
        if (rank >= found[g].size() || std::ssize(result) == options_.n_best) continue;
        result.push_back(std::move(found[g][rank]));
        result.back().group = static_cast<int>(g);
      }
    }
    return result;
  }

  const SearchOptions& options_;
  const std::int64_t images_;
  WordRules rules_;
  std::vector<Beam> groups_;
};

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(const StepDecoder& decoder,
                                                 const nn::Features& features,
                                                 const SearchOptions& options) {
  check(options);
  return DiverseSearch(decoder, features, options).run();
}

std::vector<Hypothesis> greedy(const StepDecoder& decoder, const nn::Features& features,
                               const SearchOptions& options) {
  SearchOptions one = options;
  one.beam = one.n_best = one.groups = 1;
  std::vector<Hypothesis> result;
  for (auto& best : beam_search(decoder, features, one)) result.push_back(std::move(best.front()));
  return result;
}

}  // namespace limn::decode
