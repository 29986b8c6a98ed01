#include "metrics/lcs.h"

#include <algorithm>
#include <bit>

namespace limn::metrics {

LongestCommonSubsequence::LongestCommonSubsequence(std::int32_t numbers)
    : masks_(static_cast<std::size_t>(numbers)) {}

std::int64_t LongestCommonSubsequence::length(std::span<const std::int32_t> a,
                                              std::span<const std::int32_t> b) {
  carries_.assign(b.size(), 0);
  std::int64_t result = 0;
  for (std::size_t begin = 0; begin < a.size(); begin += 64)
    result += stripe_length(a.subspan(begin, std::min<std::size_t>(64, a.size() - begin)), b);
  return result;
}

std::int64_t LongestCommonSubsequence::stripe_length(std::span<const std::int32_t> stripe,
                                                     std::span<const std::int32_t> b) {
  for (std::size_t i = 0; i < stripe.size(); ++i)
    masks_[static_cast<std::size_t>(stripe[i])] |= std::uint64_t{1} << i;
  std::uint64_t v = ~std::uint64_t{0};
  for (std::size_t j = 0; j < b.size(); ++j) {
    const std::uint64_t matches = masks_[static_cast<std::size_t>(b[j])];
    const std::uint64_t sum = v + (v & matches);
    const std::uint64_t with_carry = sum + carries_[j];
    carries_[j] = sum < v || with_carry < sum;
    v = with_carry | (v & ~matches);
  }
  for (const std::int32_t number : stripe) masks_[static_cast<std::size_t>(number)] = 0;
  return std::popcount(~v);
}

}  // namespace limn::metrics
