#include "limn/decode/rules.h"

#include <algorithm>
#include <limits>

#include "decode/required_phrases.h"
#include "decode/word_rules.h"

namespace limn::decode {
namespace {

constexpr int kMostTries = 20000;
constexpr std::int64_t kAnyLength = std::numeric_limits<std::int64_t>::max();

/// Looks for words that keep to rules. A word that no rule knows has a number below 0.
class Arrangement {
 public:
  Arrangement(const Rules& rules, std::int64_t max_length)
      : rules_(rules), max_length_(max_length), required_(rules.required), said_(rules.prefix) {}

  /// Whether there are some, or it may be.
  bool can_be() {
    if (++tries_ > kMostTries) return true;
    const std::int64_t needed = required_.needed(said_);
    const std::int64_t left = max_length_ - std::ssize(said_);
    if (needed > left) return false;
    if (needed == 0) return left > 0 || !ends_badly();
    for (const auto& words : required_.completions(said_))
      if (can_follow(words)) return true;
    return !said_.empty() && said_.back() >= 0 && can_follow({other_word()});
  }

 private:
  bool ends_badly() const {
    const auto& bad = rules_.bad_endings;
    return !said_.empty() && std::find(bad.begin(), bad.end(), said_.back()) != bad.end();
  }

  std::int32_t other_word() const { return -1 - static_cast<std::int32_t>(said_.size()); }

  bool can_follow(const std::vector<std::int32_t>& words) {
    const std::size_t before = said_.size();
    const bool can = std::all_of(words.begin(), words.end(), [&](std::int32_t word) {
      const auto repeats = repeats_after(said_, rules_);
      said_.push_back(word);
      return std::find(repeats.begin(), repeats.end(), word) == repeats.end();
    });
    const bool result = can && can_be();
    said_.resize(before);
    return result;
  }

  const Rules& rules_;
  const std::int64_t max_length_;
  const RequiredPhrases required_;
  std::vector<std::int32_t> said_;
  int tries_ = 0;
};

bool can_hold(const Rules& rules, std::int64_t max_length) {
  return Arrangement(rules, max_length).can_be();
}

// `rules` without those that a contradiction does not need.
Rules needed_for_it(Rules rules, std::int64_t max_length) {
  const auto leave_out = [&](auto&& one) {
    Rules fewer = rules;
    one(fewer);
    if (can_hold(fewer, max_length)) return;
    rules = std::move(fewer);
  };
  leave_out([](Rules& fewer) { fewer.bad_endings.clear(); });
  leave_out([](Rules& fewer) { fewer.no_immediate_repeat = false; });
  leave_out([](Rules& fewer) { fewer.no_repeat = 0; });
  leave_out([](Rules& fewer) { fewer.prefix.clear(); });
  for (std::ptrdiff_t i = std::ssize(rules.required) - 1; i >= 0; --i)
    leave_out([&](Rules& fewer) { fewer.required.erase(fewer.required.begin() + i); });
  return rules;
}

}  // namespace

std::optional<Contradiction> find_contradiction(const Rules& rules, std::int64_t max_length) {
  if (can_hold(rules, max_length)) return std::nullopt;
  if (!can_hold(rules, kAnyLength)) return Contradiction{.rules = needed_for_it(rules, kAnyLength)};
  Contradiction found{.rules = needed_for_it(rules, max_length), .of_length = true};
  found.at_least = max_length + 1;
  while (!can_hold(found.rules, found.at_least)) ++found.at_least;
  return found;
}

}  // namespace limn::decode
