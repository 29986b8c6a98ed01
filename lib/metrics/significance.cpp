#include "limn/metrics/significance.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "kernels/tasks.h"
#include "limn/core/generator.h"

namespace limn::metrics {
namespace {

constexpr double kRounding = 1e-12;  // between two orders of one sum of scores

void check(const SummedScores& scores, const ResamplingOptions& options, const char* op) {
  require(scores.width >= 1 && !scores.rows.empty() && scores.rows.size() % scores.width == 0,
          "{}: needs rows of width {}, at least one; got {} numbers", op, scores.width,
          scores.rows.size());
  require(options.resamples >= 1, "{}: resamples must be at least 1; got {}", op,
          options.resamples);
  require(options.confidence > 0 && options.confidence < 1,
          "{}: confidence must be in (0, 1); got {}", op, options.confidence);
}

void add_row(const double* row, std::vector<double>& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += row[i];
}

// One call of body(resample, generator) for each, in parallel; its draws depend on its number only.
template <class Body>
void for_each_resample(const ResamplingOptions& options, Body body) {
  const Generator root(options.seed);
  kernels::for_each_task(options.resamples, true, [&](std::int64_t resample) {
    body(resample, root.fork(static_cast<std::uint64_t>(resample)));
  });
}

std::vector<double> drawn_values(const SummedScores& scores, Generator generator) {
  const auto images = static_cast<std::uint64_t>(scores.images());
  std::vector<double> sums(scores.width, 0.0);
  for (std::uint64_t i = 0; i < images; ++i) {
    const std::uint64_t drawn = generator.bits() * images >> 32;
    add_row(scores.rows.data() + drawn * scores.width, sums);
  }
  return scores.values(sums);
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

// |a' − b'| of every metric after exchanging, at random, the outputs of images.
std::vector<double> exchanged_differences(const SummedScores& a, const SummedScores& b,
                                          Generator generator) {
  std::vector<double> a_sums(a.width, 0.0);
  std::vector<double> b_sums(a.width, 0.0);
  std::uint32_t coins = 0;
  for (std::size_t i = 0; i < a.images(); ++i, coins >>= 1) {
    if (i % 32 == 0) coins = generator.bits();
    const double* rows[] = {a.rows.data() + i * a.width, b.rows.data() + i * a.width};
    add_row(rows[coins & 1], a_sums);
    add_row(rows[~coins & 1], b_sums);
  }
  std::vector<double> differences = a.values(a_sums);
  const std::vector<double> others = b.values(b_sums);
  for (std::size_t metric = 0; metric < differences.size(); ++metric)
    differences[metric] = std::abs(differences[metric] - others[metric]);
  return differences;
}

}  // namespace

std::vector<Interval> bootstrap_intervals(const SummedScores& scores,
                                          const ResamplingOptions& options) {
  check(scores, options, "bootstrap_intervals");
  std::vector<std::vector<double>> drawn(static_cast<std::size_t>(options.resamples));
  for_each_resample(options, [&](std::int64_t resample, const Generator& generator) {
    drawn[static_cast<std::size_t>(resample)] = drawn_values(scores, generator);
  });
  std::vector<Interval> intervals;
  for (std::size_t metric = 0; metric < drawn.front().size(); ++metric) {
    std::vector<double> sorted;
    for (const auto& values : drawn) sorted.push_back(values[metric]);
    std::sort(sorted.begin(), sorted.end());
    intervals.push_back({quantile(sorted, (1 - options.confidence) / 2),
                         quantile(sorted, (1 + options.confidence) / 2)});
  }
  return intervals;
}

std::vector<double> paired_p_values(const SummedScores& a, const SummedScores& b,
                                    const ResamplingOptions& options) {
  check(a, options, "paired_p_values");
  check(b, options, "paired_p_values");
  require(a.images() == b.images() && a.width == b.width && a.names == b.names,
          "paired_p_values: needs the same images and metrics; got {} and {} images, {} and {} "
          "metrics",
          a.images(), b.images(), a.names.size(), b.names.size());
  std::vector<std::vector<double>> differences(static_cast<std::size_t>(options.resamples));
  for_each_resample(options, [&](std::int64_t resample, const Generator& generator) {
    differences[static_cast<std::size_t>(resample)] = exchanged_differences(a, b, generator);
  });
  const std::vector<double> a_values = a.corpus();
  const std::vector<double> b_values = b.corpus();
  std::vector<double> p_values;
  for (std::size_t metric = 0; metric < a_values.size(); ++metric) {
    const double observed = std::abs(a_values[metric] - b_values[metric]);
    const auto as_large = std::count_if(
        differences.begin(), differences.end(),
        [&](const auto& difference) { return difference[metric] >= observed - kRounding; });
    p_values.push_back(static_cast<double>(1 + as_large) /
                       static_cast<double>(1 + options.resamples));
  }
  return p_values;
}

}  // namespace limn::metrics
