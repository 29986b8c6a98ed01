// The longest match of a list of rules, in linear time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "text/pattern.h"

namespace limn::text {

/// What a rule matches, when what follows matches `ahead`.
struct LexerRule {
  int action;  ///< the caller's
  std::string_view pattern;
  std::string_view ahead = "";
};

struct Match {
  int action;
  std::size_t length;  ///< without what `ahead` matched; at least 1
};

/// The rules, ready to be matched. The longest match wins, `ahead` included; of equally long ones
/// the first rule. Then the token is as long as it can be while `ahead` still matches all the rest.
class Lexer {
 public:
  /// `rules` are copied, but not the text that they point to.
  Lexer(std::span<const LexerRule> rules, const Patterns& patterns);

 private:
  friend class LexerRun;
  static constexpr std::size_t kTable = 0x10000;

  std::uint16_t class_of(char32_t code) const {
    return code < kTable ? classes_[code] : classes_of_others_;
  }
  void classify_characters();

  struct Rule {
    int action;
    bool looks_ahead;
    Fragment token, ahead;
  };
  Automaton automaton_;
  std::vector<Rule> rules_;
  std::int32_t start_;
  std::vector<std::int32_t> accepting_;  // rule of each state, or kNone
  std::vector<std::uint16_t> classes_;   // characters below kTable that no set tells apart
  std::uint16_t classes_of_others_ = 0;
  std::uint16_t class_count_ = 0;
  std::vector<std::vector<bool>> in_set_;  // [class][set]
};

/// Matches over one text. States of the deterministic automaton are made as they are met and kept
/// for the next text. Linear in the text, whatever it holds: what was read in vain is remembered
/// (Reps, "Maximal-munch" tokenization in linear time, TOPLAS 20, 1998). Not for several threads.
class LexerRun {
 public:
  explicit LexerRun(const Lexer& lexer);
  /// The matches from here on are in `text`, which must outlive them.
  void start(std::u32string_view text);
  /// At `begin`, which is inside of the text. A text of which no rule matches the beginning is an
  /// InternalError.
  Match match(std::size_t begin);

 private:
  using States = std::vector<std::int32_t>;  // sorted; those that read, and the accepting ones
  struct HashOfStates {
    std::size_t operator()(const States& states) const;
  };

  std::int32_t& next(std::int32_t node, std::uint16_t character_class) {
    return next_[static_cast<std::size_t>(node) * lexer_.class_count_ + character_class];
  }
  std::int32_t follow(std::int32_t node, std::uint16_t character_class);
  std::int32_t node_of(States states);
  States closure(std::span<const std::int32_t> states);
  States step(const States& states, std::uint16_t character_class);
  std::size_t token_length(const Lexer::Rule& rule, std::u32string_view matched);
  bool matches(Fragment fragment, std::u32string_view text);

  const Lexer& lexer_;
  std::u32string_view text_;
  std::unordered_map<States, std::int32_t, HashOfStates> nodes_;
  std::vector<const States*> states_;  // of each node; keys of nodes_
  std::vector<std::int32_t> rules_;    // of each node the first that ends there, or kNone
  std::vector<std::int32_t> next_;     // [node, class]; kUnknown, kDead or a node
  std::unordered_set<std::uint64_t> in_vain_;
  std::vector<std::int32_t> marks_, stack_;  // of closure
  std::int32_t mark_ = 0;
};

}  // namespace limn::text
