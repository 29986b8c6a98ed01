// Captions into words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace limn::text {

/// How a caption becomes words. Text is UTF-8. Words are never empty, and of all tokenisers but
/// "ptb" they hold no white space, which is what Python's str.split() splits at: U+0009–000D,
/// 001C–0020, 0085, 00A0, 1680, 2000–200A, 2028, 2029, 202F, 205F and 3000. Time is linear in the
/// caption. Safe to use from several threads at once.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// The name that `make_tokenizer` knows it by.
  virtual std::string name() const = 0;
  /// What `make_tokenizer` needs besides the name to make it again: mostly nothing.
  virtual std::string data() const { return {}; }
  /// Whether `split` gives words. If not, they are pieces of words, which metrics must not count.
  virtual bool makes_words() const { return true; }
  /// Throws InvalidArgument, naming the byte, when `caption` is not valid UTF-8.
  virtual std::vector<std::string> split(std::string_view caption) const = 0;
  /// Words back into a caption.
  virtual std::string join(const std::vector<std::string>& words) const = 0;
};

/// The names that `make_tokenizer` knows in this build, without those that need data.
std::vector<std::string> tokenizer_names();

/// By its name:
///
/// - "simple": lower case, ASCII punctuation deleted (Python's string.punctuation: it's → its),
///   split at white space; what most captioning code does.
/// - "whitespace": split at white space, nothing else.
/// - "ptb": what the COCO evaluation scores (pycocoevalcap's PTBTokenizer): the tokeniser of
///   Stanford CoreNLP 3.4.1 for the Penn Treebank's conventions, options -preserveLines and
///   -lowerCase, then the tokens '' ' `` ` . ? ! , : - -- ... ; removed. It splits contractions
///   (don't → do n't), keeps hyphenated words, abbreviations with their period (a.m.), numbers,
///   addresses and markup together, and writes brackets as -lrb- -rrb- and so on. A number and its
///   fraction, a phone number or a tag is one word that holds a no-break space. What would end a
///   line for the official program (U+000A–000D, 2028, 2029) is a blank here; NUL and other control
///   characters separate words. Every caption is tokenised alone, where the official program looks
///   on into the next line: in three of the 25,014 captions of COCO's val2017 a last "k." loses its
///   period for that. `join` puts contractions back (do n't → don't).
/// - "characters": for Chinese, Japanese and Korean: every ideograph, kana, bopomofo and Hangul
///   syllable is a word; so are runs of other letters, marks and numbers; everything else ends a
///   word and is dropped. Text is composed (NFC) and lowered before. `join` puts a blank only
///   between two words that do not touch with such a character: 穿 t 恤 → 穿t恤.
/// - "words": the words that ICU finds (Unicode's word boundaries, UAX #29, and dictionaries of
///   Chinese, Japanese, Thai and others), without punctuation; composed, lowered and joined like
///   "characters". Which words they are depends on ICU's version. Only where limn was built with
///   ICU.
/// - "bpe": pieces of words, see limn/text/byte_pair.h; needs the data that such a tokeniser gives.
///
/// "simple" and "whitespace" join words with a blank.
///
/// Lower case of "simple", "characters" and "words" is Unicode's simple mapping, character by
/// character. It differs from Python's str.lower() in two letters whose lower case is a special
/// case: Σ is σ also at the end of a word, and İ is i without the combining dot. "ptb" has both as
/// Java has them, but for a Σ next to CJK or modifier letters.
///
/// Throws InvalidArgument listing the known names for another one, and for "words" without ICU
/// and "bpe" without fitting data.
std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name, const std::string& data = "");

}  // namespace limn::text
