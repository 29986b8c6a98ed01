// Which words a search may produce: the forbidden ones never, the end not before `min_length`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/decode/step_decoder.h"

namespace limn::decode {

class WordRules {
 public:
  struct Lengths {
    std::int64_t min = 0;
    std::int64_t max = 0;
  };

  /// Throws InvalidArgument for lengths or words that make no sense.
  WordRules(const StepDecoder& decoder, Lengths lengths, std::span<const std::int32_t> forbidden);

  /// [V], 1 = may not follow `words` words. Valid until the next call.
  const std::uint8_t* excluded_after(std::int64_t words);

 private:
  std::vector<std::uint8_t> excluded_;
  std::int64_t min_length_;
  std::size_t end_;
};

/// Throws NumericalError when `nan`, a position in scores [rows, V], is not -1.
void refuse_nan(std::int64_t nan, std::int64_t vocabulary, std::int64_t words);
/// Throws InvalidArgument when a log-probability is above 0 by more than rounding.
void refuse_logits(double log_probability, std::int32_t word);

}  // namespace limn::decode
