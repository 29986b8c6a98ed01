// What systems say of the same photos, and how they score.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "limn/metrics/diversity.h"
#include "limn/metrics/meteor.h"
#include "limn/metrics/significance.h"
#include "limn/text/tokenizer.h"

namespace limn::cli {

/// Captions of a result file or of a model; caption i is of photo i.
struct System {
  std::string name;
  std::vector<std::string> captions = {};
  std::optional<double> perplexity = {};
};

/// Photos by what people said of them, and systems that all caption them.
struct SystemSet {
  std::vector<std::vector<std::string>> references = {};
  std::vector<System> systems = {};
};

struct SystemScores {
  std::string name;
  std::map<std::string, double> scores = {};
  std::map<std::string, metrics::Interval> intervals = {};
  std::map<std::string, double> p_values = {};  ///< against the first system
  metrics::CaptionStatistics captions = {};
};

/// METEOR is left out without `meteor`.
std::vector<SystemScores> score_systems(const SystemSet& set, const text::Tokenizer& tokenizer,
                                        const std::optional<metrics::Meteor>& meteor);

/// A table of the scores, a column for each system.
std::string scores_table(const std::vector<SystemScores>& systems, std::size_t photos);
/// {"scores", "intervals", "distinct", "captions", "photos"} of one system; of several {"photos",
/// "systems"} with such an object for each, "name" and, but for the first, "p_values" in it.
ordered_json scores_json(const std::vector<SystemScores>& systems, std::size_t photos);

}  // namespace limn::cli
