#include <algorithm>

#include "core/check.h"
#include "limn/metrics/significance.h"

namespace limn::metrics {
namespace {

// Columns: the number of images, ROUGE-L, CIDEr-D, what BLEU counts, what METEOR counts.
constexpr std::size_t kBleu = 3;
constexpr std::size_t kMeteor = kBleu + 10;
constexpr std::size_t kMeteorNumbers = std::tuple_size_v<decltype(MeteorStatistics().numbers())>;

template <class Number>
std::int64_t whole(Number number) {
  return static_cast<std::int64_t>(number);
}

void append(std::vector<double>& row, std::int64_t number) {
  row.push_back(static_cast<double>(number));
}

void append(std::vector<double>& row, const BleuStatistics& image) {
  for (const std::int64_t number : image.correct) append(row, number);
  for (const std::int64_t number : image.possible) append(row, number);
  append(row, image.length);
  append(row, image.reference_length);
}

// As it enters a sum: a whole pair without its chunk.
void append(std::vector<double>& row, const MeteorStatistics& image) {
  MeteorStatistics sum;
  sum.add(image);
  for (const std::int64_t number : sum.numbers()) append(row, number);
}

BleuStatistics bleu_of(std::span<const double> sums) {
  BleuStatistics total;
  for (std::size_t n = 0; n < 4; ++n) {
    total.correct[n] = whole(sums[n]);
    total.possible[n] = whole(sums[4 + n]);
  }
  total.length = whole(sums[8]);
  total.reference_length = whole(sums[9]);
  return total;
}

MeteorStatistics meteor_of(std::span<const double> sums) {
  std::array<std::int64_t, kMeteorNumbers> numbers;
  std::transform(sums.begin(), sums.end(), numbers.begin(), whole<double>);
  return MeteorStatistics::of_numbers(numbers);
}

std::vector<double> values_of(std::span<const double> sums) {
  const auto bleu = bleu_of(sums.subspan(kBleu, kMeteor - kBleu)).scores();
  std::vector<double> values(bleu.begin(), bleu.end());
  if (sums.size() > kMeteor) values.push_back(meteor_of(sums.subspan(kMeteor)).score());
  for (const std::size_t mean : {1, 2}) values.push_back(sums[mean] / sums[0]);
  return values;
}

}  // namespace

std::vector<double> SummedScores::corpus() const {
  std::vector<double> sums(width, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % width] += rows[i];
  return values(sums);
}

std::vector<double> SummedScores::image(std::size_t i) const {
  require(i < images(), "SummedScores: image must be in [0, {}); got {}", images(), i);
  return values(std::span(rows).subspan(i * width, width));
}

SummedScores summed(const Scores& scores, const std::vector<MeteorStatistics>& meteor) {
  const std::size_t images = scores.bleu_statistics.size();
  require(meteor.empty() || meteor.size() == images,
          "summed: METEOR must be of the same {} images; it is of {}", images, meteor.size());
  SummedScores result{.names = {"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"},
                      .width = kMeteor + (meteor.empty() ? 0 : kMeteorNumbers),
                      .rows = {},
                      .values = values_of};
  if (!meteor.empty()) result.names.push_back("METEOR");
  for (const char* name : {"ROUGE-L", "CIDEr-D"}) result.names.push_back(name);
  result.rows.reserve(images * result.width);
  for (std::size_t i = 0; i < images; ++i) {
    append(result.rows, 1);
    result.rows.push_back(scores.rouge_l.images[i]);
    result.rows.push_back(scores.cider_d.images[i]);
    append(result.rows, scores.bleu_statistics[i]);
    if (!meteor.empty()) append(result.rows, meteor[i]);
  }
  return result;
}

}  // namespace limn::metrics
