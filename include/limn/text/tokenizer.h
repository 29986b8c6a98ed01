// Captions into words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace limn::text {

/// How a caption becomes words. Text is UTF-8. Words are never empty and hold no white space,
/// which is what Python's str.split() splits at: U+0009–000D, 001C–0020, 0085, 00A0, 1680,
/// 2000–200A, 2028, 2029, 202F, 205F and 3000. Safe to use from several threads at once.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// The name that `make_tokenizer` knows it by.
  virtual std::string name() const = 0;
  /// Throws InvalidArgument, naming the byte, when `caption` is not valid UTF-8.
  virtual std::vector<std::string> split(std::string_view caption) const = 0;
  /// Words back into a caption.
  virtual std::string join(const std::vector<std::string>& words) const = 0;
};

/// The names that `make_tokenizer` knows.
std::vector<std::string> tokenizer_names();

/// "simple": lower case, ASCII punctuation deleted (Python's string.punctuation: it's → its), split
/// at white space; what most captioning code does. "whitespace": split at white space, nothing
/// else. Both join words with a blank.
///
/// Lower case is Unicode's simple mapping, character by character. It differs from Python's
/// str.lower() in two letters whose lower case is a special case: Σ is σ also at the end of a word,
/// and İ is i without the combining dot.
///
/// Throws InvalidArgument listing the known names for another one.
std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name);

}  // namespace limn::text
