// What systems say of the same photos, and how they score.
#pragma once

#include <map>
#include <memory>
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
  std::vector<std::string> photos = {};  ///< file names, or ids
  std::vector<std::vector<std::string>> references = {};
  std::vector<System> systems = {};
};

struct SystemScores {
  std::string name;
  metrics::SummedScores sums = {};  ///< of each photo too
  std::map<std::string, double> scores = {};
  std::map<std::string, metrics::Interval> intervals = {};
  std::map<std::string, double> p_values = {};  ///< against the first system
  metrics::CaptionStatistics captions = {};
  std::optional<std::int64_t> novel = {};  ///< captions that training has not
};

/// What captions are scored with besides their references.
struct Scoring {
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::optional<metrics::Meteor> meteor = {};  ///< none: METEOR is left out
  /// Captions of the photos that give CIDEr-D's document frequencies; none: the references.
  std::vector<std::vector<std::string>> documents = {};
  std::optional<std::vector<std::string>> training = {};  ///< captions
};

std::vector<SystemScores> score_systems(const SystemSet& set, const Scoring& scoring);

/// File names of the systems, without their folders where that tells them apart.
std::vector<std::string> short_names(const std::vector<SystemScores>& systems);
/// Rows of the scores, the first the head; columns for each system.
Rows score_table_rows(const std::vector<SystemScores>& systems);
/// The same as text, and the number of photos.
std::string scores_table(const std::vector<SystemScores>& systems, std::size_t photos);
/// {"scores", "intervals", "distinct", "distinct_share", "captions", "photos"} of one system; of
/// several {"photos", "systems"} with such an object for each, "name" and, but for the first,
/// "p_values" in it.
ordered_json scores_json(const std::vector<SystemScores>& systems, std::size_t photos);

}  // namespace limn::cli
