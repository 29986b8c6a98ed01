#include "cli/systems.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>

namespace limn::cli {
namespace {

using Sentences = std::vector<std::vector<std::string>>;

Sentences split(const std::vector<std::string>& captions, const text::Tokenizer& tokenizer) {
  Sentences result;
  result.reserve(captions.size());
  for (const std::string& caption : captions) result.push_back(tokenizer.split(caption));
  return result;
}

std::vector<Sentences> split(const std::vector<std::vector<std::string>>& photos,
                             const text::Tokenizer& tokenizer) {
  std::vector<Sentences> result;
  result.reserve(photos.size());
  for (const auto& captions : photos) result.push_back(split(captions, tokenizer));
  return result;
}

metrics::SummedScores score(const std::vector<metrics::Candidate>& candidates,
                            const std::optional<metrics::Meteor>& meteor,
                            const std::vector<Sentences>& documents) {
  using Statistics = std::vector<metrics::MeteorStatistics>;
  return metrics::summed(metrics::score(candidates, documents),
                         meteor ? meteor->statistics(candidates) : Statistics());
}

template <class Values>
auto named(const std::vector<std::string>& names, const Values& values) {
  std::map<std::string, typename Values::value_type> result;
  for (std::size_t i = 0; i < names.size(); ++i) result[names[i]] = values[i];
  return result;
}

// What a system says, whatever people say.
void describe(const std::vector<metrics::Candidate>& candidates,
              const std::optional<Sentences>& training, SystemScores& scores) {
  Sentences captions;
  for (const metrics::Candidate& each : candidates) captions.push_back(each.hypothesis);
  scores.captions = metrics::caption_statistics(captions);
  if (training) scores.novel = metrics::novel_captions(captions, *training);
}

// Of the captions of a system, which has at least one.
double share(std::int64_t count, const SystemScores& system) {
  return static_cast<double>(count) / static_cast<double>(system.captions.captions);
}

std::string share_text(std::int64_t count, const SystemScores& system) {
  return fmt::format("{:.4f}", share(count, system));
}

// Rows below the scores: a name and, of a system, a number.
Rows caption_rows(const SystemScores& system) {
  const metrics::CaptionStatistics& captions = system.captions;
  Rows rows{{"distinct captions", fmt::format("{}", captions.distinct)},
            {"distinct share", share_text(captions.distinct, system)},
            {"vocabulary", fmt::format("{}", captions.vocabulary)},
            {"words a caption", fmt::format("{:.2f}", captions.mean_length())},
            {"bad endings", fmt::format("{}", captions.bad_endings)}};
  if (system.novel) {
    rows.push_back({"novel captions", fmt::format("{}", *system.novel)});
    rows.push_back({"novel share", share_text(*system.novel, system)});
  }
  return rows;
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

ordered_json captions_object(const SystemScores& system) {
  ordered_json captions{{"words", system.captions.words},
                        {"vocabulary", system.captions.vocabulary},
                        {"mean_length", system.captions.mean_length()},
                        {"longest", system.captions.longest},
                        {"bad_endings", system.captions.bad_endings}};
  if (system.novel) {
    captions["novel"] = *system.novel;
    captions["novel_share"] = share(*system.novel, system);
  }
  return captions;
}

ordered_json object_of(const SystemScores& system) {
  ordered_json intervals = ordered_json::object();
  for (const auto& [name, interval] : system.intervals)
    intervals[name] = {interval.low, interval.high};
  return {{"scores", system.scores},
          {"intervals", std::move(intervals)},
          {"distinct", system.captions.distinct},
          {"distinct_share", share(system.captions.distinct, system)},
          {"captions", captions_object(system)}};
}

}  // namespace

std::vector<SystemScores> score_systems(const SystemSet& set, const Scoring& scoring) {
  const text::Tokenizer& tokenizer = *scoring.tokenizer;
  std::vector<metrics::Candidate> candidates;
  for (Sentences& references : split(set.references, tokenizer))
    candidates.push_back({{}, std::move(references)});
  const std::vector<Sentences> documents = split(scoring.documents, tokenizer);
  std::optional<Sentences> training;
  if (scoring.training) training = split(*scoring.training, tokenizer);
  std::vector<SystemScores> result;
  for (const System& system : set.systems) {
    for (std::size_t i = 0; i < candidates.size(); ++i)
      candidates[i].hypothesis = tokenizer.split(system.captions[i]);
    SystemScores scores{.name = system.name, .sums = score(candidates, scoring.meteor, documents)};
    const metrics::SummedScores& sums = scores.sums;
    scores.scores = named(sums.names, sums.corpus());
    scores.intervals = named(sums.names, metrics::bootstrap_intervals(sums));
    if (!result.empty())
      scores.p_values = named(sums.names, metrics::paired_p_values(result.front().sums, sums));
    if (system.perplexity) scores.scores["perplexity"] = *system.perplexity;
    describe(candidates, training, scores);
    result.push_back(std::move(scores));
  }
  return result;
}

std::vector<std::string> short_names(const std::vector<SystemScores>& systems) {
  std::vector<std::string> names, whole;
  for (const SystemScores& system : systems) {
    whole.push_back(system.name);
    names.push_back(std::filesystem::path(system.name).filename().string());
  }
  return std::set(names.begin(), names.end()).size() == names.size() ? names : whole;
}

Rows score_table_rows(const std::vector<SystemScores>& systems) {
  Rows rows{{""}};
  for (const auto& row : score_rows(systems.front().scores)) rows.push_back({row.front()});
  for (const auto& row : caption_rows(systems.front())) rows.push_back({row.front()});
  const std::vector<std::string> names = short_names(systems);
  for (const SystemScores& system : systems) {
    const auto number = static_cast<std::size_t>(&system - systems.data());
    const bool later = number > 0;
    for (const char* head : {names[number].c_str(), "95 % interval"}) rows.front().push_back(head);
    if (later) rows.front().push_back("p");
    std::size_t next = 1;
    for (const auto& score : score_rows(system.scores)) {
      auto& row = rows[next++];
      row.insert(row.end(), {score.back(), interval_cell(system, row.front())});
      if (later) row.push_back(p_cell(system, row.front()));
    }
    for (const auto& caption : caption_rows(system)) {
      auto& row = rows[next++];
      row.insert(row.end(), {caption.back(), ""});
      if (later) row.emplace_back();
    }
  }
  return rows;
}

std::string scores_table(const std::vector<SystemScores>& systems, std::size_t photos) {
  Rows rows = score_table_rows(systems);
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
