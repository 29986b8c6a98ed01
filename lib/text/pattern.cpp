#include "text/pattern.h"

#include <algorithm>
#include <charconv>

#include "limn/core/error.h"

namespace limn::text {
namespace {

bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

CharacterSet both_cases(const CharacterSet& set) {
  CharacterSet result = set;
  for (char32_t c = 'A'; c <= 'z'; ++c)
    if (is_letter(c) && set.contains(c)) result.add({c ^ 0x20, c ^ 0x20});
  return result;
}

}  // namespace

void Patterns::define(std::string_view name, std::string_view pattern) {
  LIMN_ASSERT(patterns_.emplace(name, pattern).second);
}

void Patterns::define(std::string_view name, CharacterSet set) {
  LIMN_ASSERT(sets_.emplace(name, std::move(set)).second);
}

/// Recursive descent that builds as it reads; what is repeated or named is read again.
class PatternReader {
 public:
  PatternReader(std::string_view text, const Patterns& patterns, Automaton& automaton)
      : text_(text), patterns_(patterns), automaton_(automaton) {}

  Fragment read() {
    const Fragment whole = choice();
    LIMN_ASSERT(at_ == text_.size());
    return whole;
  }

 private:
  struct Times {
    int least, most;  // most 0: without limit
  };

  Fragment choice() {
    Fragment all = sequence();
    while (accept('|')) {
      const Fragment one = sequence();
      const std::int32_t first = state({.next = all.first, .other = one.first});
      const std::int32_t last = state({});
      link(all, last);
      link(one, last);
      all = {first, last};
    }
    return all;
  }

  Fragment sequence() {
    const std::int32_t empty = state({});
    Fragment all{empty, empty};
    while (at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') append(all, repeated());
    return all;
  }

  Fragment repeated() {
    const std::size_t begin = at_;
    Fragment all = atom();
    const Times times = this->times();
    const std::size_t end = at_;
    const auto again = [&] {
      at_ = begin;
      return atom();
    };
    for (int i = 1; i < times.least; ++i) append(all, again());
    if (times.most == 0) {
      Fragment more = times.least == 0 ? all : again();
      more = loop(more);
      if (times.least == 0) {
        all = more;
      } else {
        append(all, more);
      }
    }
    if (times.least == 0 && times.most > 0) all = optional(all);
    for (int i = std::max(times.least, 1); i < times.most; ++i) append(all, optional(again()));
    at_ = end;
    return all;
  }

  Times times() {
    if (accept('*')) return {0, 0};
    if (accept('+')) return {1, 0};
    if (accept('?')) return {0, 1};
    if (at_ + 1 >= text_.size() || text_[at_] != '{' || !is_digit(text_[at_ + 1])) return {1, 1};
    ++at_;
    const int least = number();
    const int most = accept(',') ? number() : least;
    expect('}');
    return {least, most};
  }

  Fragment atom() {
    if (accept('(')) {
      const Fragment inner = choice();
      expect(')');
      return inner;
    }
    if (accept('[')) return reads(bracketed());
    if (accept('.')) return reads(CharacterSet().complement());
    if (accept('{')) return named(name());
    const char32_t c = character();
    const CharacterSet set{{c, c}};
    return reads(patterns_.ignore_case_ ? both_cases(set) : set);
  }

  Fragment named(std::string_view name) {
    if (const auto set = patterns_.sets_.find(name); set != patterns_.sets_.end())
      return reads(set->second);
    const auto pattern = patterns_.patterns_.find(name);
    LIMN_ASSERT(pattern != patterns_.patterns_.end());
    return PatternReader(pattern->second, patterns_, automaton_).read();
  }

  CharacterSet bracketed() {
    CharacterSet set;
    const bool negated = accept('^');
    while (!accept(']')) {
      if (accept('{')) {
        const auto named = patterns_.sets_.find(name());
        LIMN_ASSERT(named != patterns_.sets_.end());
        set.add(named->second);
        continue;
      }
      const char32_t first = character();
      set.add({first, accept('-') ? character() : first});
    }
    return negated ? set.complement() : set;
  }

  char32_t character() {
    LIMN_ASSERT(at_ < text_.size());
    if (!accept('\\')) return static_cast<unsigned char>(text_[at_++]);
    LIMN_ASSERT(at_ < text_.size());
    if (!accept('u')) return static_cast<unsigned char>(text_[at_++]);
    std::uint32_t code = 0;
    LIMN_ASSERT(at_ + 4 <= text_.size());
    const auto end = text_.data() + at_ + 4;
    LIMN_ASSERT(std::from_chars(text_.data() + at_, end, code, 16).ptr == end);
    at_ += 4;
    return code;
  }

  std::string_view name() {
    const std::size_t end = text_.find('}', at_);
    LIMN_ASSERT(end != text_.npos);
    const std::string_view result = text_.substr(at_, end - at_);
    at_ = end + 1;
    return result;
  }

  int number() {
    int value = 0;
    while (at_ < text_.size() && is_digit(text_[at_])) value = 10 * value + (text_[at_++] - '0');
    return value;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) { LIMN_ASSERT(accept(c)); }

  // --- the automaton
  std::int32_t state(Automaton::State state) {
    automaton_.states.push_back(state);
    return static_cast<std::int32_t>(automaton_.states.size()) - 1;
  }

  void link(Fragment from, std::int32_t to) {
    automaton_.states[static_cast<std::size_t>(from.last)].next = to;
  }

  void append(Fragment& all, Fragment more) {
    link(all, more.first);
    all.last = more.last;
  }

  Fragment loop(Fragment body) {
    const std::int32_t last = state({});
    const std::int32_t first = state({.next = body.first, .other = last});
    link(body, first);
    return {first, last};
  }

  Fragment optional(Fragment body) {
    const std::int32_t last = state({});
    const std::int32_t first = state({.next = body.first, .other = last});
    link(body, last);
    return {first, last};
  }

  Fragment reads(CharacterSet set) {
    auto& sets = automaton_.sets;
    auto place = std::find(sets.begin(), sets.end(), set);
    if (place == sets.end()) place = sets.insert(sets.end(), std::move(set));
    const std::int32_t last = state({});
    const std::int32_t first =
        state({.set = static_cast<std::int32_t>(place - sets.begin()), .next = last});
    return {first, last};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const Patterns& patterns_;
  Automaton& automaton_;
};

Fragment add_pattern(std::string_view pattern, const Patterns& patterns, Automaton& automaton) {
  return PatternReader(pattern, patterns, automaton).read();
}

}  // namespace limn::text
