#include "metrics/ngrams.h"

namespace limn::metrics {
namespace {

std::uint64_t key_of(std::int32_t prefix, std::int32_t word) {
  return std::uint64_t{static_cast<std::uint32_t>(prefix)} << 32 | static_cast<std::uint32_t>(word);
}

// `number_of` gives the number of a prefix with one more word; the prefix of one word is kNone.
template <class NumberOf>
Ngrams number_ngrams(const std::vector<std::int32_t>& words, NumberOf number_of) {
  std::size_t total = 0;
  for (std::size_t order = 0; order < kOrders; ++order) total += Ngrams::count(words.size(), order);
  std::vector<std::int32_t> numbers;
  numbers.reserve(total);
  std::vector<std::int32_t> prefixes(words.size(), NumberTable::kNone);
  for (std::size_t order = 0; order < kOrders; ++order) {
    const std::size_t count = Ngrams::count(words.size(), order);
    for (std::size_t i = 0; i < count; ++i) {
      prefixes[i] = number_of(key_of(prefixes[i], words[i + order]));
      numbers.push_back(prefixes[i]);
    }
    std::sort(numbers.end() - static_cast<std::ptrdiff_t>(count), numbers.end());
  }
  return {words.size(), std::move(numbers)};
}

}  // namespace

Numbers Ngrams::order(std::size_t order) const {
  std::size_t begin = 0;
  for (std::size_t lower = 0; lower < order; ++lower) begin += count(words_, lower);
  return all().subspan(begin, count(words_, order));
}

Ngrams NgramNumbers::add(const Sentence& sentence) {
  std::vector<std::int32_t> words;
  words.reserve(sentence.size());
  for (const std::string_view word : split_at_white_space(sentence))
    words.push_back(words_.add(word));
  return number_ngrams(words, [&](std::uint64_t key) { return ngrams_.add(key); });
}

Ngrams NgramNumbers::find(const Sentence& sentence) const {
  WordNumbers new_words;
  std::vector<std::int32_t> words;
  words.reserve(sentence.size());
  for (const std::string_view word : split_at_white_space(sentence)) {
    const std::int32_t number = words_.find(word);
    words.push_back(number >= 0 ? number : words_.size() + new_words.add(word));
  }
  NumberTable new_ngrams;
  return number_ngrams(words, [&](std::uint64_t key) {
    const std::int32_t number = ngrams_.find(key);
    return number >= 0 ? number : ngrams_.size() + new_ngrams.add(key);
  });
}

}  // namespace limn::metrics
