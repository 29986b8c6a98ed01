// Rules for the words of a caption that look at more than one word.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace limn::decode {

/// All are off by default, and cost nothing then. Greedy search, beam search and sampling keep to
/// them: every finished caption does, and every one that is cut at `max_length` where that is a
/// result of its own (`AtLimit::keep`, sampling). Rules that `find_contradiction` finds to exclude
/// each other are refused; where the search finds no caption that keeps to them, the best beginning
/// is returned, unfinished.
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

/// Rules that no caption can keep to.
struct Contradiction {
  Rules rules = {};           ///< the few that exclude each other
  bool of_length = false;     ///< whether only longer captions can keep to these
  std::int64_t at_least = 0;  ///< if so, words that such captions have at least
};

/// Why no caption of at most `max_length` words can keep to `rules`; nothing when one can. Prefix
/// and phrases are tried in every order, overlapping, side by side or with another word between
/// them, of which there are taken to be enough. Nothing is returned, too, when thousands of tries
/// do not decide it, as may be with many phrases.
///
/// Throws InvalidArgument for a required phrase without words and for more than 12.
std::optional<Contradiction> find_contradiction(const Rules& rules, std::int64_t max_length);

}  // namespace limn::decode
