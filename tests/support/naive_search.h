// Slow and plain references for searches over tiny vocabularies.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "limn/decode/search.h"

namespace limn::test {

/// log P of each of an image's next words after `words`, fed one by one to a fresh state.
inline std::vector<double> next_log_probabilities(const decode::StepDecoder& decoder,
                                                  const nn::Features& image,
                                                  const std::vector<std::int32_t>& words) {
  decode::State state = decoder.start(image);
  Tensor scores = decoder.step(state, std::vector<std::int32_t>{decoder.begin()});
  for (const std::int32_t word : words) {
    scores = decoder.step(state, std::vector<std::int32_t>{word});
  }
  const Tensor wide = scores.to(DType::float64);
  return {wide.span<double>().begin(), wide.span<double>().end()};
}

/// The same with the words that the options exclude at −∞.
inline std::vector<double> allowed_log_probabilities(const decode::StepDecoder& decoder,
                                                     const nn::Features& image,
                                                     const std::vector<std::int32_t>& words,
                                                     const decode::SearchOptions& options) {
  constexpr double never = -std::numeric_limits<double>::infinity();
  std::vector<double> result = next_log_probabilities(decoder, image, words);
  for (const std::int32_t word : options.forbidden) result[static_cast<std::size_t>(word)] = never;
  if (static_cast<std::int64_t>(words.size()) < options.min_length) {
    result[static_cast<std::size_t>(decoder.end())] = never;
  }
  return result;
}

inline void finish(decode::Hypothesis& hypothesis, const decode::SearchOptions& options,
                   bool ended) {
  const auto length =
      static_cast<double>(std::max<std::size_t>(hypothesis.log_probabilities.size(), 1));
  hypothesis.finished = ended;
  hypothesis.score = options.length_penalty == 0
                         ? hypothesis.log_probability
                         : hypothesis.log_probability / std::pow(length, options.length_penalty);
}

/// `hypothesis` and one more word.
inline decode::Hypothesis extended(decode::Hypothesis hypothesis, std::int32_t word,
                                   double log_probability) {
  hypothesis.words.push_back(word);
  hypothesis.log_probabilities.push_back(log_probability);
  hypothesis.log_probability += log_probability;
  return hypothesis;
}

inline void sort_by_score(std::vector<decode::Hypothesis>& list) {
  std::stable_sort(list.begin(), list.end(), [](auto& a, auto& b) { return a.score > b.score; });
}

/// Beam search of one image that never stops early, sorts all candidates and copies every history.
inline std::vector<decode::Hypothesis> naive_beam_search(const decode::StepDecoder& decoder,
                                                         const nn::Features& image,
                                                         const decode::SearchOptions& options) {
  std::vector<decode::Hypothesis> live(1), done, unfinished;
  for (std::int64_t step = 0; step <= options.max_length && !live.empty(); ++step) {
    std::vector<decode::Hypothesis> candidates;
    for (const auto& parent : live) {
      const auto scores = allowed_log_probabilities(decoder, image, parent.words, options);
      for (std::size_t v = 0; v < scores.size(); ++v) {
        if (std::isinf(scores[v])) continue;
        candidates.push_back(extended(parent, static_cast<std::int32_t>(v), scores[v]));
      }
    }
    std::stable_sort(candidates.begin(), candidates.end(), [](auto& a, auto& b) {
      if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
      return a.words.back() < b.words.back();
    });
    candidates.resize(std::min(candidates.size(), static_cast<std::size_t>(options.beam)));
    unfinished = std::move(live);
    live.clear();
    for (auto& candidate : candidates) {
      const bool ends = candidate.words.back() == decoder.end();
      const bool keep = options.at_limit == decode::AtLimit::keep && step + 1 == options.max_length;
      if (!ends && !keep) {
        if (step < options.max_length) live.push_back(std::move(candidate));
        continue;
      }
      if (ends) candidate.words.pop_back();
      finish(candidate, options, ends);
      done.push_back(std::move(candidate));
    }
  }
  if (done.empty()) {
    done = std::move(unfinished);
    for (auto& hypothesis : done) finish(hypothesis, options, false);
  }
  sort_by_score(done);
  done.resize(std::min(done.size(), static_cast<std::size_t>(options.n_best)));
  return done;
}

/// Every finished caption within the options' lengths that has a probability above 0, best first.
inline std::vector<decode::Hypothesis> all_captions(const decode::StepDecoder& decoder,
                                                    const nn::Features& image,
                                                    const decode::SearchOptions& options) {
  std::vector<decode::Hypothesis> open(1), captions;
  for (std::int64_t step = 0; step <= options.max_length; ++step) {
    std::vector<decode::Hypothesis> longer;
    for (const auto& parent : open) {
      const auto scores = allowed_log_probabilities(decoder, image, parent.words, options);
      for (std::size_t v = 0; v < scores.size(); ++v) {
        if (std::isinf(scores[v])) continue;
        auto child = extended(parent, static_cast<std::int32_t>(v), scores[v]);
        if (child.words.back() != decoder.end()) {
          longer.push_back(std::move(child));
          continue;
        }
        child.words.pop_back();
        finish(child, options, true);
        captions.push_back(std::move(child));
      }
    }
    open = std::move(longer);
  }
  sort_by_score(captions);
  return captions;
}

}  // namespace limn::test
