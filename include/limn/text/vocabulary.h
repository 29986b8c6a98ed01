// Words and their numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace limn::text {

struct VocabularyOptions {
  std::int64_t min_count = 5;  ///< words seen less often become the unknown word; >= 1
  std::int64_t max_size = 0;   ///< most words, the special ones not counted; 0: no limit
};

/// Words numbered from 0. The first three are special: the end (0), the begin (1) and the unknown
/// word (2), called "</s>", "<s>" and "<unk>"; then the others by falling count, equal ones in
/// order of their bytes.
///
/// The special words are no text: where a caption says "</s>", "<s>" or "<unk>" itself, that is the
/// unknown word, and is not counted. A default-made vocabulary is empty.
class Vocabulary {
 public:
  Vocabulary() = default;
  /// All words of `captions` that the options keep. Throws InvalidArgument for options out of
  /// range.
  static Vocabulary build(std::span<const std::vector<std::string>> captions,
                          const VocabularyOptions& options = {});
  /// The words in order, as `words()` gave them. Throws InvalidArgument when the first three are
  /// not the special ones or a word repeats.
  static Vocabulary from_words(std::vector<std::string> words);

  std::int64_t size() const { return static_cast<std::int64_t>(words_.size()); }
  std::int32_t end() const { return 0; }
  std::int32_t begin() const { return 1; }
  std::int32_t unknown() const { return 2; }

  /// The word's number; unknown() when it has none, which the special words as text have not.
  std::int32_t id(const std::string& word) const;
  /// Throws InvalidArgument for an id outside [0, size()).
  const std::string& word(std::int32_t id) const;
  /// The id of each word; neither begin() nor end() is added.
  std::vector<std::int32_t> encode(const std::vector<std::string>& words) const;
  /// The word of each id, special ones included. Throws InvalidArgument like `word`.
  std::vector<std::string> decode(std::span<const std::int32_t> ids) const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t> ids_;
};

}  // namespace limn::text
