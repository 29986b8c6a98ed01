// Regular expressions over characters, as a nondeterministic automaton.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "text/character_set.h"

namespace limn::text {

/// Thompson's construction (CACM 11, 1968): every state either reads a character of its set and
/// goes on to `next`, or goes on to `next` and `other` without reading.
struct Automaton {
  static constexpr std::int32_t kNone = -1;
  struct State {
    std::int32_t set = kNone;  ///< index in `sets`; kNone: reads nothing
    std::int32_t next = kNone;
    std::int32_t other = kNone;
  };
  std::vector<State> states;
  std::vector<CharacterSet> sets;
};

/// Names for patterns, which later ones use as {name}.
///
/// In a pattern a character stands for itself, but for
///
///     (a|b)   grouping, choice            [a-z_] [^a-z]   a character of, or not of, a set
///     a* a+ a?  repetition                {name}          a pattern; in a set, one of a single set
///     a{2} a{1,4}  so many times          \uXXXX          the character of that number
///     .       any character               \x              x itself
///
/// With `ignore_case` an ASCII letter stands for both cases, but not in a set: [M]r is Mr and MR.
class Patterns {
 public:
  explicit Patterns(bool ignore_case) : ignore_case_(ignore_case) {}
  void define(std::string_view name, std::string_view pattern);
  void define(std::string_view name, CharacterSet set);

 private:
  friend class PatternReader;
  std::map<std::string, std::string, std::less<>> patterns_;
  std::map<std::string, CharacterSet, std::less<>> sets_;
  bool ignore_case_;
};

/// A piece of an automaton: enters at `first`, leaves by the `next` of `last`.
struct Fragment {
  std::int32_t first, last;
};

/// Adds what `pattern` describes to `automaton`. A mistake in a pattern is an InternalError.
Fragment add_pattern(std::string_view pattern, const Patterns& patterns, Automaton& automaton);

}  // namespace limn::text
