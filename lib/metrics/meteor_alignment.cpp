#include "metrics/meteor_alignment.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace limn::metrics {
namespace {

constexpr std::size_t kBeam = 40;
constexpr std::int32_t kNone = -1;

// In how many candidates each word is.
class Coverage {
 public:
  Coverage(std::size_t words, Span MeteorMatch::*side) : counts_(words), side_(side) {}

  void add(const MeteorMatch& match) {
    const Span span = match.*side_;
    for (std::int32_t word = span.begin; word < span.end(); ++word) ++count(word);
  }
  bool is_alone(const MeteorMatch& match) {
    const Span span = match.*side_;
    bool alone = true;
    for (std::int32_t word = span.begin; word < span.end(); ++word) alone &= count(word) == 1;
    return alone;
  }

 private:
  std::int32_t& count(std::int32_t word) { return counts_[static_cast<std::size_t>(word)]; }

  std::vector<std::int32_t> counts_;
  Span MeteorMatch::*side_;
};

/// Of each word of the reference whether its only candidate is sure to be taken.
std::vector<bool> decide(const std::vector<std::vector<MeteorMatch>>& candidates,
                         std::size_t hypothesis_words) {
  Coverage reference(candidates.size(), &MeteorMatch::reference);
  Coverage hypothesis(hypothesis_words, &MeteorMatch::hypothesis);
  for (const auto& matches : candidates) {
    for (const MeteorMatch& match : matches) {
      reference.add(match);
      hypothesis.add(match);
    }
  }
  std::vector<bool> decided;
  for (const auto& matches : candidates)
    decided.push_back(matches.size() == 1 && reference.is_alone(matches.front()) &&
                      hypothesis.is_alone(matches.front()));
  return decided;
}

/// A match in a chain that states share.
struct Link {
  MeteorMatch match;
  std::int32_t before;  // kNone: the first
};

struct State {
  std::int32_t weight = 0;
  std::int32_t chunks = 0;
  std::int32_t distance = 0;
  std::int32_t next = 0;                // word of the reference behind the last match
  std::int32_t hypothesis_end = kNone;  // of the last match, while its chunk is open
  std::int32_t last = kNone;            // link
  std::int32_t order = 0;               // among equals the first wins

  bool operator<(const State& other) const {
    return std::tuple(-weight, chunks, distance, order) <
           std::tuple(-other.weight, other.chunks, other.distance, other.order);
  }
};

std::int32_t distance(const MeteorMatch& match) {
  return std::abs(match.reference.begin - match.hypothesis.begin);
}

// Both sides' words times 1 or 1/2, each rounded down.
std::int32_t weight(const MeteorMatch& match) {
  const std::int32_t parts = match.module == MeteorModule::exact ? 1 : 2;
  return match.reference.size / parts + match.hypothesis.size / parts;
}

class Search {
 public:
  Search(const std::vector<std::vector<MeteorMatch>>& candidates, std::size_t hypothesis_words)
      : candidates_(candidates), decided_(decide(candidates, hypothesis_words)) {}

  std::vector<MeteorMatch> run() {
    states_.emplace_back();
    for (std::int32_t word = 0; word < std::ssize(candidates_); ++word) {
      keep_best(kBeam);
      for (State& state : states_) advance(state, word);
      states_.swap(advanced_);
      advanced_.clear();
    }
    keep_best(kBeam);
    for (State& state : states_) close_chunk(state);
    keep_best(1);
    return matches_of(states_.front());
  }

 private:
  void keep_best(std::size_t count) {
    for (std::size_t i = 0; i < states_.size(); ++i)
      states_[i].order = static_cast<std::int32_t>(i);
    if (states_.size() > count) {
      const auto end = states_.begin() + static_cast<std::ptrdiff_t>(count);
      std::nth_element(states_.begin(), end, states_.end());
      states_.erase(end, states_.end());
    }
    std::sort(states_.begin(), states_.end());
  }

  // All that may become of a state at a word of the reference.
  void advance(State& state, std::int32_t word) {
    const auto& matches = candidates_[static_cast<std::size_t>(word)];
    if (state.next > word) {
      advanced_.push_back(state);
    } else if (decided_[static_cast<std::size_t>(word)]) {
      state.distance += distance(matches.front());
      advanced_.push_back(with(state, matches.front()));
    } else {
      for (const MeteorMatch& match : matches) {
        if (is_used(state, match.hypothesis)) continue;
        advanced_.push_back(with(state, match));
        state.distance += distance(match);
      }
      close_chunk(state);
      advanced_.push_back(state);
    }
  }

  State with(State state, const MeteorMatch& match) {
    if (state.hypothesis_end != match.hypothesis.begin) close_chunk(state);
    links_.push_back({match, state.last});
    state.weight += weight(match);
    state.next = match.reference.end();
    state.hypothesis_end = match.hypothesis.end();
    state.last = static_cast<std::int32_t>(links_.size()) - 1;
    return state;
  }

  static void close_chunk(State& state) {
    if (state.hypothesis_end != kNone) ++state.chunks;
    state.hypothesis_end = kNone;
  }

  // Words of decided matches are in no candidate.
  bool is_used(const State& state, Span hypothesis) const {
    for (std::int32_t i = state.last; i != kNone; i = link(i).before) {
      const Span used = link(i).match.hypothesis;
      if (used.begin < hypothesis.end() && hypothesis.begin < used.end()) return true;
    }
    return false;
  }

  std::vector<MeteorMatch> matches_of(const State& state) const {
    std::vector<MeteorMatch> matches;
    for (std::int32_t i = state.last; i != kNone; i = link(i).before)
      matches.push_back(link(i).match);
    std::reverse(matches.begin(), matches.end());
    return matches;
  }

  const Link& link(std::int32_t i) const { return links_[static_cast<std::size_t>(i)]; }

  const std::vector<std::vector<MeteorMatch>>& candidates_;
  std::vector<bool> decided_;
  std::vector<State> states_, advanced_;
  std::vector<Link> links_;
};

}  // namespace

std::vector<MeteorMatch> align(const std::vector<std::vector<MeteorMatch>>& candidates,
                               std::size_t hypothesis_words) {
  return Search(candidates, hypothesis_words).run();
}

std::int32_t chunks_of(const std::vector<MeteorMatch>& matches) {
  std::int32_t chunks = 0;
  Span reference, hypothesis;
  for (const MeteorMatch& match : matches) {
    const bool goes_on = chunks > 0 && match.reference.begin == reference.end() &&
                         match.hypothesis.begin == hypothesis.end();
    if (!goes_on) ++chunks;
    reference = match.reference;
    hypothesis = match.hypothesis;
  }
  return chunks;
}

}  // namespace limn::metrics
