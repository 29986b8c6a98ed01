// The longest common subsequence, 64 words at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace limn::metrics {

/// Crochemore, Iliopoulos, Pinzon and Reid, "A fast and practical bit-vector algorithm for the
/// longest common subsequence problem", 2001, in Hyyrö's form (2004): V' = (V + (V ∧ M)) ∨ (V ∧
/// ¬M), where M marks the words of `a` that are the next word of `b`. It goes through `a` in
/// stripes of 64 words and keeps the carries between them: |a|·|b|/64 steps and |b| bytes.
class LongestCommonSubsequence {
 public:
  /// Of sequences of numbers in [0, numbers).
  explicit LongestCommonSubsequence(std::int32_t numbers);
  std::int64_t length(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

 private:
  std::int64_t stripe_length(std::span<const std::int32_t> stripe, std::span<const std::int32_t> b);

  std::vector<std::uint64_t> masks_;   // M of each number; all 0 between stripes
  std::vector<std::uint8_t> carries_;  // out of the stripe before, for each word of b
};

}  // namespace limn::metrics
