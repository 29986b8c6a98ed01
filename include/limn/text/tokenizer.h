// Captions into words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace limn::text {

/// How a caption becomes words. Text is UTF-8.
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

/// "simple": lower case, ASCII punctuation deleted, split at white space (what most captioning code
/// does; METRICS of Flickr8k in the literature). "whitespace": split at white space, nothing else.
/// Throws InvalidArgument listing the known names for another one.
std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name);

}  // namespace limn::text
