#include "decode/word_rules.h"

#include "core/check.h"

namespace limn::decode {

WordRules::WordRules(const StepDecoder& decoder, Lengths lengths,
                     std::span<const std::int32_t> forbidden)
    : min_length_(lengths.min), end_(static_cast<std::size_t>(decoder.end())) {
  const std::int64_t vocabulary = decoder.vocabulary_size();
  require(lengths.max >= 1, "search: max_length must be at least 1; got {}", lengths.max);
  require(0 <= lengths.min && lengths.min <= lengths.max,
          "search: min_length must be in [0, max_length = {}]; got {}", lengths.max, lengths.min);
  require(0 <= decoder.end() && decoder.end() < vocabulary,
          "search: the end word must be in [0, {}); the decoder's is {}", vocabulary,
          decoder.end());
  excluded_.assign(static_cast<std::size_t>(vocabulary), 0);
  for (const std::int32_t word : forbidden) {
    require(0 <= word && word < vocabulary, "search: forbidden word {} is not in [0, {})", word,
            vocabulary);
    require(word != decoder.end(),
            "search: the end, word {}, cannot be forbidden; use min_length to put it off", word);
    excluded_[static_cast<std::size_t>(word)] = 1;
  }
}

const std::uint8_t* WordRules::excluded_after(std::int64_t words) {
  excluded_[end_] = words < min_length_ ? 1 : 0;
  return excluded_.data();
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
