// Captions as the numbers of their words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace limn::metrics {

using Sentence = std::vector<std::string>;

/// The words of `sentence` joined by blanks and split again at Unicode's white space, as BLEU and
/// CIDEr-D see them. Throws InvalidArgument for one that is not UTF-8.
std::vector<std::string_view> split_at_white_space(const Sentence& sentence);
/// The same split at each blank, as ROUGE-L sees them: nothing gives one empty word.
std::vector<std::string_view> split_at_blanks(const Sentence& sentence);

/// Numbers words from 0 in the order in which they come.
class WordNumbers {
 public:
  std::int32_t size() const { return static_cast<std::int32_t>(numbers_.size()); }
  /// −1 when it was never added.
  std::int32_t find(std::string_view word) const;
  std::int32_t add(std::string_view word);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const {
      return std::hash<std::string_view>()(word);
    }
  };
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace limn::metrics
