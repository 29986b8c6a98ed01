// N-grams as numbers, so that counting them is sorting integers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/number_table.h"
#include "metrics/words.h"

namespace limn::metrics {

/// n = 1 … kOrders; as an index n − 1.
constexpr std::size_t kOrders = 4;

/// The numbers of n-grams, sorted, each as often as it occurs.
using Numbers = std::span<const std::int32_t>;

/// The n-grams of one caption.
class Ngrams {
 public:
  Ngrams() = default;
  /// `numbers`: of the `words` unigrams, then of the bigrams, …, each sorted.
  Ngrams(std::size_t words, std::vector<std::int32_t> numbers)
      : words_(words), numbers_(std::move(numbers)) {}

  std::int64_t words() const { return static_cast<std::int64_t>(words_); }
  /// How many n-grams of index `order` a caption of `words` words has.
  static std::size_t count(std::size_t words, std::size_t order) {
    return words > order ? words - order : 0;
  }
  Numbers order(std::size_t order) const;
  /// Those of all orders.
  Numbers all() const { return numbers_; }

 private:
  std::size_t words_ = 0;
  std::vector<std::int32_t> numbers_;
};

/// Numbers n-grams of all orders from 0: an n-gram is the number of its first n − 1 words and its
/// last word.
class NgramNumbers {
 public:
  std::int32_t size() const { return ngrams_.size(); }
  /// The n-grams of `sentence`, new ones included.
  Ngrams add(const Sentence& sentence);
  /// The same, changing nothing: n-grams never added get numbers from size() on that hold within
  /// this sentence.
  Ngrams find(const Sentence& sentence) const;

 private:
  WordNumbers words_;
  NumberTable ngrams_;
};

/// Calls visit(number, count) for each different one.
template <class Visit>
void for_each_count(Numbers numbers, Visit visit) {
  for (auto begin = numbers.begin(); begin != numbers.end();) {
    const auto end = std::find_if(begin, numbers.end(), [&](auto n) { return n != *begin; });
    visit(*begin, static_cast<std::int64_t>(end - begin));
    begin = end;
  }
}

/// How often `number` occurs.
inline std::int64_t count_of(std::int32_t number, Numbers numbers) {
  const auto [begin, end] = std::equal_range(numbers.begin(), numbers.end(), number);
  return end - begin;
}

}  // namespace limn::metrics
