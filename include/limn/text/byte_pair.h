// Pieces of words: byte pair encoding.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <unordered_map>
#include <utility>

#include "limn/text/tokenizer.h"

namespace limn::text {

struct BytePairOptions {
  std::int64_t merges = 4000;  ///< most merges; >= 0
  std::int64_t min_count = 2;  ///< pairs seen less often are not merged; >= 1
};

/// Byte pair encoding as GPT-2 has it: Sennrich et al., "Neural Machine Translation of Rare Words
/// with Subword Units", ACL 2016, section 3.2, on the bytes of UTF-8 (Radford et al., "Language
/// Models are Unsupervised Multitask Learners", 2019, section 2.2).
///
/// A caption is cut by GPT-2's pattern into contractions, runs of letters, of numbers and of other
/// characters, each with the blank before it, and blanks; in each of these the bytes are pieces,
/// and of the pairs of neighbours the one merged first in training becomes one piece, again and
/// again. Every byte is a piece, so no word is unknown.
///
/// Pieces are written as GPT-2's files do: a printable byte of Latin-1 as itself, others as the
/// characters from U+0100 on; a blank is Ġ. So "a dog" is {"a", "Ġdog"}.
class BytePairTokenizer : public Tokenizer {
 public:
  /// Left and right piece.
  using Merge = std::pair<std::string, std::string>;

  /// By merges in their order. Throws InvalidArgument, naming the merge, when a piece is neither a
  /// byte nor made by an earlier merge, or is made again.
  explicit BytePairTokenizer(std::span<const Merge> merges);
  /// GPT-2's merges.txt: a line "left right" each, after an optional line "#version…". Throws
  /// IoError with the line, and for a file without merges.
  static BytePairTokenizer read(const std::filesystem::path& merges);
  /// Learns merges: again and again of the most frequent pair; of equally frequent ones the one
  /// whose left, then right piece is first in the order of its written bytes. Throws
  /// InvalidArgument for options out of range and captions that are not UTF-8.
  static BytePairTokenizer learn(std::span<const std::string> captions,
                                 const BytePairOptions& options = {});

  std::string name() const override { return "bpe"; }
  /// A JSON list of the merges, "left right" each.
  std::string data() const override;
  bool makes_words() const override { return false; }
  std::vector<std::string> split(std::string_view caption) const override;
  /// The caption that the pieces spell, without blanks at its ends; bytes that are no UTF-8 become
  /// U+FFFD.
  std::string join(const std::vector<std::string>& words) const override;

  /// The pieces of any bytes; those that are not UTF-8 count as other characters.
  std::vector<std::string> encode(std::string_view bytes) const;
  /// The bytes again, exactly. Characters that stand for no byte are kept as they are.
  std::string decode(std::span<const std::string> pieces) const;

  /// All pieces: those of one byte, then in order of the merges.
  const std::vector<std::string>& pieces() const { return pieces_; }

 private:
  using Id = std::int32_t;

  void encode_chunk(std::string_view chunk, std::vector<std::string>& pieces) const;

  std::vector<Merge> merges_;
  std::vector<std::string> pieces_;
  std::array<Id, 256> ids_of_bytes_ = {};
  std::unordered_map<std::uint64_t, Id> results_;  // of a pair of ids: the piece they make
};

/// The pieces of GPT-2's vocab.json in order of their ids, special words such as <|endoftext|>
/// included. Throws IoError when the ids are not 0, 1, … each once, or the pieces are not those of
/// `tokenizer` and special words in <> or [].
std::vector<std::string> read_pieces(const std::filesystem::path& vocabulary,
                                     const BytePairTokenizer& tokenizer);

}  // namespace limn::text
