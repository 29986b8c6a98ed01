#include "cli/systems.h"

#include <fmt/format.h>

namespace limn::cli {
namespace {

using Sentences = std::vector<std::vector<std::string>>;

std::vector<Sentences> split(const std::vector<std::vector<std::string>>& references,
                             const text::Tokenizer& tokenizer) {
  std::vector<Sentences> result(references.size());
  for (std::size_t i = 0; i < references.size(); ++i) {
    for (const std::string& reference : references[i])
      result[i].push_back(tokenizer.split(reference));
  }
  return result;
}

metrics::SummedScores score(const std::vector<metrics::Candidate>& candidates,
                            const std::optional<metrics::Meteor>& meteor) {
  using Statistics = std::vector<metrics::MeteorStatistics>;
  return metrics::summed(metrics::score(candidates),
                         meteor ? meteor->statistics(candidates) : Statistics());
}

template <class Values>
auto named(const std::vector<std::string>& names, const Values& values) {
  std::map<std::string, typename Values::value_type> result;
  for (std::size_t i = 0; i < names.size(); ++i) result[names[i]] = values[i];
  return result;
}

metrics::CaptionStatistics statistics(const std::vector<metrics::Candidate>& candidates) {
  Sentences captions;
  for (const metrics::Candidate& each : candidates) captions.push_back(each.hypothesis);
  return metrics::caption_statistics(captions);
}

// Rows below the scores: a name and, of a system, a number.
Rows caption_rows(const metrics::CaptionStatistics& captions) {
  return {{"distinct captions", fmt::format("{}", captions.distinct)},
          {"vocabulary", fmt::format("{}", captions.vocabulary)},
          {"words a caption", fmt::format("{:.2f}", captions.mean_length())},
          {"bad endings", fmt::format("{}", captions.bad_endings)}};
}

std::string interval_cell(const SystemScores& system, const std::string& metric) {
  const auto found = system.intervals.find(metric);
  if (found == system.intervals.end()) return "";
  return fmt::format("{:.4f} – {:.4f}", found->second.low, found->second.high);
}

std::string p_cell(const SystemScores& system, const std::string& metric) {
  const auto found = system.p_values.find(metric);
  return found == system.p_values.end() ? "" : fmt::format("{:.3f}", found->second);
}

ordered_json object_of(const SystemScores& system) {
  ordered_json intervals = ordered_json::object();
  for (const auto& [name, interval] : system.intervals)
    intervals[name] = {interval.low, interval.high};
  return {{"scores", system.scores},
          {"intervals", std::move(intervals)},
          {"distinct", system.captions.distinct},
          {"captions",
           {{"words", system.captions.words},
            {"vocabulary", system.captions.vocabulary},
            {"mean_length", system.captions.mean_length()},
            {"longest", system.captions.longest},
            {"bad_endings", system.captions.bad_endings}}}};
}

}  // namespace

std::vector<SystemScores> score_systems(const SystemSet& set, const text::Tokenizer& tokenizer,
                                        const std::optional<metrics::Meteor>& meteor) {
  std::vector<metrics::Candidate> candidates;
  for (Sentences& references : split(set.references, tokenizer))
    candidates.push_back({{}, std::move(references)});
  std::optional<metrics::SummedScores> first;
  std::vector<SystemScores> result;
  for (const System& system : set.systems) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      candidates[i].hypothesis = tokenizer.split(system.captions[i]);
    metrics::SummedScores sums = score(candidates, meteor);
    SystemScores& scores = result.emplace_back(SystemScores{.name = system.name});
    scores.scores = named(sums.names, sums.corpus());
    scores.intervals = named(sums.names, metrics::bootstrap_intervals(sums));
    if (first) scores.p_values = named(sums.names, metrics::paired_p_values(*first, sums));
    if (system.perplexity) scores.scores["perplexity"] = *system.perplexity;
    scores.captions = statistics(candidates);
    if (!first) first = std::move(sums);
  }
  return result;
}

std::string scores_table(const std::vector<SystemScores>& systems, std::size_t photos) {
  Rows rows{{""}};
  for (const auto& row : score_rows(systems.front().scores)) rows.push_back({row.front()});
  for (const auto& row : caption_rows({})) rows.push_back({row.front()});
  for (const SystemScores& system : systems) {
    const bool later = &system != &systems.front();
    for (const char* head : {system.name.c_str(), "95 % interval"}) rows.front().push_back(head);
    if (later) rows.front().push_back("p");
    std::size_t next = 1;
    for (const auto& score : score_rows(system.scores)) {
      auto& row = rows[next++];
      row.insert(row.end(), {score.back(), interval_cell(system, row.front())});
      if (later) row.push_back(p_cell(system, row.front()));
    }
    for (const auto& number : caption_rows(system.captions)) {
      auto& row = rows[next++];
      row.insert(row.end(), {number.back(), ""});
      if (later) row.emplace_back();
    }
  }
  rows.push_back({"photos", fmt::format("{}", photos)});
  return table(rows);
}

ordered_json scores_json(const std::vector<SystemScores>& systems, std::size_t photos) {
  if (systems.size() == 1) {
    ordered_json one = object_of(systems.front());
    one["photos"] = photos;
    return one;
  }
  ordered_json list = ordered_json::array();
  for (const SystemScores& system : systems) {
    ordered_json one{{"name", system.name}};
    one.update(object_of(system));
    if (!system.p_values.empty()) one["p_values"] = system.p_values;
    list.push_back(std::move(one));
  }
  return {{"photos", photos}, {"systems", std::move(list)}};
}

}  // namespace limn::cli
