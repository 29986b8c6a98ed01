#include "limn/text/byte_pair.h"

#include <algorithm>
#include <queue>
#include <unordered_set>

#include "core/check.h"
#include "core/json.h"
#include "core/mapped_file.h"
#include "core/utf8.h"
#include "text/byte_alphabet.h"
#include "text/gpt2_chunks.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

constexpr std::int32_t kNoPiece = -1;

std::uint64_t key(std::int32_t left, std::int32_t right) {
  return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}

// As "<|endoftext|>" or "[PAD]", which no merge makes.
bool is_special(std::string_view piece) {
  return (piece.starts_with('<') && piece.ends_with('>')) ||
         (piece.starts_with('[') && piece.ends_with(']'));
}

// Pieces of a chunk, merged in place: a list whose members are numbered by their first byte.
class Chunk {
 public:
  explicit Chunk(std::vector<std::int32_t> ids) : ids_(std::move(ids)) {
    const auto count = static_cast<std::int32_t>(ids_.size());
    for (std::int32_t i = 0; i < count; ++i) {
      before_.push_back(i - 1);
      after_.push_back(i + 1 < count ? i + 1 : kNoPiece);
    }
  }

  // Merges the earliest pair of `results`, of equal ones the leftmost, until there is none.
  void merge(const std::unordered_map<std::uint64_t, std::int32_t>& results) {
    for (std::size_t i = 0; i + 1 < ids_.size(); ++i) offer(static_cast<std::int32_t>(i), results);
    while (!offers_.empty()) {
      const auto [made, left] = offers_.top();
      offers_.pop();
      if (result(left, results) != made) continue;  // one of the pair is no more what it was
      take(left, made);
      offer(left, results);
      if (before(left) != kNoPiece) offer(before(left), results);
    }
  }

  std::vector<std::int32_t> ids() const {
    std::vector<std::int32_t> result;
    for (std::int32_t i = 0; i != kNoPiece; i = after_[static_cast<std::size_t>(i)])
      result.push_back(ids_[static_cast<std::size_t>(i)]);
    return result;
  }

 private:
  using Offer = std::pair<std::int32_t, std::int32_t>;  // what is made, and of whom on

  std::int32_t& id(std::int32_t i) { return ids_[static_cast<std::size_t>(i)]; }
  std::int32_t& before(std::int32_t i) { return before_[static_cast<std::size_t>(i)]; }
  std::int32_t& after(std::int32_t i) { return after_[static_cast<std::size_t>(i)]; }

  std::int32_t result(std::int32_t left,
                      const std::unordered_map<std::uint64_t, std::int32_t>& results) {
    if (id(left) == kNoPiece || after(left) == kNoPiece) return kNoPiece;
    const auto place = results.find(key(id(left), id(after(left))));
    return place == results.end() ? kNoPiece : place->second;
  }

  void offer(std::int32_t left, const std::unordered_map<std::uint64_t, std::int32_t>& results) {
    const std::int32_t made = result(left, results);
    if (made != kNoPiece) offers_.emplace(made, left);
  }

  void take(std::int32_t left, std::int32_t made) {
    const std::int32_t right = after(left);
    id(left) = made;
    id(right) = kNoPiece;
    after(left) = after(right);
    if (after(left) != kNoPiece) before(after(left)) = left;
  }

  std::vector<std::int32_t> ids_, before_, after_;
  std::priority_queue<Offer, std::vector<Offer>, std::greater<>> offers_;
};

std::string with_replacements(std::string_view bytes) {
  std::string text;
  while (true) {
    const std::size_t at = invalid_utf8(bytes);
    text += bytes.substr(0, at);
    if (at == bytes.npos) return text;
    text += "\ufffd";
    bytes.remove_prefix(at + 1);
  }
}

}  // namespace

BytePairTokenizer::BytePairTokenizer(std::span<const Merge> merges)
    : merges_(merges.begin(), merges.end()) {
  std::unordered_map<std::string, Id> ids;
  for (const std::uint8_t byte : bytes_in_order()) {
    ids_of_bytes_[byte] = static_cast<Id>(pieces_.size());
    ids.emplace(written_byte(byte), ids_of_bytes_[byte]);
    pieces_.push_back(written_byte(byte));
  }
  for (std::size_t i = 0; i < merges_.size(); ++i) {
    const auto& [left, right] = merges_[i];
    for (const std::string& part : {left, right})
      require(ids.contains(part),
              "bpe: merge {} needs a byte or what an earlier merge made; got \"{}\"", i + 1, part);
    const auto made = static_cast<Id>(pieces_.size());
    require(ids.emplace(left + right, made).second, "bpe: merge {} makes \"{}\" again", i + 1,
            left + right);
    results_.emplace(key(ids.at(left), ids.at(right)), made);
    pieces_.push_back(left + right);
  }
}

BytePairTokenizer BytePairTokenizer::read(const std::filesystem::path& path) {
  const MappedFile file = map_file(path);
  std::vector<Merge> merges;
  std::string_view rest = file.text();
  for (std::size_t number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (number == 1 && line.starts_with("#version"))) continue;
    const std::size_t blank = line.find(' ');
    if (blank == 0 || blank == line.npos || blank + 1 == line.size() ||
        line.find(' ', blank + 1) != line.npos || invalid_utf8(line) != line.npos) {
      throw IoError(path, fmt::format("line {} must be two pieces and a blank between them; is the "
                                      "file cut off or another kind?",
                                      number));
    }
    merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
  if (merges.empty()) throw IoError(path, "holds no merges; it should be the merges.txt of a BPE");
  try {
    return BytePairTokenizer(merges);
  } catch (const InvalidArgument& error) {
    throw IoError(path, fmt::format("its merges do not fit each other: {}", error.what()));
  }
}

std::string BytePairTokenizer::data() const {
  json list = json::array();
  for (const auto& [left, right] : merges_) list.push_back(left + " " + right);
  return list.dump();
}

std::vector<std::string> BytePairTokenizer::split(std::string_view caption) const {
  require_utf8(caption, "split");
  return encode(caption);
}

std::vector<std::string> BytePairTokenizer::encode(std::string_view bytes) const {
  std::vector<std::string> pieces;
  for (const std::string_view chunk : gpt2_chunks(bytes)) encode_chunk(chunk, pieces);
  return pieces;
}

void BytePairTokenizer::encode_chunk(std::string_view chunk,
                                     std::vector<std::string>& pieces) const {
  std::vector<Id> ids;
  ids.reserve(chunk.size());
  for (const char byte : chunk) ids.push_back(ids_of_bytes_[static_cast<std::uint8_t>(byte)]);
  Chunk merged(std::move(ids));
  merged.merge(results_);
  for (const Id id : merged.ids()) pieces.push_back(pieces_[static_cast<std::size_t>(id)]);
}

std::string BytePairTokenizer::decode(std::span<const std::string> pieces) const {
  std::string bytes;
  for (const std::string& piece : pieces) {
    require_utf8(piece, "bpe");
    for (std::size_t at = 0; at < piece.size();) {
      const auto [code, length] = character_at(piece, at);
      if (const auto byte = byte_of(code)) {
        bytes += static_cast<char>(*byte);
      } else {
        bytes.append(piece, at, length);
      }
      at += length;
    }
  }
  return bytes;
}

std::string BytePairTokenizer::join(const std::vector<std::string>& words) const {
  const std::string bytes = decode(words);
  const std::size_t begin = bytes.find_first_not_of(' ');
  if (begin == bytes.npos) return {};
  return with_replacements(
      std::string_view(bytes).substr(begin, bytes.find_last_not_of(' ') + 1 - begin));
}

std::vector<std::string> read_pieces(const std::filesystem::path& path,
                                     const BytePairTokenizer& tokenizer) {
  const MappedFile file = map_file(path);
  const json ids = parse_json(file.text(), path);
  if (!ids.is_object()) throw IoError(path, "must be an object of pieces and their ids");
  std::vector<std::string> pieces(ids.size());
  std::vector<bool> seen(ids.size());
  for (const auto& [piece, id] : ids.items()) {
    const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() < ids.size();
    if (!fits || seen[id.get<std::size_t>()]) {
      throw IoError(path, fmt::format("the ids of its {} pieces must be 0 to {}, each once; "
                                      "\"{}\" has {}",
                                      ids.size(), ids.size() - 1, piece, id.dump()));
    }
    seen[id.get<std::size_t>()] = true;
    pieces[id.get<std::size_t>()] = piece;
  }
  const std::vector<std::string>& made = tokenizer.pieces();
  for (const std::string& piece : made)
    if (!ids.contains(piece))
      throw IoError(path, fmt::format("lacks the piece \"{}\" of the merges; are both files of the "
                                      "same model?",
                                      piece));
  const std::unordered_set<std::string_view> known(made.begin(), made.end());
  for (const std::string& piece : pieces)
    if (!known.contains(piece) && !is_special(piece))
      throw IoError(path,
                    fmt::format("has the piece \"{}\", which the merges do not make; are both "
                                "files of the same model, and the merges.txt not cut off?",
                                piece));
  return pieces;
}

}  // namespace limn::text
