// Which of the possible matches METEOR takes.
#pragma once

#include "metrics/meteor_candidates.h"

namespace limn::metrics {

/// The chosen matches in order of the reference; no word is in two. A beam search over the words
/// of the reference keeps the 40 best states by the words matched, counted per match as the words
/// of either side times the module's weight (exact 1, others 1/2), rounded down; then by fewer
/// chunks; then by less distance between the places of matched words.
///
/// The official program differs from the papers, and results depend on it: the rounding, by which a
/// single word that is not equal counts nothing and is matched only where that costs no chunk; and
/// the distance, which a match that was tried adds to the state it was tried from, not to the one
/// it leads to. Matches that share no word with another one are taken beforehand.
///
/// `candidates`: those that begin at each word of the reference, as meteor_candidates() gives them.
std::vector<MeteorMatch> align(const std::vector<std::vector<MeteorMatch>>& candidates,
                               std::size_t hypothesis_words);

/// The number of runs of matches that are adjacent and in the same order in both captions.
std::int32_t chunks_of(const std::vector<MeteorMatch>& matches);

}  // namespace limn::metrics
