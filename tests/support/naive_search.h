// Slow and plain references for searches over tiny vocabularies.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "limn/decode/search.h"
#include "support/naive_rules.h"

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

/// Whether the options let `word` follow `words`.
inline bool may_follow(const decode::StepDecoder& decoder, const Words& words, std::int32_t word,
                       const decode::SearchOptions& options) {
  const decode::Rules& rules = options.rules;
  const auto& never = options.forbidden;
  if (std::find(never.begin(), never.end(), word) != never.end()) return false;
  Words longer = words;
  longer.push_back(word);
  if (!begins_well(longer, rules)) return false;
  if (word == decoder.end())
    return ends_well(words, rules) && std::ssize(words) >= options.min_length;
  const std::int64_t left = options.max_length - std::ssize(longer);
  if (longer.size() <= rules.prefix.size()) return true;
  if (left == 0 && options.at_limit == decode::AtLimit::keep) return ends_well(longer, rules);
  if (left < 0 && !rules.required.empty()) return false;
  return words_needed(words, rules) == 0 ||
         static_cast<std::int64_t>(words_needed(longer, rules)) <= left;
}

/// The same as `next_log_probabilities`, with the words that the options exclude at −∞.
inline std::vector<double> allowed_log_probabilities(const decode::StepDecoder& decoder,
                                                     const nn::Features& image, const Words& words,
                                                     const decode::SearchOptions& options) {
  std::vector<double> result = next_log_probabilities(decoder, image, words);
  for (std::size_t v = 0; v < result.size(); ++v) {
    if (!may_follow(decoder, words, static_cast<std::int32_t>(v), options))
      result[v] = -std::numeric_limits<double>::infinity();
  }
  return result;
}

/// What log P is divided by.
inline double naive_length_norm(double length, const decode::SearchOptions& options) {
  if (options.length_form == decode::LengthForm::wu)
    return std::pow((5 + length) / 6, options.length_penalty);
  return std::pow(length, options.length_penalty);
}

/// `total`: log P less penalties.
inline void finish(decode::Hypothesis& hypothesis, double total,
                   const decode::SearchOptions& options, bool ended) {
  const auto length =
      static_cast<double>(std::max<std::size_t>(hypothesis.log_probabilities.size(), 1));
  hypothesis.finished = ended;
  hypothesis.score =
      options.length_penalty == 0 ? total : total / naive_length_norm(length, options);
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
        finish(child, child.log_probability, options, true);
        captions.push_back(std::move(child));
      }
    }
    open = std::move(longer);
  }
  sort_by_score(captions);
  return captions;
}

}  // namespace limn::test
