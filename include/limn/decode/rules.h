// Rules for the words of a caption that look at more than one word.
#pragma once

#include <cstdint>
#include <vector>

namespace limn::decode {

/// All are off by default, and cost nothing then. Greedy search, beam search and sampling keep to
/// them: every finished caption does, and every one that is cut at `max_length` where that is a
/// result of its own (`AtLimit::keep`, sampling). Where no caption can, the best beginning is
/// returned, unfinished.
struct Rules {
  /// The caption begins with these words ("a photo of"), whatever the other rules say of them. They
  /// are part of the caption, with the log-probabilities that the model gives them.
  std::vector<std::int32_t> prefix = {};
  /// n > 0: no n words in a row occur twice, those of `prefix` counted (Paulus et al. 2018, section
  /// 2.5, with n = 3); 1: no word does. 0: off.
  std::int64_t no_repeat = 0;
  bool no_immediate_repeat = false;  ///< no word follows itself
  /// Words that no caption ends with, such as "a" and "of".
  std::vector<std::int32_t> bad_endings = {};
  /// Phrases of one word or more that occur in the caption, each as neighbours; they may overlap.
  /// At most 12 that are not part of another one.
  std::vector<std::vector<std::int32_t>> required = {};
};

}  // namespace limn::decode
