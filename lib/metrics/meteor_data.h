// METEOR's data for English, as data_scripts/meteor_data.py converted it: mapped, not read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace limn::metrics {

/// Words have numbers, their place among all words in order of their bytes. Phrases are paths of
/// words from the root of a trie; a phrase is known by the node where it ends. The layout is in
/// docs/formats.md.
///
/// What the constructor does takes milliseconds: it checks the header and adds up the file. Each
/// look-up checks what it finds, so a file that lies about itself ends in IoError, never outside of
/// the mapping. Safe to use from several threads at once.
class MeteorData {
 public:
  using Numbers = std::span<const std::uint32_t>;

  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::uint32_t kRoot = 0;
  /// Bits of a word's flags.
  static constexpr unsigned kFunctionWord = 1;
  static constexpr unsigned kPrefix = 2;           ///< keeps its period: "Mr"
  static constexpr unsigned kPrefixOfNumbers = 4;  ///< keeps it before digits: "No"

  /// Throws IoError for a file that is missing, of another kind or version, cut short or damaged.
  explicit MeteorData(const std::filesystem::path& path);

  /// The word's number; kNone when it is not there.
  std::uint32_t find(std::string_view word) const;
  /// Of a word that find() gave; 0 of kNone.
  unsigned flags(std::uint32_t word) const { return word == kNone ? 0 : word_flags_[word]; }
  /// WordNet's sets of synonyms that list the word; none of kNone.
  Numbers synsets(std::uint32_t word) const;
  /// The words of which this one is an irregular form; none of kNone.
  Numbers bases(std::uint32_t word) const;

  /// The node that `word` leads to from `node`; kNone when no phrase goes on so.
  std::uint32_t child(std::uint32_t node, std::uint32_t word) const;
  /// The phrases that paraphrase the one that ends in `node`, in the order of METEOR's table.
  Numbers paraphrases(std::uint32_t node) const;

 private:
  void check_header() const;
  void map_sections();
  Numbers numbers(std::size_t section) const;
  std::span<const unsigned char> bytes(std::size_t section) const;
  std::string_view word(std::uint32_t word) const;
  Numbers listed(Numbers begins, Numbers values, std::uint32_t key) const;
  [[noreturn]] void damaged(const char* what) const;

  std::filesystem::path path_;
  std::shared_ptr<const unsigned char> file_;
  std::size_t size_ = 0;

  Numbers word_begins_;
  std::span<const unsigned char> word_text_, word_flags_;
  Numbers synset_begins_, synsets_;
  Numbers base_begins_, bases_;
  Numbers node_words_, node_children_;
  Numbers paraphrase_begins_, paraphrases_;
};

}  // namespace limn::metrics
