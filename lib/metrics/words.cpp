#include "metrics/words.h"

#include <algorithm>

#include "text/utf8.h"

namespace limn::metrics {
namespace {

bool is_plain(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void add_parts(std::string_view word, std::vector<std::string_view>& words) {
  text::require_utf8(word, "metrics");
  std::size_t begin = 0;
  for (std::size_t at = 0; at < word.size();) {
    const auto [code, bytes] = text::character_at(word, at);
    if (text::is_white_space(code)) {
      if (at > begin) words.push_back(word.substr(begin, at - begin));
      begin = at + bytes;
    }
    at += bytes;
  }
  if (begin < word.size()) words.push_back(word.substr(begin));
}

}  // namespace

std::vector<std::string_view> split_at_white_space(const Sentence& sentence) {
  std::vector<std::string_view> words;
  words.reserve(sentence.size());
  for (const std::string& word : sentence) {
    if (is_plain(word) && !word.empty()) {
      words.push_back(word);
    } else {
      add_parts(word, words);
    }
  }
  return words;
}

std::vector<std::string_view> split_at_blanks(const Sentence& sentence) {
  std::vector<std::string_view> words;
  words.reserve(sentence.size());
  for (const std::string_view word : sentence) {
    std::size_t begin = 0;
    for (std::size_t end; (end = word.find(' ', begin)) != word.npos; begin = end + 1)
      words.push_back(word.substr(begin, end - begin));
    words.push_back(word.substr(begin));
  }
  if (words.empty()) words.emplace_back();
  return words;
}

std::int32_t WordNumbers::find(std::string_view word) const {
  const auto place = numbers_.find(word);
  return place == numbers_.end() ? -1 : place->second;
}

std::int32_t WordNumbers::add(std::string_view word) {
  const auto place = numbers_.find(word);
  return place != numbers_.end() ? place->second : numbers_.emplace(word, size()).first->second;
}

}  // namespace limn::metrics
