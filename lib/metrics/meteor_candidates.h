// What in two captions may be matched.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "metrics/meteor_lexicon.h"

namespace limn::metrics {

enum class MeteorModule : std::uint8_t { exact, stem, synonym, paraphrase };

/// Words in a row.
struct Span {
  std::int32_t begin = 0;
  std::int32_t size = 0;
  std::int32_t end() const { return begin + size; }
  bool operator==(const Span&) const = default;
};

struct MeteorMatch {
  MeteorModule module = MeteorModule::exact;
  Span reference;
  Span hypothesis;
  bool operator==(const MeteorMatch&) const = default;
};

/// The possible matches that begin at each word of the reference, in the order in which METEOR
/// finds them: first equal words, different words with equal stems, different words with a synset
/// in common; then phrases that METEOR's table lists as a pair, the first side in the reference;
/// then those with the first side in the hypothesis. A pair of words may be there several times, as
/// it also takes several places in METEOR's beam. For equal captions only equal words.
std::vector<std::vector<MeteorMatch>> meteor_candidates(const MeteorCaption& reference,
                                                        const MeteorCaption& hypothesis,
                                                        const MeteorLexicon& lexicon);

}  // namespace limn::metrics
