#include "text/character_tokenizer.h"

#include "text/east_asian.h"
#include "text/normal_form.h"
#include "text/utf8.h"

namespace limn::text {

std::vector<std::string> CharacterTokenizer::split(std::string_view caption) const {
  require_utf8(caption, "split");
  const std::string text = lower_composed(caption);
  std::vector<std::string> words;
  bool goes_on = false;  // the last word
  bool is_run = false;   // of characters that are no words on their own
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = character_at(text, at);
    const bool mark = is_mark(code) && goes_on;
    const bool alone = is_east_asian(code) && !mark;
    if (!mark && !is_word_character(code)) {
      goes_on = false;
    } else {
      if (!goes_on || alone || (!is_run && !mark)) words.emplace_back();
      words.back().append(text, at, bytes);
      is_run = mark ? is_run : !alone;
      goes_on = true;
    }
    at += bytes;
  }
  return words;
}

std::string CharacterTokenizer::join(const std::vector<std::string>& words) const {
  return join_east_asian(words);
}

}  // namespace limn::text
