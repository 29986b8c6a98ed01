#include "decode/word_rules.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "core/check.h"
#include "limn/core/dispatch.h"

namespace limn::decode {
namespace {

bool among(std::span<const std::int32_t> words, std::int32_t word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_words(std::span<const std::int32_t> words, const char* kind,
                 const StepDecoder& decoder) {
  const std::int64_t vocabulary = decoder.vocabulary_size();
  for (const std::int32_t word : words) {
    require(0 <= word && word < vocabulary, "search: {} word {} is not in [0, {})", kind, word,
            vocabulary);
  }
}

// −∞ for `excluded`, and for all but `only` unless that is empty.
template <class T>
void restrict_row(std::int64_t vocabulary, std::span<const std::int32_t> excluded,
                  std::span<const std::int32_t> only, T* row) {
  constexpr T never = -std::numeric_limits<T>::infinity();
  for (const std::int32_t word : excluded) row[word] = never;
  if (only.empty()) return;
  std::vector<T> kept;
  for (const std::int32_t word : only) kept.push_back(row[word]);
  std::fill_n(row, vocabulary, never);
  for (std::size_t i = 0; i < only.size(); ++i) row[only[i]] = kept[i];
}

void refuse_contradiction(const Rules& rules, std::int64_t max_length) {
  const auto found = find_contradiction(rules, max_length);
  if (!found) return;
  std::vector<std::string> parts;
  if (!found->rules.prefix.empty())
    parts.push_back(fmt::format("prefix = {}", found->rules.prefix));
  for (const auto& phrase : found->rules.required)
    parts.push_back(fmt::format("required {}", phrase));
  if (found->rules.no_repeat > 0)
    parts.push_back(fmt::format("no_repeat = {}", found->rules.no_repeat));
  if (found->rules.no_immediate_repeat) parts.emplace_back("no_immediate_repeat");
  if (!found->rules.bad_endings.empty()) parts.emplace_back("bad_endings");
  if (found->of_length)
    parts.push_back(
        fmt::format("max_length = {}; that takes at least {} words", max_length, found->at_least));
  throw InvalidArgument(
      fmt::format("search: no caption can keep to {}", fmt::join(parts, " and ")));
}

}  // namespace

WordRules::WordRules(const StepDecoder& decoder, Lengths lengths, Words forbidden,
                     const Rules& rules)
    : rules_(rules), lengths_(lengths), end_(decoder.end()), required_(rules.required) {
  const std::int64_t vocabulary = decoder.vocabulary_size();
  require(lengths.max >= 1, "search: max_length must be at least 1; got {}", lengths.max);
  require(lengths.max - (lengths.cut ? 1 : 0) <= decoder.longest(),
          "search: max_length = {} is beyond the longest caption that the model can say, of {} "
          "words; lower it",
          lengths.max, decoder.longest());
  require(0 <= lengths.min && lengths.min <= lengths.max,
          "search: min_length must be in [0, max_length = {}]; got {}", lengths.max, lengths.min);
  require(0 <= end_ && end_ < vocabulary,
          "search: the end word must be in [0, {}); the decoder's is {}", vocabulary, end_);
  check_words(forbidden, "forbidden", decoder);
  require(!among(forbidden, end_),
          "search: the end, word {}, cannot be forbidden; use min_length to put it off", end_);
  excluded_.assign(static_cast<std::size_t>(vocabulary), 0);
  for (const std::int32_t word : forbidden) excluded_[static_cast<std::size_t>(word)] = 1;
  require(rules.no_repeat >= 0, "search: no_repeat must be at least 0; got {}", rules.no_repeat);
  check_words(rules.bad_endings, "bad ending", decoder);
  require(!among(rules.bad_endings, end_), "search: the end, word {}, cannot be a bad ending",
          end_);
  check_words(rules.prefix, "prefix", decoder);
  for (const auto& phrase : rules.required) check_words(phrase, "required", decoder);
  check_prefix();
  check_required();
  refuse_contradiction(rules, lengths.max);
  if (!rules.prefix.empty()) prefix_only_.assign(excluded_.size(), 1);
}

void WordRules::check_prefix() const {
  for (const std::int32_t word : rules_.prefix) {
    require(word != end_ && excluded_[static_cast<std::size_t>(word)] == 0,
            "search: the prefix cannot hold word {}, which is {}", word,
            word == end_ ? "the end" : "forbidden");
  }
  require(std::ssize(rules_.prefix) <= lengths_.max,
          "search: the prefix must fit into max_length = {} words; it has {}", lengths_.max,
          rules_.prefix.size());
}

void WordRules::check_required() const {
  for (const std::int32_t word : required_.words()) {
    require(word != end_ && excluded_[static_cast<std::size_t>(word)] == 0,
            "search: word {} cannot be required, it is {}", word,
            word == end_ ? "the end" : "forbidden");
  }
}

const std::uint8_t* WordRules::excluded_after(std::int64_t words) {
  const auto at = static_cast<std::size_t>(words);
  if (at < rules_.prefix.size()) {
    std::fill(prefix_only_.begin(), prefix_only_.end(), std::uint8_t{1});
    prefix_only_[static_cast<std::size_t>(rules_.prefix[at])] = 0;
    return prefix_only_.data();
  }
  excluded_[static_cast<std::size_t>(end_)] = words < lengths_.min ? 1 : 0;
  return excluded_.data();
}

bool WordRules::look_back_after(std::int64_t words) const {
  return words >= std::ssize(rules_.prefix) &&
         (rules_.no_repeat > 0 || rules_.no_immediate_repeat || !rules_.bad_endings.empty() ||
          !required_.empty());
}

Tensor WordRules::restricted(const Tensor& scores,
                             std::span<const std::vector<std::int32_t>> said) const {
  Tensor result;
  const std::int64_t vocabulary = scores.shape()[1];
  for (std::size_t row = 0; row < said.size(); ++row) {
    const std::vector<std::int32_t> excluded = excluded_after(Words(said[row]));
    const std::vector<std::int32_t> only = urgent_after(said[row]);
    if (excluded.empty() && only.empty()) continue;
    if (!result.defined()) result = scores.clone();
    for_floating(scores.dtype(), "search", [&]<class T>() {
      restrict_row(vocabulary, excluded, only,
                   result.data<T>() + static_cast<std::int64_t>(row) * vocabulary);
    });
  }
  return result.defined() ? result : scores;
}

std::vector<std::int32_t> WordRules::excluded_after(Words said) const {
  std::vector<std::int32_t> excluded = repeats_after(said, rules_);
  const bool badly = !said.empty() && among(rules_.bad_endings, said.back());
  if (badly || (!required_.empty() && required_.needed(said) > 0)) excluded.push_back(end_);
  if (lengths_.cut && left_after(said) == 1)
    excluded.insert(excluded.end(), rules_.bad_endings.begin(), rules_.bad_endings.end());
  return excluded;
}

std::vector<std::int32_t> WordRules::urgent_after(Words said) const {
  std::vector<std::int32_t> urgent;
  if (required_.empty()) return urgent;
  if (left_after(said) == 0) return {end_};
  if (required_.needed(said) == 0) return urgent;
  const std::int64_t left = left_after(said) - 1;
  if (required_.needed_after_others(said) <= left) return urgent;
  std::vector<std::int32_t> longer(said.begin(), said.end());
  for (const std::int32_t word : required_.words()) {
    longer.push_back(word);
    if (required_.needed(longer) <= left) urgent.push_back(word);
    longer.pop_back();
  }
  return urgent;
}

std::vector<std::int32_t> repeats_after(std::span<const std::int32_t> said, const Rules& rules) {
  std::vector<std::int32_t> words;
  if (rules.no_immediate_repeat && !said.empty()) words.push_back(said.back());
  const auto before = static_cast<std::ptrdiff_t>(rules.no_repeat) - 1;
  if (before < 0) return words;
  for (auto begin = said.begin(); said.end() - begin > before; ++begin) {
    if (std::equal(begin, begin + before, said.end() - before)) words.push_back(begin[before]);
  }
  return words;
}

void refuse_nan(std::int64_t nan, std::int64_t vocabulary, std::int64_t words) {
  if (nan < 0) return;
  throw NumericalError(fmt::format(
      "search: the score of word {} after {} words is NaN (row {}); do the weights or the features "
      "hold NaN or infinity?",
      nan % vocabulary, words, nan / vocabulary));
}

void refuse_logits(double log_probability, std::int32_t word) {
  constexpr double rounding = 1e-3;
  require(log_probability <= rounding,
          "search: a step must give log-probabilities, at most 0; word {} has {} (a log-softmax is "
          "missing?)",
          word, log_probability);
}

}  // namespace limn::decode
