// Phrases that a caption must hold: how far it is, and what is missing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace limn::decode {

class RequiredPhrases {
 public:
  static constexpr std::size_t kMost = 12;
  using Words = std::span<const std::int32_t>;

  /// Throws InvalidArgument for an empty phrase and for more than `kMost` that are not part of
  /// another one.
  explicit RequiredPhrases(const std::vector<std::vector<std::int32_t>>& phrases);

  bool empty() const { return phrases_.empty(); }
  /// The fewest words that must follow `said` until every phrase is in it. Exact: phrases overlap
  /// with `said` and with each other where they can.
  std::int64_t needed(Words said) const;
  /// The same after `said` and a word that is in no phrase.
  std::int64_t needed_after_others(Words said) const;
  /// The words that begin a phrase that is missing or go on with it; in rising order.
  std::vector<std::int32_t> next(Words said) const;
  /// All that may follow `said` to say a phrase that is missing: the whole of it, and what is left
  /// of it after any of its first words that are said last.
  std::vector<std::vector<std::int32_t>> completions(Words said) const;
  /// All words of the phrases, in rising order.
  const std::vector<std::int32_t>& words() const { return words_; }

 private:
  /// `missing` has a bit for each phrase; matched[i] words of phrase i are said last.
  struct Progress {
    std::uint32_t missing = 0;
    std::vector<std::size_t> matched;
  };

  Progress progress(Words said) const;
  std::int64_t shortest(const Progress& progress) const;
  /// Words that the phrases in `missing` take after phrase `last`.
  std::int64_t& after(std::uint32_t missing, std::size_t last);
  std::int64_t after(std::uint32_t missing, std::size_t last) const;
  void fill_table();

  std::vector<std::vector<std::int32_t>> phrases_;
  std::vector<std::int32_t> words_;
  std::vector<std::int64_t> table_;  // [2^phrases, phrases]
};

}  // namespace limn::decode
