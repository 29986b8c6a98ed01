// Sequences of different lengths, packed step by step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace limn {

/// The layout of B sequences sorted by falling length and stored step after step without padding:
/// first the first element of every sequence, then the second of those that have one, … Row
/// `offset(t) + b` is element t of sequence b. The same layout as torch's PackedSequence.
class Packing {
 public:
  Packing() = default;
  /// `lengths` must be >= 1 and must not increase. Throws InvalidArgument otherwise.
  static Packing of(std::span<const std::int64_t> lengths);

  /// T, the longest length.
  std::int64_t steps() const { return static_cast<std::int64_t>(rows_.size()); }
  /// B.
  std::int64_t sequences() const { return rows_.empty() ? 0 : rows_.front(); }
  /// Sequences still alive at step t.
  std::int64_t rows(std::int64_t t) const { return rows_[static_cast<std::size_t>(t)]; }
  /// First row of step t.
  std::int64_t offset(std::int64_t t) const { return offsets_[static_cast<std::size_t>(t)]; }
  /// N, the sum of all lengths.
  std::int64_t total() const { return offsets_.empty() ? 0 : offsets_.back(); }
  /// Length of sequence b.
  std::int64_t length(std::int64_t b) const;
  /// The row of each sequence's last element, [B].
  std::vector<std::int64_t> last_rows() const;

 private:
  std::vector<std::int64_t> rows_;
  std::vector<std::int64_t> offsets_;
};

}  // namespace limn
