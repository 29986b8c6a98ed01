#include "limn/decode/sample_distinct.h"

#include <functional>
#include <map>
#include <set>

#include "decode/hypotheses.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/naive_search.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::DistinctOptions;
using decode::Hypothesis;
using test::require_same;
using test::ToyDecoder;
using test::Words;

namespace {

std::vector<std::vector<Hypothesis>> draw(const decode::StepDecoder& decoder, std::int64_t images,
                                          const DistinctOptions& options, std::uint64_t seed = 1) {
  Generator generator(seed);
  return decode::sample_distinct(decoder, ToyDecoder::images(images), generator, options);
}

/// The words, and the end if it was drawn.
Words whole(const Hypothesis& caption, const decode::StepDecoder& decoder) {
  Words words = caption.words;
  if (caption.finished) words.push_back(decoder.end());
  return words;
}

/// The probability of every caption under the options.
std::map<Words, double> all_drawn(const ToyDecoder& decoder, const DistinctOptions& options) {
  decode::SearchOptions rules{.max_length = options.max_length,
                              .min_length = options.min_length,
                              .forbidden = options.forbidden,
                              .at_limit = decode::AtLimit::keep,
                              .rules = options.rules};
  std::map<Words, double> captions;
  const std::function<void(const Words&, double)> add = [&](const Words& words, double before) {
    auto p = test::allowed_log_probabilities(decoder, ToyDecoder::images(1), words, rules);
    double total = 0;
    for (double& value : p) total += value = std::exp(value / options.temperature);
    for (std::size_t v = 0; v < p.size(); ++v) {
      if (p[v] == 0) continue;
      Words longer = words;
      longer.push_back(static_cast<std::int32_t>(v));
      const double probability = before * p[v] / total;
      if (longer.back() == decoder.end() || std::ssize(longer) == options.max_length) {
        captions[longer] = probability;
      } else {
        add(longer, probability);
      }
    }
  };
  add({}, 1);
  return captions;
}

/// Counts the first two captions of many draws against p(a) · p(b) / (1 − p(a)).
void require_without_replacement(const test::ToyOptions& toy, DistinctOptions options) {
  const ToyDecoder decoder(toy);
  const auto captions = all_drawn(decoder, options);
  constexpr int draws = 20000;
  std::map<std::pair<Words, Words>, double> counts;
  Generator generator(toy.seed);
  for (int i = 0; i < draws; ++i) {
    const auto found =
        decode::sample_distinct(decoder, ToyDecoder::images(1), generator, options).at(0);
    ++counts[{whole(found.at(0), decoder), whole(found.at(1), decoder)}];
  }
  double chi_square = 0, freedom = -1, rare = 0, rare_count = 0;
  const auto add = [&](double count, double mean) {
    chi_square += (count - mean) * (count - mean) / mean;
    ++freedom;
  };
  for (const auto& [a, pa] : captions) {
    for (const auto& [b, pb] : captions) {
      if (a == b) continue;
      const double mean = draws * pa * pb / (1 - pa), count = counts[{a, b}];
      if (mean >= 10) {
        add(count, mean);
      } else {
        rare += mean;
        rare_count += count;
      }
    }
  }
  if (rare >= 10) add(rare_count, rare);
  INFO("chi-square " << chi_square << " of " << freedom << " degrees of freedom");
  REQUIRE(freedom >= 5);
  REQUIRE(chi_square < freedom + 3.5 * std::sqrt(2 * freedom));
}

}  // namespace

TEST_CASE("distinct captions come as often as without replacement") {
  require_without_replacement({.words = 3, .seed = 1}, {.samples = 2, .max_length = 2});
  require_without_replacement({.words = 3, .seed = 2, .sharpness = 2, .end = 1},
                              {.samples = 3, .temperature = 1.7, .max_length = 3});
  require_without_replacement({.words = 5, .seed = 3, .dtype = DType::float32},
                              {.samples = 2, .max_length = 2, .min_length = 1, .forbidden = {3}});
  require_without_replacement(
      {.words = 4, .seed = 4},
      {.samples = 2, .max_length = 3, .rules = {.no_repeat = 1, .bad_endings = {2}}});
}

TEST_CASE("as many samples as there are captions are all of them") {
  const ToyDecoder decoder({.words = 4, .seed = 6, .impossible = 0.2});
  const DistinctOptions options{.samples = 1000, .max_length = 3};
  const auto captions = all_drawn(decoder, options);
  const auto found = draw(decoder, 1, options).at(0);
  std::set<Words> different;
  for (const Hypothesis& caption : found) different.insert(whole(caption, decoder));
  REQUIRE(found.size() == captions.size());
  REQUIRE(different.size() == captions.size());
  for (const auto& [words, probability] : captions) REQUIRE(different.contains(words));
}

TEST_CASE("distinct captions fall in score, with the model's own log-probabilities") {
  const ToyDecoder decoder({.words = 9, .seed = 2});
  const auto found = draw(decoder, 3, {.samples = 6, .temperature = 2, .max_length = 5});
  for (std::size_t i = 1; i < 6; ++i) REQUIRE(found[0].at(i).score < found[0][i - 1].score);
  for (const Hypothesis& caption : found[0]) {
    Words said;
    for (std::size_t t = 0; t < caption.log_probabilities.size(); ++t) {
      const auto word = static_cast<std::size_t>(whole(caption, decoder)[t]);
      REQUIRE(caption.log_probabilities[t] ==
              test::next_log_probabilities(decoder, ToyDecoder::images(1), said)[word]);
      said.push_back(static_cast<std::int32_t>(word));
    }
  }
}

TEST_CASE("what is drawn for an image depends neither on its batch nor on threads") {
  const ToyDecoder decoder({.words = 8, .seed = 5});
  const DistinctOptions options{.samples = 4, .max_length = 6};
  const auto together = draw(decoder, 3, options);
  Generator generator(1);
  for (std::size_t image = 0; image < 3; ++image) {
    const auto alone = ToyDecoder::images(1, static_cast<float>(image + 1));
    require_same(decode::sample_distinct(decoder, alone, generator, options).at(0),
                 together[image]);
  }
  REQUIRE(draw(decoder, 0, options).empty());
  REQUIRE(draw(decoder, 3, options, 2)[0][0].score != together[0][0].score);
}

TEST_CASE("options of distinct captions out of range are named, and NaN is refused") {
  const auto refuse = [](const DistinctOptions& options, const std::string& text) {
    REQUIRE_THROWS_TEXT(draw(ToyDecoder(test::ToyOptions{}), 1, options), InvalidArgument, text);
  };
  refuse({.samples = 0}, "sample_distinct: samples must be at least 1; got 0");
  refuse({.temperature = 0}, "sample_distinct: temperature must be above 0 and finite; got 0");
  refuse({.max_length = 0}, "search: max_length must be at least 1; got 0");
  Tensor scores = Tensor::full(Shape{1, 4}, -1);
  scores.data<float>()[2] = std::numeric_limits<float>::quiet_NaN();
  REQUIRE_THROWS_TEXT(draw(test::FixedDecoder(scores), 1, {}), NumericalError,
                      "search: the score of word 2 after 0 words is NaN (row 0); do the weights or "
                      "the features hold NaN or infinity?");
}
