// METEOR 1.5 for English, with its own data.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limn/metrics/scores.h"

namespace limn::metrics {

/// What METEOR counts of a hypothesis and a reference, or of many such pairs.
struct MeteorStatistics {
  /// Words of the matches of one module.
  struct Matched {
    std::int64_t hypothesis_content = 0, reference_content = 0;
    std::int64_t hypothesis_function = 0, reference_function = 0;
  };

  std::int64_t hypothesis_words = 0, reference_words = 0;
  std::int64_t hypothesis_function_words = 0, reference_function_words = 0;
  std::array<Matched, 4> matched;  ///< by equal words, stems, synonyms, paraphrases
  std::int64_t chunks = 0;
  std::int64_t hypothesis_matched = 0, reference_matched = 0;

  /// The same in the order in which the official program prints them.
  std::array<std::int64_t, 23> numbers() const;
  /// The inverse of numbers().
  static MeteorStatistics of_numbers(const std::array<std::int64_t, 23>& numbers);
  /// Every word of both sides is matched, in one chunk.
  bool is_whole() const;
  /// Adds those of another pair, without its chunk if that is whole.
  void add(const MeteorStatistics& pair);
  /// METEOR in [0, 1], by the equations of `Meteor`.
  double score() const;
};

/// Of a set of images, from the statistics of each. 0 for none.
Score meteor_score(const std::vector<MeteorStatistics>& images);

/// Where METEOR's data are: `named`; if that is empty, what the environment variable
/// LIMN_METEOR_DATA says; else the user's own file limn/meteor-en.bin in $XDG_DATA_HOME or
/// ~/.local/share, if there is one. Nothing: METEOR cannot be had until data_scripts/meteor_data.py
/// has made the file.
std::optional<std::filesystem::path> find_meteor_data(const std::filesystem::path& named = {});

/// METEOR 1.5 in [0, 1] as the COCO evaluation uses it (English, `-norm`, the parameters of
/// "rank"): Denkowski and Lavie, "Meteor Universal: Language Specific Translation Evaluation for
/// Any Target Language", WMT 2014, section 2; before it Banerjee and Lavie, "METEOR: An Automatic
/// Metric for MT Evaluation with Improved Correlation with Human Judgments", 2005. For a hypothesis
/// h and a reference r, aligned word by word,
///
///   P = Σ_i w_i (δ m_i(h_c) + (1−δ) m_i(h_f)) / (δ |h_c| + (1−δ) |h_f|),  R the same of r
///
///   F = P R / (α P + (1−α) R)
///
///   METEOR = F (1 − γ (chunks / m)^β),  α = 0.85, β = 0.2, γ = 0.6, δ = 0.75
///
/// m_i(h_c) and m_i(h_f) are the content and function words of h that module i matched; w_i is 1
/// for equal words, 0.6 for equal stems, 0.8 for a synset of WordNet in common, 0.6 for
/// paraphrases; m is the mean of the words matched of h and of r; chunks are runs of matches that
/// are adjacent and in the same order in both. Of several references the best counts, of equals the
/// first. The corpus value comes from the sums over images, it is not a mean.
///
/// Beyond the papers, as the official program does it: a pair whose words are all matched in one
/// chunk has no penalty and adds no chunk to a corpus; a score that is 0/0 is 0; the alignment is
/// not the best one, but what its search finds, with weights that are rounded down and distances
/// charged to another state (lib/metrics/meteor_alignment.h); the list of function words is its
/// own, punctuation included. Statistics are equal to the official program's, scores to 1e-12.
///
/// Words are joined by a blank and split anew, see `Candidate`: hyphenated words become several.
class Meteor {
 public:
  /// `data`: made by data_scripts/meteor_data.py from the user's copy of METEOR; it is mapped, and
  /// must not change meanwhile. Throws IoError for one that is missing, of another kind or damaged.
  explicit Meteor(const std::filesystem::path& data);
  Meteor(Meteor&& other) noexcept;
  Meteor& operator=(Meteor&& other) noexcept;
  ~Meteor();

  /// Of one image, against its best reference. Safe to call from several threads at once. Throws
  /// InvalidArgument for no references and for a word that is not UTF-8.
  MeteorStatistics statistics(const Candidate& candidate) const;
  /// Of each image of a set, on thread_count() threads. Throws InvalidArgument for an empty list,
  /// for a candidate without references, naming its index, and for a word that is not UTF-8.
  std::vector<MeteorStatistics> statistics(const std::vector<Candidate>& candidates) const;
  /// Of a set, likewise.
  Score score(const std::vector<Candidate>& candidates) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace limn::metrics
