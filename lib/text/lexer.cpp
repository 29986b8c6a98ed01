#include "text/lexer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "limn/core/error.h"

namespace limn::text {
namespace {

constexpr std::int32_t kNone = Automaton::kNone;
constexpr std::int32_t kUnknown = -1;
constexpr std::int32_t kDead = -2;
// Reading in vain is remembered when it went this far, so that everyday text pays nothing.
constexpr std::size_t kFar = 32;

// The places where some set begins or has ended.
std::vector<char32_t> borders_of(std::span<const CharacterSet> sets) {
  std::vector<char32_t> borders{0, kLastCharacter + 1};
  for (const CharacterSet& set : sets) {
    for (const CharacterRange& range : set.ranges()) {
      borders.push_back(range.first);
      borders.push_back(range.last + 1);
    }
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

bool contains(const std::vector<std::int32_t>& states, std::int32_t state) {
  return std::binary_search(states.begin(), states.end(), state);
}

std::uint64_t key(std::int32_t node, std::size_t at) {
  return static_cast<std::uint64_t>(at) << 24 ^ static_cast<std::uint64_t>(node);
}

}  // namespace

Lexer::Lexer(std::span<const LexerRule> rules, const Patterns& patterns) {
  std::vector<std::pair<std::int32_t, std::int32_t>> ends;
  start_ = kNone;
  for (const LexerRule& rule : rules) {
    const bool looks_ahead = !rule.ahead.empty();
    Rule made{rule.action, looks_ahead, add_pattern(rule.pattern, patterns, automaton_), {}};
    Fragment whole = add_pattern(rule.pattern, patterns, automaton_);
    if (looks_ahead) {
      made.ahead = add_pattern(rule.ahead, patterns, automaton_);
      const Fragment ahead = add_pattern(rule.ahead, patterns, automaton_);
      automaton_.states[static_cast<std::size_t>(whole.last)].next = ahead.first;
      whole.last = ahead.last;
    }
    ends.emplace_back(whole.last, static_cast<std::int32_t>(rules_.size()));
    rules_.push_back(made);
    automaton_.states.push_back({.next = whole.first, .other = start_});
    start_ = static_cast<std::int32_t>(automaton_.states.size()) - 1;
  }
  accepting_.assign(automaton_.states.size(), kNone);
  for (const auto& [state, rule] : ends) accepting_[static_cast<std::size_t>(state)] = rule;
  classify_characters();
}

void Lexer::classify_characters() {
  const auto& sets = automaton_.sets;
  const std::vector<char32_t> borders = borders_of(sets);
  std::map<std::vector<bool>, std::uint16_t> numbers;
  classes_.resize(kTable);
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    std::vector<bool> in(sets.size());
    for (std::size_t set = 0; set < sets.size(); ++set) in[set] = sets[set].contains(borders[i]);
    const auto [place, is_new] = numbers.emplace(in, class_count_);
    if (is_new) {
      in_set_.push_back(in);
      ++class_count_;
    }
    const auto begin = std::min<std::size_t>(borders[i], kTable);
    const auto end = std::min<std::size_t>(borders[i + 1], kTable);
    std::fill(classes_.begin() + static_cast<std::ptrdiff_t>(begin),
              classes_.begin() + static_cast<std::ptrdiff_t>(end), place->second);
    classes_of_others_ = place->second;
  }
}

LexerRun::LexerRun(const Lexer& lexer) : lexer_(lexer), marks_(lexer.automaton_.states.size(), 0) {
  node_of(closure(std::span(&lexer.start_, 1)));
}

void LexerRun::start(std::u32string_view text) {
  text_ = text;
  in_vain_.clear();
}

Match LexerRun::match(std::size_t begin) {
  std::int32_t node = 0;
  std::int32_t rule = kNone;
  std::size_t end = begin;
  std::vector<std::pair<std::int32_t, std::size_t>> vain;
  for (std::size_t at = begin; at < text_.size();) {
    node = follow(node, lexer_.class_of(text_[at++]));
    if (node == kDead) break;
    if (rules_[static_cast<std::size_t>(node)] != kNone) {
      rule = rules_[static_cast<std::size_t>(node)];
      end = at;
      vain.clear();
    } else if (at - end > kFar) {
      if (in_vain_.contains(key(node, at))) break;
      vain.emplace_back(node, at);
    }
  }
  for (const auto& [read, at] : vain) in_vain_.insert(key(read, at));
  LIMN_ASSERT(rule != kNone);
  const Lexer::Rule& found = lexer_.rules_[static_cast<std::size_t>(rule)];
  const std::u32string_view matched = text_.substr(begin, end - begin);
  return {found.action, found.looks_ahead ? token_length(found, matched) : matched.size()};
}

// The longest beginning that is a token and leaves what `ahead` matches.
std::size_t LexerRun::token_length(const Lexer::Rule& rule, std::u32string_view matched) {
  std::vector<std::size_t> ends;
  States states = closure(std::span(&rule.token.first, 1));
  for (std::size_t at = 0; at < matched.size() && !states.empty(); ++at) {
    states = step(states, lexer_.class_of(matched[at]));
    if (contains(states, rule.token.last)) ends.push_back(at + 1);
  }
  for (auto end = ends.rbegin(); end != ends.rend(); ++end)
    if (matches(rule.ahead, matched.substr(*end))) return *end;
  LIMN_ASSERT(false);
  return 0;
}

bool LexerRun::matches(Fragment fragment, std::u32string_view text) {
  States states = closure(std::span(&fragment.first, 1));
  for (std::size_t at = 0; at < text.size() && !states.empty(); ++at)
    states = step(states, lexer_.class_of(text[at]));
  return contains(states, fragment.last);
}

std::int32_t LexerRun::follow(std::int32_t node, std::uint16_t character_class) {
  const std::int32_t known = next(node, character_class);
  if (known != kUnknown) return known;
  const States& states = *states_[static_cast<std::size_t>(node)];
  const std::int32_t reached = node_of(step(states, character_class));
  return next(node, character_class) = reached;
}

std::int32_t LexerRun::node_of(States states) {
  if (states.empty()) return kDead;
  const auto [place, is_new] =
      nodes_.emplace(std::move(states), static_cast<std::int32_t>(rules_.size()));
  if (!is_new) return place->second;
  std::int32_t rule = kNone;
  for (const std::int32_t state : place->first) {
    const std::int32_t ends = lexer_.accepting_[static_cast<std::size_t>(state)];
    if (ends != kNone && (rule == kNone || ends < rule)) rule = ends;
  }
  states_.push_back(&place->first);
  rules_.push_back(rule);
  next_.resize(next_.size() + lexer_.class_count_, kUnknown);
  return place->second;
}

LexerRun::States LexerRun::step(const States& states, std::uint16_t character_class) {
  const auto& in_set = lexer_.in_set_[character_class];
  States reached;
  for (const std::int32_t s : states) {
    const Automaton::State& state = lexer_.automaton_.states[static_cast<std::size_t>(s)];
    if (state.set != kNone && in_set[static_cast<std::size_t>(state.set)])
      reached.push_back(state.next);
  }
  return closure(reached);
}

// Of the states that are reached without reading: those that read, and the last ones.
LexerRun::States LexerRun::closure(std::span<const std::int32_t> states) {
  States result;
  ++mark_;
  stack_.assign(states.begin(), states.end());
  while (!stack_.empty()) {
    const std::int32_t s = stack_.back();
    stack_.pop_back();
    if (s == kNone || std::exchange(marks_[static_cast<std::size_t>(s)], mark_) == mark_) continue;
    const Automaton::State& state = lexer_.automaton_.states[static_cast<std::size_t>(s)];
    if (state.set != kNone || state.next == kNone) {
      result.push_back(s);
    } else {
      stack_.push_back(state.next);
      stack_.push_back(state.other);
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::size_t LexerRun::HashOfStates::operator()(const States& states) const {
  std::size_t hash = 0xcbf29ce484222325;
  for (const std::int32_t state : states)
    hash = (hash ^ static_cast<std::size_t>(state)) * 0x100000001b3;
  return hash;
}

}  // namespace limn::text
