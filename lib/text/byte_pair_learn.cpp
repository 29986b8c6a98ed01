#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "core/check.h"
#include "limn/text/byte_pair.h"
#include "text/byte_alphabet.h"
#include "text/gpt2_chunks.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

using Pair = std::pair<std::int32_t, std::int32_t>;

/// A chunk of text, as pieces, and how often it was seen.
struct CountedChunk {
  std::vector<std::int32_t> ids;
  std::int64_t count;
};

class Learner {
 public:
  explicit Learner(const std::map<std::string, std::int64_t, std::less<>>& chunks) {
    std::array<std::int32_t, 256> ids{};
    for (const std::uint8_t byte : bytes_in_order()) {
      ids[byte] = static_cast<std::int32_t>(pieces_.size());
      add_piece(written_byte(byte));
    }
    for (const auto& [text, count] : chunks) {
      CountedChunk& chunk = chunks_.emplace_back(CountedChunk{{}, count});
      for (const char byte : text) chunk.ids.push_back(ids[static_cast<std::uint8_t>(byte)]);
      count_pairs(chunks_.size() - 1, +1);
    }
    for (const auto& [pair, seen] : pairs_) offer(pair);
  }

  // Empty pieces: no pair is as frequent as `min_count`.
  BytePairTokenizer::Merge merge_best(std::int64_t min_count) {
    while (!offers_.empty()) {
      const Offer best = offers_.top();
      offers_.pop();
      const std::int64_t count = pairs_.at(best.pair).count;
      if (count != best.count || count < min_count) continue;  // offered again when it changed
      if (known_.contains(best.left + best.right)) continue;
      merge(best.pair);
      return {best.left, best.right};
    }
    return {};
  }

 private:
  struct Seen {
    std::int64_t count = 0;
    std::set<std::size_t> chunks;  // where it is, or was
  };
  struct Offer {
    std::int64_t count;
    std::string left, right;
    Pair pair;
    bool operator<(const Offer& other) const {
      if (count != other.count) return count < other.count;
      return std::tie(left, right) > std::tie(other.left, other.right);
    }
  };

  const std::string& piece(std::int32_t id) const { return pieces_[static_cast<std::size_t>(id)]; }

  void add_piece(const std::string& piece) {
    pieces_.push_back(piece);
    known_.insert(piece);
  }

  void offer(const Pair& pair) {
    const std::int64_t count = pairs_.at(pair).count;
    if (count > 0) offers_.push({count, piece(pair.first), piece(pair.second), pair});
  }

  void count_pairs(std::size_t number, std::int64_t sign) {
    const CountedChunk& chunk = chunks_[number];
    for (std::size_t i = 0; i + 1 < chunk.ids.size(); ++i) {
      Seen& seen = pairs_[{chunk.ids[i], chunk.ids[i + 1]}];
      seen.count += sign * chunk.count;
      seen.chunks.insert(number);
      changed_.insert({chunk.ids[i], chunk.ids[i + 1]});
    }
  }

  void merge(const Pair& pair) {
    const auto made = static_cast<std::int32_t>(pieces_.size());
    add_piece(piece(pair.first) + piece(pair.second));
    changed_.clear();
    for (const std::size_t number : std::set<std::size_t>(pairs_.at(pair).chunks)) {
      count_pairs(number, -1);
      replace(chunks_[number].ids, pair, made);
      count_pairs(number, +1);
    }
    for (const Pair& each : changed_) offer(each);
  }

  static void replace(std::vector<std::int32_t>& ids, const Pair& pair, std::int32_t made) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool here = i + 1 < ids.size() && Pair{ids[i], ids[i + 1]} == pair;
      ids[kept++] = here ? made : ids[i];
      if (here) ++i;
    }
    ids.resize(kept);
  }

  std::vector<std::string> pieces_;
  std::set<std::string> known_;
  std::vector<CountedChunk> chunks_;
  std::map<Pair, Seen> pairs_;
  std::set<Pair> changed_;
  std::priority_queue<Offer> offers_;
};

}  // namespace

BytePairTokenizer BytePairTokenizer::learn(std::span<const std::string> captions,
                                           const BytePairOptions& options) {
  require(options.merges >= 0 && options.min_count >= 1,
          "bpe: merges must be at least 0 and min_count at least 1; got {} and {}", options.merges,
          options.min_count);
  std::map<std::string, std::int64_t, std::less<>> chunks;
  for (const std::string& caption : captions) {
    require_utf8(caption, "bpe");
    for (const std::string_view chunk : gpt2_chunks(caption)) ++chunks[std::string(chunk)];
  }
  Learner learner(chunks);
  std::vector<Merge> merges;
  while (std::ssize(merges) < options.merges) {
    Merge merge = learner.merge_best(options.min_count);
    if (merge.first.empty()) break;
    merges.push_back(std::move(merge));
  }
  return BytePairTokenizer(merges);
}

}  // namespace limn::text
