#include "metrics/meteor_lexicon.h"

#include <algorithm>
#include <array>
#include <optional>

#include "metrics/meteor_normalizer.h"
#include "metrics/porter2.h"
#include "text/utf8.h"

namespace limn::metrics {
namespace {

struct Ending {
  std::string_view ending, replacement;
};

constexpr std::array<Ending, 18> kEndings{{
    {"s", ""},
    {"ses", "s"},
    {"xes", "x"},
    {"zes", "z"},
    {"ches", "ch"},
    {"shes", "sh"},
    {"men", "man"},
    {"ies", "y"},
    {"es", "e"},
    {"es", ""},
    {"ed", "e"},
    {"ed", ""},
    {"ing", "e"},
    {"ing", ""},
    {"er", ""},
    {"est", ""},
    {"er", "e"},
    {"est", "e"},
}};

bool is_listed(std::string_view word, const MeteorData& data) {
  return !data.synsets(data.find(word)).empty();
}

std::optional<std::string> regular_base(std::string_view word, const MeteorData& data) {
  if (word.size() <= 2 || word.ends_with("ss")) return std::string(word);
  for (const auto& [ending, replacement] : kEndings) {
    if (!word.ends_with(ending)) continue;
    std::string base(word.substr(0, word.size() - ending.size()));
    base += replacement;
    if (is_listed(base, data)) return base;
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::uint32_t> synsets_of(std::string_view word, const MeteorData& data) {
  std::vector<std::uint32_t> result;
  const auto add = [&](std::uint32_t id) {
    const auto synsets = data.synsets(id);
    result.insert(result.end(), synsets.begin(), synsets.end());
  };
  const std::uint32_t id = data.find(word);
  add(id);
  const auto bases = data.bases(id);
  if (!bases.empty()) {
    for (const std::uint32_t base : bases) add(base);
  } else if (const auto base = regular_base(word, data)) {
    add(data.find(*base));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

MeteorCaption MeteorLexicon::add(std::string_view line) {
  text::require_utf8(line, "meteor");
  MeteorCaption caption;
  for (const std::string& word : normalize(line, *data_)) caption.push_back(add_word(word));
  return caption;
}

std::int32_t MeteorLexicon::add_word(std::string_view word) {
  const std::int32_t known = numbers_.find(word);
  if (known >= 0) return known;
  const std::uint32_t id = data_->find(word);
  words_.push_back({.id = id,
                    .stem = stems_.add(porter2(word)),
                    .function = (data_->flags(id) & MeteorData::kFunctionWord) != 0,
                    .synsets = synsets_of(word, *data_)});
  return numbers_.add(word);
}

}  // namespace limn::metrics
