// Sets of characters as ranges.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

namespace limn::text {

struct CharacterRange {
  char32_t first, last;  ///< both belong to it
  bool operator==(const CharacterRange&) const = default;
};

constexpr char32_t kLastCharacter = 0x10ffff;

/// Sorted, disjoint, not touching.
class CharacterSet {
 public:
  CharacterSet() = default;
  CharacterSet(std::initializer_list<CharacterRange> ranges);
  explicit CharacterSet(std::span<const CharacterRange> ranges);

  void add(CharacterRange range) { add(std::span(&range, 1)); }
  void add(const CharacterSet& other) { add(other.ranges()); }
  CharacterSet complement() const;
  bool contains(char32_t code) const;
  std::span<const CharacterRange> ranges() const { return ranges_; }
  bool operator==(const CharacterSet&) const = default;

 private:
  void add(std::span<const CharacterRange> ranges);

  std::vector<CharacterRange> ranges_;
};

}  // namespace limn::text
