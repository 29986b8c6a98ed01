#include "limn/text/vocabulary.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/check.h"

namespace limn::text {
namespace {

constexpr std::array<std::string_view, 3> kSpecial{"</s>", "<s>", "<unk>"};

bool is_special(std::string_view word) {
  return std::find(kSpecial.begin(), kSpecial.end(), word) != kSpecial.end();
}

struct Counted {
  std::string_view word;
  std::int64_t count;
};

bool before(const Counted& a, const Counted& b) {
  return a.count != b.count ? a.count > b.count : a.word < b.word;
}

std::vector<Counted> count_words(std::span<const std::vector<std::string>> captions) {
  std::unordered_map<std::string_view, std::int64_t> counts;
  for (const auto& caption : captions)
    for (const std::string& word : caption) ++counts[word];
  for (const std::string_view word : kSpecial) counts.erase(word);
  std::vector<Counted> result;
  result.reserve(counts.size());
  for (const auto& [word, count] : counts) result.push_back({word, count});
  return result;
}

}  // namespace

Vocabulary Vocabulary::build(std::span<const std::vector<std::string>> captions,
                             const VocabularyOptions& options) {
  require(options.min_count >= 1, "vocabulary: min_count must be at least 1; got {}",
          options.min_count);
  require(options.max_size >= 0, "vocabulary: max_size must be at least 0; got {}",
          options.max_size);
  std::vector<Counted> counted = count_words(captions);
  std::erase_if(counted, [&](const Counted& c) { return c.count < options.min_count; });
  std::sort(counted.begin(), counted.end(), before);
  const auto limit = static_cast<std::size_t>(options.max_size);
  if (limit > 0 && counted.size() > limit) counted.resize(limit);
  std::vector<std::string> words(kSpecial.begin(), kSpecial.end());
  for (const Counted& c : counted) words.emplace_back(c.word);
  return from_words(std::move(words));
}

Vocabulary Vocabulary::from_words(std::vector<std::string> words) {
  for (std::size_t i = 0; i < kSpecial.size(); ++i) {
    require(i < words.size() && words[i] == kSpecial[i],
            "vocabulary: word {} must be \"{}\"; got {}", i, kSpecial[i],
            i < words.size() ? "\"" + words[i] + "\"" : "nothing");
  }
  Vocabulary result;
  result.ids_.reserve(words.size());
  for (std::size_t i = kSpecial.size(); i < words.size(); ++i) {
    const auto [place, is_new] = result.ids_.emplace(words[i], static_cast<std::int32_t>(i));
    require(is_new && !is_special(words[i]),
            "vocabulary: words must differ; \"{}\" is again word {}", words[i], i);
  }
  result.words_ = std::move(words);
  return result;
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
