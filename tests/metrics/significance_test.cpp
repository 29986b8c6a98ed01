#include "limn/metrics/significance.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/core/threads.h"
#include "metrics/captions.h"
#include "support/catch.h"

using namespace limn;
using metrics::Interval;
using metrics::SummedScores;

namespace {

SummedScores mean_of(const std::vector<double>& images) {
  SummedScores scores{.names = {"mean"}, .width = 2, .rows = {}, .values = {}};
  for (const double image : images) scores.rows.insert(scores.rows.end(), {1, image});
  scores.values = [](std::span<const double> sums) { return std::vector{sums[1] / sums[0]}; };
  return scores;
}

std::vector<double> normal_scores(std::int64_t count, std::uint64_t seed, double mean = 0) {
  Generator generator(seed);
  std::vector<double> scores;
  for (std::int64_t i = 0; i < count; ++i) scores.push_back(mean + generator.normal());
  return scores;
}

// Pairs that METEOR would count: two matched words of three, in one chunk or two; whole ones.
std::vector<metrics::MeteorStatistics> meteor_of_toy_set() {
  metrics::MeteorStatistics partly;
  partly.hypothesis_words = partly.reference_words = 3;
  partly.matched[0] = {2, 2, 0, 0};
  partly.chunks = partly.hypothesis_matched = partly.reference_matched = 2;
  metrics::MeteorStatistics whole = partly;
  whole.matched[0] = {3, 3, 0, 0};
  whole.hypothesis_matched = whole.reference_matched = 3;
  whole.chunks = 1;
  return {partly, whole, partly};
}

}  // namespace

TEST_CASE("summed scores of the images are the corpus scores") {
  const metrics::Scores scores = metrics::score(test::toy_set());
  const auto meteor = meteor_of_toy_set();
  const SummedScores sums = metrics::summed(scores, meteor);
  REQUIRE(sums.images() == 3);
  REQUIRE(sums.names == std::vector<std::string>{"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR",
                                                 "ROUGE-L", "CIDEr-D"});
  const auto corpus = sums.corpus();
  for (std::size_t n = 0; n < 4; ++n) CHECK(corpus[n] == scores.bleu[n].corpus);
  CHECK(corpus[4] == metrics::meteor_score(meteor).corpus);
  CHECK(corpus[5] == Approx(scores.rouge_l.corpus));
  CHECK(corpus[6] == Approx(scores.cider_d.corpus));
  CHECK(metrics::summed(scores).corpus().size() == 6);
}

TEST_CASE("METEOR's statistics come back from their numbers") {
  std::array<std::int64_t, 23> numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i) + 1;
  REQUIRE(metrics::MeteorStatistics::of_numbers(numbers).numbers() == numbers);
}

TEST_CASE("the interval of a mean is that of the normal distribution") {
  const auto images = normal_scores(2000, 3, 5);
  const auto scores = mean_of(images);
  const double mean = scores.corpus()[0];
  double square = 0;
  for (const double image : images) square += (image - mean) * (image - mean);
  const double error = std::sqrt(square) / static_cast<double>(images.size());
  const Interval interval = metrics::bootstrap_intervals(scores, {.resamples = 4000})[0];
  CHECK(interval.low == Approx(mean - 1.96 * error).margin(0.12 * error));
  CHECK(interval.high == Approx(mean + 1.96 * error).margin(0.12 * error));
}

TEST_CASE("two images give the three means of their resamples") {
  // {0, 0}, {0, 1} twice, {1, 1}: a quarter, a half and a quarter of the resamples.
  const auto scores = mean_of({0, 1});
  const auto at = [&](double confidence) {
    return metrics::bootstrap_intervals(scores, {.confidence = confidence})[0];
  };
  CHECK(at(0.95).low == 0);
  CHECK(at(0.95).high == 1);
  CHECK(at(0.3).low == 0.5);
  CHECK(at(0.3).high == 0.5);
}

TEST_CASE("images that all score alike leave no doubt") {
  const Interval interval = metrics::bootstrap_intervals(mean_of({0.5, 0.5, 0.5}))[0];
  CHECK(interval.low == 0.5);
  CHECK(interval.high == 0.5);
}

TEST_CASE("intervals hold the value and widen with confidence") {
  const auto scores = metrics::summed(metrics::score(test::toy_set()), meteor_of_toy_set());
  const auto corpus = scores.corpus();
  const auto wide = metrics::bootstrap_intervals(scores, {.confidence = 0.99});
  const auto narrow = metrics::bootstrap_intervals(scores, {.confidence = 0.5});
  REQUIRE(wide.size() == corpus.size());
  for (std::size_t metric = 0; metric < corpus.size(); ++metric) {
    INFO(scores.names[metric]);
    CHECK(wide[metric].low <= corpus[metric]);
    CHECK(corpus[metric] <= wide[metric].high);
    CHECK(wide[metric].low <= narrow[metric].low);
    CHECK(narrow[metric].high <= wide[metric].high);
  }
}

TEST_CASE("the seed decides, the number of threads does not") {
  const auto a = mean_of(normal_scores(100, 1));
  const auto b = mean_of(normal_scores(100, 2));
  const auto numbers = [&](std::uint64_t seed) {
    const Interval interval = metrics::bootstrap_intervals(a, {.seed = seed})[0];
    return std::vector{interval.low, interval.high,
                       metrics::paired_p_values(a, b, {.seed = seed})[0]};
  };
  const auto first = numbers(1);
  CHECK(numbers(2) != first);
  const int threads = thread_count();
  set_thread_count(threads == 1 ? 2 : 1);
  CHECK(numbers(1) == first);
  set_thread_count(threads);
}

TEST_CASE("identical systems have p = 1") {
  const auto scores = metrics::summed(metrics::score(test::toy_set()));
  for (const double p : metrics::paired_p_values(scores, scores)) CHECK(p == 1);
}

TEST_CASE("p of three images is the share of exchanges as extreme") {
  // Differences 1, 2 and 3: of eight signs only +++ and −−− reach |6|.
  const auto a = mean_of({1, 2, 3});
  const auto b = mean_of({0, 0, 0});
  const double p = metrics::paired_p_values(a, b, {.resamples = 20000})[0];
  CHECK(p == Approx(2.0 / 8).margin(0.01));
  CHECK(metrics::paired_p_values(b, a, {.resamples = 20000})[0] == p);
}

TEST_CASE("p tells a difference from noise") {
  const auto noise = normal_scores(300, 1);
  auto better = noise;
  for (double& image : better) image += 0.1;
  CHECK(metrics::paired_p_values(mean_of(noise), mean_of(better))[0] == Approx(1.0 / 1001));
  CHECK(metrics::paired_p_values(mean_of(noise), mean_of(normal_scores(300, 2)))[0] > 0.05);
}

TEST_CASE("what the values of a resample throw is thrown, not lost in a thread") {
  const auto scores = mean_of({0, 1});
  auto failing = scores;
  failing.values = [](std::span<const double> sums) -> std::vector<double> {
    throw Error("no value of " + std::to_string(sums.size()) + " sums");
  };
  REQUIRE_THROWS_TEXT(metrics::bootstrap_intervals(failing), Error, "no value of 2 sums");
  REQUIRE_THROWS_TEXT(metrics::paired_p_values(scores, failing), Error, "no value of 2 sums");
}

TEST_CASE("resampling says what does not fit") {
  const auto scores = mean_of({0, 1});
  REQUIRE_THROWS_TEXT(metrics::bootstrap_intervals(scores, {.resamples = 0}), InvalidArgument,
                      "bootstrap_intervals: resamples must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(metrics::bootstrap_intervals(scores, {.confidence = 1}), InvalidArgument,
                      "bootstrap_intervals: confidence must be in (0, 1); got 1");
  REQUIRE_THROWS_TEXT(metrics::bootstrap_intervals(mean_of({})), InvalidArgument,
                      "bootstrap_intervals: needs rows of width 2, at least one; got 0 numbers");
  REQUIRE_THROWS_TEXT(
      metrics::paired_p_values(scores, mean_of({0, 1, 2})), InvalidArgument,
      "paired_p_values: needs the same images and metrics; got 2 and 3 images, 1 and 1 metrics");
  REQUIRE_THROWS_TEXT(metrics::summed(metrics::score(test::toy_set()), {{}}), InvalidArgument,
                      "summed: METEOR must be of the same 3 images; it is of 1");
}
