#include "metrics/meteor_candidates.h"

#include <algorithm>
#include <bitset>

namespace limn::metrics {
namespace {

using Candidates = std::vector<std::vector<MeteorMatch>>;

bool have_common(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

template <class Matches>
void add_words(const MeteorCaption& reference, const MeteorCaption& hypothesis, MeteorModule module,
               Matches matches, Candidates& candidates) {
  for (std::int32_t r = 0; r < std::ssize(reference); ++r) {
    const auto at = static_cast<std::size_t>(r);
    for (std::int32_t h = 0; h < std::ssize(hypothesis); ++h)
      if (matches(reference[at], hypothesis[static_cast<std::size_t>(h)]))
        candidates[at].push_back({module, {r, 1}, {h, 1}});
  }
}

/// A phrase of METEOR's table in a caption.
struct Phrase {
  std::uint32_t node;
  Span place;
};

/// In order of their place; of those at one place the shorter first.
std::vector<Phrase> phrases_of(const MeteorCaption& caption, const MeteorLexicon& lexicon) {
  std::vector<Phrase> phrases;
  const auto size = static_cast<std::int32_t>(caption.size());
  for (std::int32_t begin = 0; begin < size; ++begin) {
    std::uint32_t node = MeteorData::kRoot;
    for (std::int32_t end = begin; end < size; ++end) {
      const std::uint32_t word = lexicon[caption[static_cast<std::size_t>(end)]].id;
      if (word == MeteorData::kNone) break;
      node = lexicon.data().child(node, word);
      if (node == MeteorData::kNone) break;
      phrases.push_back({node, {begin, end + 1 - begin}});
    }
  }
  return phrases;
}

/// Where phrases are in a caption.
class Places {
 public:
  explicit Places(std::vector<Phrase> phrases) : phrases_(std::move(phrases)) {
    std::stable_sort(phrases_.begin(), phrases_.end(), is_before);
    for (const Phrase& phrase : phrases_) seen_.set(phrase.node % seen_.size());
  }

  /// Calls visit(place) for each, from left to right.
  template <class Visit>
  void for_each(std::uint32_t node, Visit visit) const {
    if (!seen_[node % seen_.size()]) return;
    const auto [begin, end] =
        std::equal_range(phrases_.begin(), phrases_.end(), Phrase{node, {}}, is_before);
    for (auto phrase = begin; phrase != end; ++phrase) visit(phrase->place);
  }

 private:
  static bool is_before(const Phrase& a, const Phrase& b) { return a.node < b.node; }

  std::vector<Phrase> phrases_;
  std::bitset<4096> seen_;  // most phrases are not there
};

/// The first sides of pairs in one caption with their second sides in another one.
template <class Visit>
void for_each_pair(const std::vector<Phrase>& firsts, const Places& seconds, const MeteorData& data,
                   Visit visit) {
  for (const Phrase& first : firsts)
    for (const std::uint32_t second : data.paraphrases(first.node))
      seconds.for_each(second, [&](Span place) { visit(first.place, place); });
}

void add_paraphrases(const MeteorCaption& reference, const MeteorCaption& hypothesis,
                     const MeteorLexicon& lexicon, Candidates& candidates) {
  const std::vector<Phrase> ours = phrases_of(reference, lexicon);
  const std::vector<Phrase> theirs = phrases_of(hypothesis, lexicon);
  const auto add = [&](Span in_reference, Span in_hypothesis) {
    candidates[static_cast<std::size_t>(in_reference.begin)].push_back(
        {MeteorModule::paraphrase, in_reference, in_hypothesis});
  };
  for_each_pair(ours, Places(theirs), lexicon.data(), add);
  for_each_pair(theirs, Places(ours), lexicon.data(),
                [&](Span first, Span second) { add(second, first); });
}

}  // namespace

Candidates meteor_candidates(const MeteorCaption& reference, const MeteorCaption& hypothesis,
                             const MeteorLexicon& lexicon) {
  Candidates candidates(reference.size());
  const auto add = [&](MeteorModule module, auto matches) {
    add_words(reference, hypothesis, module, matches, candidates);
  };
  add(MeteorModule::exact, [](auto a, auto b) { return a == b; });
  if (reference == hypothesis) return candidates;
  add(MeteorModule::stem,
      [&](auto a, auto b) { return a != b && lexicon[a].stem == lexicon[b].stem; });
  add(MeteorModule::synonym, [&](auto a, auto b) {
    return a != b && have_common(lexicon[a].synsets, lexicon[b].synsets);
  });
  add_paraphrases(reference, hypothesis, lexicon, candidates);
  return candidates;
}

}  // namespace limn::metrics
