#include "limn/text/vocabulary.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include "core/check.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

bool is_one_of(std::string_view word, const SpecialWords& special) {
  return word == special.end || word == special.begin || word == special.unknown;
}

struct Counted {
  std::string_view word;
  std::int64_t count;
};

bool before(const Counted& a, const Counted& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

std::vector<Counted> count_words(std::span<const std::vector<std::string>> captions,
                                 const SpecialWords& special) {
  std::unordered_map<std::string_view, std::int64_t> counts;
  for (const auto& caption : captions)
    for (const std::string& word : caption) ++counts[word];
  std::vector<Counted> result;
  result.reserve(counts.size());
  for (const auto& [word, count] : counts)
    if (!is_one_of(word, special)) result.push_back({word, count});
  return result;
}

std::vector<std::string> frequent_words(std::span<const std::vector<std::string>> captions,
                                        const VocabularyOptions& options) {
  std::vector<Counted> counted = count_words(captions, options.special);
  std::erase_if(counted, [&](const Counted& c) { return c.count < options.min_count; });
  std::sort(counted.begin(), counted.end(), before);
  const auto limit = static_cast<std::size_t>(options.max_size);
  if (limit > 0 && counted.size() > limit) counted.resize(limit);
  std::vector<std::string> words;
  for (const Counted& c : counted) words.emplace_back(c.word);
  return words;
}

// The roles of `order`, each once; what is left out must be the same word as another.
std::vector<std::string> roles_of(const VocabularyOptions& options) {
  const std::map<std::string, std::string> known{{"end", options.special.end},
                                                 {"begin", options.special.begin},
                                                 {"unknown", options.special.unknown},
                                                 {"words", ""}};
  std::set<std::string> given, words;
  std::vector<std::string> roles;
  std::istringstream order(options.order);
  for (std::string role; order >> role;) {
    require(known.contains(role) && given.insert(role).second,
            "vocabulary: order must name end, begin, unknown and words, each once; got \"{}\"",
            options.order);
    words.insert(known.at(role));
    roles.push_back(role);
  }
  for (const auto& [role, word] : known)
    require(words.contains(word), "vocabulary: order lacks {}; got \"{}\"", role, options.order);
  return roles;
}

void check(const VocabularyOptions& options) {
  require(options.min_count >= 1, "vocabulary: min_count must be at least 1; got {}",
          options.min_count);
  require(options.max_size >= 0, "vocabulary: max_size must be at least 0; got {}",
          options.max_size);
  const auto& [end, begin, unknown] = options.special;
  require(!end.empty() && !begin.empty() && !unknown.empty(),
          "vocabulary: the special words must not be empty; got \"{}\", \"{}\" and \"{}\"", end,
          begin, unknown);
  for (const std::string& word : {end, begin, unknown}) require_utf8(word, "vocabulary");
}

}  // namespace

Vocabulary Vocabulary::build(std::span<const std::vector<std::string>> captions,
                             const VocabularyOptions& options) {
  check(options);
  std::vector<std::string> words;
  const auto add = [&](const std::string& special) {
    if (std::find(words.begin(), words.end(), special) == words.end()) words.push_back(special);
  };
  for (const std::string& role : roles_of(options)) {
    if (role == "words") {
      const std::vector<std::string> frequent = frequent_words(captions, options);
      words.insert(words.end(), frequent.begin(), frequent.end());
    } else {
      add(role == "end"     ? options.special.end
          : role == "begin" ? options.special.begin
                            : options.special.unknown);
    }
  }
  return from_words(std::move(words), options.special);
}

Vocabulary Vocabulary::from_words(std::vector<std::string> words, const SpecialWords& special) {
  Vocabulary result;
  result.ids_.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_new = result.ids_.emplace(words[i], static_cast<std::int32_t>(i)).second;
    require(is_new, "vocabulary: words must differ; \"{}\" is again word {}", words[i], i);
  }
  result.words_ = std::move(words);
  result.special_ = special;
  result.end_ = result.take_special(special.end);
  result.begin_ = result.take_special(special.begin);
  result.unknown_ = result.take_special(special.unknown);
  for (const std::string& word : {special.end, special.begin, special.unknown})
    result.ids_.erase(word);
  return result;
}

std::int32_t Vocabulary::take_special(const std::string& word) const {
  const auto place = ids_.find(word);
  require(place != ids_.end(), "vocabulary: the words must hold \"{}\"; it is not among the {}",
          word, size());
  return place->second;
}

std::int32_t Vocabulary::id(const std::string& word) const {
  const auto place = ids_.find(word);
  return place == ids_.end() ? unknown() : place->second;
}

const std::string& Vocabulary::word(std::int32_t id) const {
  require(id >= 0 && id < size(), "vocabulary: an id must be in [0, {}); got {}", size(), id);
  return words_[static_cast<std::size_t>(id)];
}

std::vector<std::int32_t> Vocabulary::encode(const std::vector<std::string>& words) const {
  std::vector<std::int32_t> ids;
  ids.reserve(words.size());
  for (const std::string& word : words) ids.push_back(id(word));
  return ids;
}

std::vector<std::string> Vocabulary::decode(std::span<const std::int32_t> ids) const {
  std::vector<std::string> words;
  words.reserve(ids.size());
  for (const std::int32_t id : ids) words.push_back(word(id));
  return words;
}

}  // namespace limn::text
