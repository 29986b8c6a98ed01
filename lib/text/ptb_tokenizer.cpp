#include "text/ptb_tokenizer.h"

#include <algorithm>
#include <array>

#include "text/java_lower.h"
#include "text/ptb_grammar.h"
#include "text/ptb_words.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

// What ends a line for the official program, which would then take the rest for another caption.
bool ends_line(char32_t c) { return (c >= 0x0a && c <= 0x0d) || c == 0x2028 || c == 0x2029; }

// A line, whose end some rules look for, in the units that Java counts characters in: UTF-16's.
std::u32string line_of(std::string_view caption) {
  std::u32string line;
  line.reserve(caption.size() + 1);
  for (std::size_t at = 0; at < caption.size();) {
    const auto byte = static_cast<unsigned char>(caption[at]);
    const auto [code, bytes] = byte < 0x80 ? Character{byte, 1} : character_at(caption, at);
    append_units(ends_line(code) ? U' ' : code, line);
    at += bytes;
  }
  return line += U'\n';
}

std::size_t token_length(const Match& match) {
  switch (match.action) {
    case ptb::kSplitLast2: return match.length - 2;
    case ptb::kSplitLast3: return match.length - 3;
    default: return match.length;
  }
}

bool is_contraction(std::string_view word) {
  constexpr std::array<std::string_view, 7> kList{"'s", "'re", "'ll", "'d", "'m", "'ve", "n't"};
  return std::find(kList.begin(), kList.end(), word) != kList.end();
}

// Whether `split` would take them apart again.
bool belongs_to(std::string_view word, std::string_view contraction) {
  const char last = word.empty() ? ' ' : word.back();
  return last >= 'a' && last <= 'z' && (last != 'n' || contraction.front() != 'n');
}

}  // namespace

std::vector<std::string> PtbTokenizer::split(std::string_view caption) const {
  require_utf8(caption, "split");
  const std::u32string line = line_of(caption);
  auto loan = runs_.lend([] { return std::make_unique<LexerRun>(ptb::lexer()); });
  LexerRun& run = *loan;
  run.start(line);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const Match match = run.match(at);
    const std::size_t length = token_length(match);
    std::string word = ptb::word_of(static_cast<ptb::Action>(match.action),
                                    std::u32string_view(line).substr(at, length));
    if (!word.empty()) words.push_back(std::move(word));
    at += length;
  }
  return words;
}

std::string PtbTokenizer::join(const std::vector<std::string>& words) const {
  std::string caption;
  for (const std::string& word : words) {
    const bool attached = is_contraction(word) && belongs_to(caption, word);
    if (!caption.empty() && !attached) caption += ' ';
    caption += word;
  }
  return caption;
}

}  // namespace limn::text
