#include "metrics/number_table.h"

#include <algorithm>
#include <limits>

#include "limn/core/error.h"

namespace limn::metrics {

// The slot that holds the key, or the free one where it would go.
std::size_t NumberTable::place_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = key * 0x9e3779b97f4a7c15u >> shift_;  // Knuth's multiplicative hashing
  while (slots_[place].number != kNone && slots_[place].key != key) place = (place + 1) & mask;
  return place;
}

std::int32_t NumberTable::find(std::uint64_t key) const {
  return slots_.empty() ? kNone : slots_[place_of(key)].number;
}

std::int32_t NumberTable::add(std::uint64_t key) {
  if (static_cast<std::size_t>(size_) * 2 >= slots_.size()) grow();
  Slot& slot = slots_[place_of(key)];
  if (slot.number == kNone) slot = {key, size_++};
  return slot.number;
}

void NumberTable::grow() {
  LIMN_ASSERT(size_ < std::numeric_limits<std::int32_t>::max() / 2);
  std::vector<Slot> old(std::max<std::size_t>(64, slots_.size() * 2));
  old.swap(slots_);
  shift_ = old.empty() ? 64 - 6 : shift_ - 1;
  for (const Slot& slot : old)
    if (slot.number != kNone) slots_[place_of(slot.key)] = slot;
}

}  // namespace limn::metrics
