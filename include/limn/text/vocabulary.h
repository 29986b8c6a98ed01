// Words and their numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace limn::text {

/// The words that are no text. Two of them may be the same word.
struct SpecialWords {
  std::string end = "</s>";
  std::string begin = "<s>";
  std::string unknown = "<unk>";
  bool operator==(const SpecialWords&) const = default;
};

struct VocabularyOptions {
  std::int64_t min_count = 5;  ///< words seen less often become the unknown word; >= 1
  std::int64_t max_size = 0;   ///< most words, the special ones not counted; 0: no limit
  SpecialWords special = {};
  /// What is numbered when: each of end, begin, unknown, and words for all others. One that is the
  /// same word as an earlier one may be left out, and has its number either way.
  std::string order = "end begin unknown words";
};

/// Words numbered from 0, the special ones where the options put them, the others by falling count,
/// equal ones in order of their bytes.
///
/// Conventions of others: "more than 5, unknown last, 0 both ends" of neuraltalk2 and its
/// successors is {.min_count = 6, .special = {"</s>", "</s>", "UNK"}, .order = "end words
/// unknown"}; GPT-2's <|endoftext|> is all three special words.
///
/// The special words are no text: where a caption says "</s>", "<s>" or "<unk>" itself, that is the
/// unknown word, and is not counted. A default-made vocabulary is empty.
class Vocabulary {
 public:
  Vocabulary() = default;
  /// All words of `captions` that the options keep. Throws InvalidArgument for options out of
  /// range and special words that are empty or not UTF-8.
  static Vocabulary build(std::span<const std::vector<std::string>> captions,
                          const VocabularyOptions& options = {});
  /// The words in order, as `words()` gave them. Throws InvalidArgument when a special one is not
  /// among them or a word repeats.
  static Vocabulary from_words(std::vector<std::string> words, const SpecialWords& special = {});

  std::int64_t size() const { return static_cast<std::int64_t>(words_.size()); }
  std::int32_t end() const { return end_; }
  std::int32_t begin() const { return begin_; }
  std::int32_t unknown() const { return unknown_; }
  const SpecialWords& special() const { return special_; }
  bool is_special(std::int32_t id) const { return id == end_ || id == begin_ || id == unknown_; }

  /// The word's number; unknown() when it has none, as "</s>", "<s>" and "<unk>" in a text have
  /// not.
  std::int32_t id(const std::string& word) const;
  /// Throws InvalidArgument for an id outside [0, size()).
  const std::string& word(std::int32_t id) const;
  /// The id of each word; neither begin() nor end() is added.
  std::vector<std::int32_t> encode(const std::vector<std::string>& words) const;
  /// The word of each id, special ones included. Throws InvalidArgument like `word`.
  std::vector<std::string> decode(std::span<const std::int32_t> ids) const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::int32_t take_special(const std::string& word) const;

  std::vector<std::string> words_;
  std::unordered_map<std::string, std::int32_t> ids_;  // without the special ones
  SpecialWords special_;
  std::int32_t end_ = 0;
  std::int32_t begin_ = 1;
  std::int32_t unknown_ = 2;
};

}  // namespace limn::text
