// Beam search, diverse and with required phrases, as plainly as it can be said.
#pragma once

#include <map>
#include <vector>

#include "support/naive_search.h"

namespace limn::test {

/// A beginning; `words` hold all that was said, after an end too.
struct NaiveBeginning {
  decode::Hypothesis said;
  double total = 0;
  bool ended = false;
  std::size_t needed = 0;
  std::size_t parent = 0;
};

struct NaiveGroup {
  std::vector<NaiveBeginning> live = std::vector<NaiveBeginning>(1);
  std::vector<NaiveBeginning> chosen;  ///< in the last step
  std::vector<decode::Hypothesis> done, unfinished;
};

inline void sort_by_total(std::vector<NaiveBeginning>& list) {
  std::stable_sort(list.begin(), list.end(), [](auto& a, auto& b) {
    if (a.ended != b.ended) return b.ended;
    if (a.total != b.total) return a.total > b.total;
    if (a.said.words.back() != b.said.words.back())
      return a.said.words.back() < b.said.words.back();
    return a.parent < b.parent;
  });
}

/// The `width` best words of a beginning, and those towards a required phrase.
inline std::vector<NaiveBeginning> naive_continuations(const decode::StepDecoder& decoder,
                                                       const nn::Features& image,
                                                       const NaiveBeginning& parent,
                                                       const decode::SearchOptions& options,
                                                       const Words& discouraged) {
  const Words& words = parent.said.words;
  std::vector<double> scores = allowed_log_probabilities(decoder, image, words, options);
  const std::vector<double> unpenalised = scores;
  for (const std::int32_t word : discouraged)
    scores[static_cast<std::size_t>(word)] -= options.diversity;
  std::vector<NaiveBeginning> all;
  for (std::size_t v = 0; v < scores.size(); ++v) {
    if (std::isinf(scores[v])) continue;
    NaiveBeginning next = parent;
    next.said = extended(parent.said, static_cast<std::int32_t>(v), unpenalised[v]);
    next.total = parent.total + scores[v];
    if (!options.rules.required.empty() && words.size() >= options.rules.prefix.size())
      next.needed = words_needed(next.said.words, options.rules);
    all.push_back(next);
  }
  sort_by_total(all);
  const auto towards = words.size() < options.rules.prefix.size()
                           ? std::set<std::int32_t>()
                           : words_towards(words, options.rules);
  std::vector<NaiveBeginning> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < static_cast<std::size_t>(options.beam / options.groups) ||
        towards.contains(all[i].said.words.back()))
      result.push_back(all[i]);
  }
  return result;
}

/// The best, then the best of each bank in turn; what follows an end is in no bank.
inline std::vector<NaiveBeginning> naive_selection(std::vector<NaiveBeginning> candidates,
                                                   std::size_t width, bool banks) {
  sort_by_total(candidates);
  if (!banks) {
    candidates.resize(std::min(candidates.size(), width));
    return candidates;
  }
  std::vector<NaiveBeginning> kept;
  std::map<std::size_t, std::vector<NaiveBeginning>> by_need;
  std::vector<NaiveBeginning> after_end;
  for (const auto& each : candidates) {
    if (each.ended) {
      after_end.push_back(each);
    } else if (kept.empty()) {
      kept.push_back(each);
    } else {
      by_need[each.needed].push_back(each);
    }
  }
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    for (const auto& [need, bank] : by_need)
      if (rank < bank.size() && kept.size() < width) kept.push_back(bank[rank]);
  }
  for (const auto& each : after_end)
    if (kept.size() < width) kept.push_back(each);
  sort_by_total(kept);
  return kept;
}

inline void naive_step(const decode::StepDecoder& decoder, const nn::Features& image,
                       const decode::SearchOptions& options, const Words& discouraged,
                       std::int64_t step, NaiveGroup& group) {
  std::vector<NaiveBeginning> candidates;
  for (std::size_t i = 0; i < group.live.size(); ++i) {
    for (auto& next : naive_continuations(decoder, image, group.live[i], options, discouraged)) {
      next.parent = i;
      candidates.push_back(std::move(next));
    }
  }
  group.unfinished.clear();
  for (const auto& each : group.live) {
    group.unfinished.push_back(each.said);
    finish(group.unfinished.back(), each.total, options, false);
  }
  group.live.clear();
  group.chosen =
      naive_selection(candidates, static_cast<std::size_t>(options.beam / options.groups),
                      !options.rules.required.empty());
  for (NaiveBeginning each : group.chosen) {
    const bool ends = each.said.words.back() == decoder.end();
    const bool keep = options.at_limit == decode::AtLimit::keep && step + 1 == options.max_length;
    if ((ends || keep) && !each.ended) {
      decode::Hypothesis done = each.said;
      if (ends) done.words.pop_back();
      finish(done, each.total, options, ends);
      group.done.push_back(std::move(done));
    }
    if (keep || step == options.max_length || (ends && options.groups == 1)) continue;
    each.ended = each.ended || ends;
    group.live.push_back(std::move(each));
  }
}

/// Beam search of one image that never stops early, sorts all candidates and copies every history.
inline std::vector<decode::Hypothesis> naive_beam_search(const decode::StepDecoder& decoder,
                                                         const nn::Features& image,
                                                         const decode::SearchOptions& options) {
  std::vector<NaiveGroup> groups(static_cast<std::size_t>(options.groups));
  for (std::int64_t time = 0; time <= options.max_length + options.groups; ++time) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const std::int64_t step = time - static_cast<std::int64_t>(g);
      if (step < 0 || step > options.max_length || groups[g].live.empty()) continue;
      Words discouraged;
      for (std::size_t earlier = 0; earlier < g; ++earlier)
        for (const auto& each : groups[earlier].chosen)
          if (step >= std::ssize(options.rules.prefix) && step < std::ssize(each.said.words))
            discouraged.push_back(each.said.words[static_cast<std::size_t>(step)]);
      naive_step(decoder, image, options, discouraged, step, groups[g]);
    }
  }
  std::vector<decode::Hypothesis> result;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto& done = groups[g].done.empty() ? groups[g].unfinished : groups[g].done;
    sort_by_score(done);
    for (auto& each : done) each.group = static_cast<int>(g);
  }
  for (std::size_t rank = 0; rank * groups.size() < static_cast<std::size_t>(options.n_best);
       ++rank) {
    for (auto& group : groups) {
      auto& done = group.done.empty() ? group.unfinished : group.done;
      if (rank < done.size() && std::ssize(result) < options.n_best) result.push_back(done[rank]);
    }
  }
  return result;
}

}  // namespace limn::test
