#include "metrics/porter2.h"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "text/utf8.h"

namespace limn::metrics {
namespace {

using Letters = std::u32string_view;

struct Rule {
  Letters suffix;
  Letters replacement;
};

constexpr Rule kWholeWords[] = {
    {U"skis", U"ski"},    {U"skies", U"sky"},   {U"dying", U"die"},    {U"lying", U"lie"},
    {U"tying", U"tie"},   {U"idly", U"idl"},    {U"gently", U"gentl"}, {U"ugly", U"ugli"},
    {U"early", U"earli"}, {U"only", U"onli"},   {U"singly", U"singl"}, {U"sky", U"sky"},
    {U"news", U"news"},   {U"howe", U"howe"},   {U"atlas", U"atlas"},  {U"cosmos", U"cosmos"},
    {U"bias", U"bias"},   {U"andes", U"andes"},
};

// Stems as they are once a plural's ending is off.
constexpr Letters kStems[] = {U"inning",  U"outing",  U"canning", U"herring",
                              U"earring", U"proceed", U"exceed",  U"succeed"};

constexpr Letters kBeginnings[] = {U"gener", U"commun", U"arsen"};

constexpr Letters kDoubles[] = {U"bb", U"dd", U"ff", U"gg", U"mm", U"nn", U"pp", U"rr", U"tt"};

constexpr Rule kStep2[] = {
    {U"tional", U"tion"}, {U"enci", U"ence"},   {U"anci", U"ance"},   {U"abli", U"able"},
    {U"entli", U"ent"},   {U"izer", U"ize"},    {U"ization", U"ize"}, {U"ational", U"ate"},
    {U"ation", U"ate"},   {U"ator", U"ate"},    {U"alism", U"al"},    {U"aliti", U"al"},
    {U"alli", U"al"},     {U"fulness", U"ful"}, {U"ousli", U"ous"},   {U"ousness", U"ous"},
    {U"iveness", U"ive"}, {U"iviti", U"ive"},   {U"biliti", U"ble"},  {U"bli", U"ble"},
    {U"ogi", U"og"},      {U"fulli", U"ful"},   {U"lessli", U"less"}, {U"li", U""},
};

constexpr Rule kStep3[] = {
    {U"tional", U"tion"}, {U"ational", U"ate"}, {U"alize", U"al"},
    {U"icate", U"ic"},    {U"iciti", U"ic"},    {U"ical", U"ic"},
    {U"ful", U""},        {U"ness", U""},       {U"ative", U""},
};

constexpr Rule kStep4[] = {
    {U"al", U""},   {U"ance", U""}, {U"ence", U""},  {U"er", U""},   {U"ic", U""},  {U"able", U""},
    {U"ible", U""}, {U"ant", U""},  {U"ement", U""}, {U"ment", U""}, {U"ent", U""}, {U"ism", U""},
    {U"ate", U""},  {U"iti", U""},  {U"ous", U""},   {U"ive", U""},  {U"ize", U""}, {U"ion", U""},
};

bool is_one_of(char32_t letter, Letters letters) { return letters.find(letter) != letters.npos; }

// "Y" stands for a y that is a consonant.
bool is_vowel(char32_t letter) { return is_one_of(letter, U"aeiouy"); }

/// A word on its way to its stem. The regions R1 and R2 begin behind the first consonant after a
/// vowel, and behind the next such one.
class Stem {
 public:
  explicit Stem(std::u32string word) : word_(std::move(word)) {
    mark_consonants();
    mark_regions();
  }

  std::u32string stem() {
    remove_possessive();
    replace_plural();
    if (std::find(std::begin(kStems), std::end(kStems), word_) == std::end(kStems)) {
      replace_past();
      replace_y();
      step_2();
      step_3();
      step_4();
      step_5();
    }
    std::replace(word_.begin(), word_.end(), U'Y', U'y');
    return word_;
  }

 private:
  void mark_consonants() {
    if (word_.front() == U'\'') word_.erase(0, 1);
    for (std::size_t i = 0; i < word_.size(); ++i)
      if (word_[i] == U'y' && (i == 0 || is_vowel(word_[i - 1]))) word_[i] = U'Y';
  }

  // Behind the first consonant after a vowel, from `begin` on.
  std::size_t region_after(std::size_t begin) const {
    const auto vowel =
        std::find_if(word_.begin() + static_cast<std::ptrdiff_t>(begin), word_.end(), is_vowel);
    const auto consonant = std::find_if_not(vowel, word_.end(), is_vowel);
    return consonant == word_.end() ? word_.size()
                                    : static_cast<std::size_t>(consonant - word_.begin()) + 1;
  }

  void mark_regions() {
    r1_ = region_after(0);
    for (const Letters beginning : kBeginnings)
      if (Letters(word_).starts_with(beginning)) r1_ = beginning.size();
    r2_ = region_after(r1_);
  }

  bool ends(Letters suffix) const { return Letters(word_).ends_with(suffix); }
  /// Letters before a suffix.
  std::size_t before(Letters suffix) const { return word_.size() - suffix.size(); }
  bool has_vowel(std::size_t end) const {
    return std::any_of(word_.begin(), word_.begin() + static_cast<std::ptrdiff_t>(end), is_vowel);
  }
  void replace(Letters suffix, Letters by) { word_.replace(before(suffix), suffix.size(), by); }

  /// The longest suffix that fits.
  const Rule* longest(std::span<const Rule> rules) const {
    const Rule* best = nullptr;
    for (const Rule& rule : rules)
      if (ends(rule.suffix) && (best == nullptr || rule.suffix.size() > best->suffix.size()))
        best = &rule;
    return best;
  }

  /// Whether the first `size` letters end in a short syllable.
  bool is_short(std::size_t size) const {
    const auto vowel = [&](std::size_t from_end) { return is_vowel(word_[size - from_end]); };
    if (size >= 3 && !vowel(1) && !is_one_of(word_[size - 1], U"wxY") && vowel(2) && !vowel(3))
      return true;
    return size == 2 && vowel(2) && !vowel(1);
  }

  void remove_possessive() {
    for (const Letters suffix : {Letters(U"'s'"), Letters(U"'s"), Letters(U"'")}) {
      if (!ends(suffix)) continue;
      replace(suffix, U"");
      return;
    }
  }

  void replace_plural() {
    if (ends(U"sses")) {
      replace(U"sses", U"ss");
    } else if (ends(U"ied") || ends(U"ies")) {
      replace(U"ies", before(U"ies") >= 2 ? U"i" : U"ie");
    } else if (ends(U"s") && !ends(U"us") && !ends(U"ss")) {
      if (word_.size() >= 2 && has_vowel(word_.size() - 2)) word_.pop_back();
    }
  }

  void replace_past() {
    static constexpr Rule kRules[] = {{U"eed", U"ee"}, {U"eedly", U"ee"}, {U"ed", U""},
                                      {U"edly", U""},  {U"ing", U""},     {U"ingly", U""}};
    const Rule* rule = longest(kRules);
    if (rule == nullptr) return;
    if (!rule->replacement.empty()) {
      if (before(rule->suffix) >= r1_) replace(rule->suffix, rule->replacement);
    } else if (has_vowel(before(rule->suffix))) {
      replace(rule->suffix, U"");
      mend();
    }
  }

  // hop(p)ing, lik(e)ing.
  void mend() {
    const auto is_end = [&](Letters suffix) { return ends(suffix); };
    if (ends(U"at") || ends(U"bl") || ends(U"iz")) {
      word_ += U'e';
    } else if (std::any_of(std::begin(kDoubles), std::end(kDoubles), is_end)) {
      word_.pop_back();
    } else if (word_.size() == r1_ && is_short(word_.size())) {
      word_ += U'e';
    }
  }

  void replace_y() {
    if (!ends(U"y") && !ends(U"Y")) return;
    if (word_.size() > 2 && !is_vowel(word_[word_.size() - 2])) word_.back() = U'i';
  }

  void step_2() {
    const Rule* rule = longest(kStep2);
    if (rule == nullptr || before(rule->suffix) < r1_) return;
    const char32_t last = before(rule->suffix) > 0 ? word_[before(rule->suffix) - 1] : 0;
    if (rule->suffix == U"ogi" && last != U'l') return;
    if (rule->suffix == U"li" && !is_one_of(last, U"cdeghkmnrt")) return;
    replace(rule->suffix, rule->replacement);
  }

  void step_3() {
    const Rule* rule = longest(kStep3);
    if (rule == nullptr || before(rule->suffix) < r1_) return;
    if (rule->suffix == U"ative" && before(rule->suffix) < r2_) return;
    replace(rule->suffix, rule->replacement);
  }

  void step_4() {
    const Rule* rule = longest(kStep4);
    if (rule == nullptr || before(rule->suffix) < r2_) return;
    const std::size_t size = before(rule->suffix);
    if (rule->suffix == U"ion" && (size == 0 || !is_one_of(word_[size - 1], U"st"))) return;
    word_.resize(size);
  }

  void step_5() {
    if (word_.empty()) return;
    const std::size_t size = word_.size() - 1;
    const bool silent_e = word_.back() == U'e' && (size >= r2_ || (size >= r1_ && !is_short(size)));
    const bool double_l = ends(U"ll") && size >= r2_;
    if (silent_e || double_l) word_.pop_back();
  }

  std::u32string word_;
  std::size_t r1_ = 0, r2_ = 0;
};

std::u32string letters_of(std::string_view word) {
  std::u32string letters;
  for (std::size_t at = 0; at < word.size();) {
    const auto [code, bytes] = text::character_at(word, at);
    letters += code;
    at += bytes;
  }
  return letters;
}

}  // namespace

std::string porter2(std::string_view word) {
  const std::u32string letters = letters_of(word);
  if (letters.size() < 3) return std::string(word);
  std::u32string stem;
  const auto* whole = std::find_if(std::begin(kWholeWords), std::end(kWholeWords),
                                   [&](const Rule& rule) { return rule.suffix == letters; });
  stem = whole != std::end(kWholeWords) ? whole->replacement : Stem(letters).stem();
  std::string result;
  for (const char32_t letter : stem) text::append_character(letter, result);
  return result;
}

}  // namespace limn::metrics
