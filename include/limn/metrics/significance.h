// How sure a score is, and whether two systems differ.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "limn/metrics/meteor.h"
#include "limn/metrics/scores.h"

namespace limn::metrics {

/// Metrics of one system over a set of images, as functions of sums over images: so they can be
/// had of any other set drawn from these images.
struct SummedScores {
  std::vector<std::string> names;  ///< of the metrics
  std::size_t width = 0;           ///< numbers that are summed, at least one
  std::vector<double> rows;        ///< [images, width], row by row
  /// Of the sums over some images [width], the value of each metric.
  std::function<std::vector<double>(std::span<const double>)> values;

  std::size_t images() const { return rows.size() / width; }
  /// Those of the images themselves.
  std::vector<double> corpus() const;
  /// Those of image i alone, in [0, images()).
  std::vector<double> image(std::size_t i) const;
};

/// BLEU-1 … BLEU-4, METEOR unless `meteor` is empty, ROUGE-L and CIDEr-D, so called. BLEU and
/// METEOR come from their summed statistics, the others are means. CIDEr-D keeps the document
/// frequencies of the whole set, as the reward of a training does: a resample is of images, not of
/// what is known about words. Throws InvalidArgument when `meteor` is of another number of images.
SummedScores summed(const Scores& scores, const std::vector<MeteorStatistics>& meteor = {});

/// A range of a score.
struct Interval {
  double low = 0;
  double high = 0;
};

struct ResamplingOptions {
  std::int64_t resamples = 1000;  ///< at least 1
  double confidence = 0.95;       ///< of intervals, in (0, 1)
  std::uint64_t seed = 1;
};

/// Percentile bootstrap interval of each metric: Efron and Tibshirani, "An Introduction to the
/// Bootstrap", 1993, section 13.3, and for BLEU Koehn, "Statistical Significance Tests for Machine
/// Translation Evaluation", EMNLP 2004, section 3. Each resample draws as many images as there are,
/// with replacement; the interval reaches from the (1 − c)/2 to the (1 + c)/2 quantile of its
/// values, between two of them by linear interpolation. The same seed gives the same interval on
/// any number of threads. Throws InvalidArgument for options out of range and for no images.
std::vector<Interval> bootstrap_intervals(const SummedScores& scores,
                                          const ResamplingOptions& options = {});

/// p-value of each metric for the hypothesis that `a` and `b` score alike, two-sided, by
/// approximate randomisation over pairs: Riezler and Maxwell, "On Some Pitfalls in Automatic
/// Evaluation and Significance Testing for MT", 2005, section 4,
///
///   p = (1 + #{|a' − b'| >= |a − b|}) / (1 + resamples)
///
/// where a' and b' are the scores after the two outputs of each image were exchanged or not, with
/// probability ½. Identical systems have p = 1; the least p is 1 / (1 + resamples). Row i of both
/// is of the same image. Deterministic like the intervals. Throws InvalidArgument unless both have
/// the same images and metrics, and for options out of range.
std::vector<double> paired_p_values(const SummedScores& a, const SummedScores& b,
                                    const ResamplingOptions& options = {});

}  // namespace limn::metrics
