// Which words a search may produce: the one place that greedy, beam search and sampling ask.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decode/required_phrases.h"
#include "limn/decode/rules.h"
#include "limn/decode/step_decoder.h"

namespace limn::decode {

class WordRules {
 public:
  using Words = std::span<const std::int32_t>;

  struct Lengths {
    std::int64_t min = 0;
    std::int64_t max = 0;
    bool cut = false;  ///< a caption with `max` words is a result without an end
  };

  /// Throws InvalidArgument for lengths or words that make no sense, and for lengths that the
  /// decoder cannot reach.
  WordRules(const StepDecoder& decoder, Lengths lengths, Words forbidden, const Rules& rules);

  /// [V], 1 = may not follow `words` words, whichever they are: lengths, forbidden words, prefix.
  /// Valid until the next call.
  const std::uint8_t* excluded_after(std::int64_t words);

  /// Whether any rule asks which words were said, when `words` were.
  bool look_back_after(std::int64_t words) const;
  /// scores [rows, V] with −∞ where such a rule keeps a word from following what its row said.
  Tensor restricted(const Tensor& scores, std::span<const std::vector<std::int32_t>> said) const;

  const RequiredPhrases& required() const { return required_; }

 private:
  void check_prefix() const;
  void check_required() const;
  std::vector<std::int32_t> excluded_after(Words said) const;
  /// The only words after which what is required still fits; all when there are none.
  std::vector<std::int32_t> urgent_after(Words said) const;
  std::int64_t left_after(Words said) const { return lengths_.max - std::ssize(said); }

  const Rules rules_;
  const Lengths lengths_;
  const std::int32_t end_;
  const RequiredPhrases required_;
  std::vector<std::uint8_t> excluded_;
  std::vector<std::uint8_t> prefix_only_;  // all 1 but for the word of the prefix that is due
};

/// The words that would repeat what may not be repeated if they followed `said`.
std::vector<std::int32_t> repeats_after(std::span<const std::int32_t> said, const Rules& rules);
/// Throws NumericalError when `nan`, a position in scores [rows, V], is not -1.
void refuse_nan(std::int64_t nan, std::int64_t vocabulary, std::int64_t words);
/// Throws InvalidArgument when a log-probability is above 0 by more than rounding.
void refuse_logits(double log_probability, std::int32_t word);

}  // namespace limn::decode
