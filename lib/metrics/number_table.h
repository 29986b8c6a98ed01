// Numbers for keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace limn::metrics {

/// Numbers 64-bit keys from 0 in the order in which they come. Millions of n-grams go through this,
/// so it is one array, probed linearly: half the time and memory of std::unordered_map.
class NumberTable {
 public:
  static constexpr std::int32_t kNone = -1;

  std::int32_t size() const { return size_; }
  /// kNone when it was never added.
  std::int32_t find(std::uint64_t key) const;
  /// The key's number; the next one when it is new.
  std::int32_t add(std::uint64_t key);

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::int32_t number = kNone;
  };
  std::size_t place_of(std::uint64_t key) const;
  void grow();

  std::vector<Slot> slots_;  // a power of two, at least half of them free
  int shift_ = 64;           // 64 − log2 of their number
  std::int32_t size_ = 0;
};

}  // namespace limn::metrics
