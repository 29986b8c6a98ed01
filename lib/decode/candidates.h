// Continuations of an image's hypotheses, and which of them live.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace limn::decode {

/// Row `row` continued with `word`.
struct Candidate {
  std::int64_t row;
  std::int32_t word;
  double total;             ///< log P of all words, less penalties
  bool after_end;           ///< behind all that are not
  std::int64_t needed = 0;  ///< words that required phrases still take
};

/// The `width` best, best first.
void keep_best(std::vector<Candidate>& candidates, std::size_t width);
/// The best of all, then by turns the best of those with equal `needed`, the fewest first, until
/// there are `width`; best first. Those after an end only where there are not enough others.
void keep_by_turns(std::vector<Candidate>& candidates, std::size_t width);

}  // namespace limn::decode
