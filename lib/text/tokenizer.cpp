#include "limn/text/tokenizer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/check.h"
#include "core/json.h"
#include "limn/text/byte_pair.h"
#include "text/character_tokenizer.h"
#ifdef LIMN_WITH_ICU
#include "text/icu_tokenizer.h"
#endif
#include "text/ptb_tokenizer.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

enum class Kind : unsigned char { kept, gap, deleted, wide };

/// What becomes of the bytes of a caption; `wide` are those of characters beyond ASCII.
struct Bytes {
  std::array<Kind, 256> kinds;
  std::array<char, 256> letters;
};

constexpr bool is_punctuation(int c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

constexpr Bytes bytes_of(bool simple) {
  Bytes bytes{};
  for (int c = 0; c < 256; ++c) {
    const auto i = static_cast<std::size_t>(c);
    bytes.kinds[i] = c >= 0x80                                  ? Kind::wide
                     : is_white_space(static_cast<char32_t>(c)) ? Kind::gap
                     : simple && is_punctuation(c)              ? Kind::deleted
                                                                : Kind::kept;
    bytes.letters[i] = static_cast<char>(simple && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return bytes;
}

/// The word being read and those before it.
class Words {
 public:
  explicit Words(std::string_view caption) {
    words_.reserve(static_cast<std::size_t>(std::count(caption.begin(), caption.end(), ' ')) + 1);
  }
  void add(char byte) { word_.push_back(byte); }
  void add(std::string_view bytes) { word_.append(bytes); }
  void add_character(char32_t code) { append_character(code, word_); }
  void end_word() {
    if (word_.empty()) return;
    words_.push_back(word_);
    word_.clear();
  }
  std::vector<std::string> take() {
    end_word();
    return std::move(words_);
  }

 private:
  std::string word_;
  std::vector<std::string> words_;
};

/// Splits at white space; if `Simple`, deletes ASCII punctuation and lowers the case before.
template <bool Simple>
class BlankTokenizer : public Tokenizer {
 public:
  std::string name() const override { return Simple ? "simple" : "whitespace"; }

  std::vector<std::string> split(std::string_view caption) const override {
    require_utf8(caption, "split");
    Words words(caption);
    for (std::size_t at = 0; at < caption.size();) {
      const auto byte = static_cast<unsigned char>(caption[at]);
      switch (kBytes.kinds[byte]) {
        case Kind::kept: words.add(kBytes.letters[byte]); break;
        case Kind::gap: words.end_word(); break;
        case Kind::deleted: break;
        case Kind::wide: at += add_wide(caption, at, words); continue;
      }
      ++at;
    }
    return words.take();
  }

  std::string join(const std::vector<std::string>& words) const override {
    return fmt::format("{}", fmt::join(words, " "));
  }

 private:
  static constexpr Bytes kBytes = bytes_of(Simple);

  // The number of bytes of the character at `at`, after adding it.
  static std::size_t add_wide(std::string_view caption, std::size_t at, Words& words) {
    const auto [code, bytes] = character_at(caption, at);
    if (is_white_space(code)) {
      words.end_word();
    } else if (Simple) {
      words.add_character(lower(code));
    } else {
      words.add(caption.substr(at, bytes));
    }
    return bytes;
  }
};

struct Known {
  const char* name;
  std::unique_ptr<Tokenizer> (*make)();
};

template <class T>
std::unique_ptr<Tokenizer> make() {
  return std::make_unique<T>();
}

// A new tokeniser is a line here.
constexpr std::array kKnown{
    Known{"simple", make<BlankTokenizer<true>>},
    Known{"whitespace", make<BlankTokenizer<false>>},
    Known{"ptb", make<PtbTokenizer>},
    Known{"characters", make<CharacterTokenizer>},
#ifdef LIMN_WITH_ICU
    Known{"words", make_icu_tokenizer},
#endif
};

BytePairTokenizer byte_pairs_of(const std::string& data) {
  require(!data.empty(),
          "make_tokenizer: \"bpe\" needs its merges; read or learn them, as limn/text/byte_pair.h "
          "says");
  std::vector<BytePairTokenizer::Merge> merges;
  const json list = json::parse(data, nullptr, false);
  require(list.is_array(),
          "make_tokenizer: the data of \"bpe\" must be a list of merges; got {} bytes of no list",
          data.size());
  for (const json& merge : list) {
    require(merge.is_string(),
            "make_tokenizer: the data of \"bpe\" must be a list of merges; number {} is no text",
            merges.size() + 1);
    const std::string line = merge.get<std::string>();
    const std::size_t blank = line.find(' ');
    require(blank != line.npos, "make_tokenizer: a merge must be two pieces; got \"{}\"", line);
    merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  return BytePairTokenizer(merges);
}

}  // namespace

std::vector<std::string> tokenizer_names() {
  std::vector<std::string> names;
  for (const Known& known : kKnown) names.emplace_back(known.name);
  return names;
}

std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name, const std::string& data) {
  if (name == "bpe") return std::make_unique<BytePairTokenizer>(byte_pairs_of(data));
  for (const Known& known : kKnown)
    if (name == known.name) return known.make();
  require(name != "words",
          "make_tokenizer: \"words\" needs ICU, which this limn was built without; install "
          "libicu-dev (Debian, Ubuntu) and build it again");
  throw InvalidArgument(fmt::format("make_tokenizer: \"{}\" is not known; there are {}", name,
                                    fmt::join(tokenizer_names(), ", ")));
}

}  // namespace limn::text
