#include "limn/decode/sample.h"

#include <map>
#include <numeric>
#include <set>

#include "decode/hypotheses.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "limn/decode/search.h"
#include "support/naive_search.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::Hypothesis;
using decode::SampleOptions;
using test::FixedDecoder;
using test::require_same;
using test::ToyDecoder;
using Samples = std::vector<std::vector<Hypothesis>>;
using Words = std::vector<std::int32_t>;

namespace {

Samples sample(const decode::StepDecoder& decoder, const nn::Features& images,
               const SampleOptions& options, std::uint64_t seed = 1) {
  Generator generator(seed);
  return decode::sample(decoder, images, generator, options);
}

/// What the next word is drawn from, the slow and plain way.
std::vector<double> next_probabilities(const ToyDecoder& decoder, const nn::Features& image,
                                       const Words& words, const SampleOptions& options) {
  decode::SearchOptions rules;
  rules.forbidden = options.forbidden;
  rules.min_length = options.min_length;
  rules.max_length = options.max_length;
  rules.at_limit = decode::AtLimit::keep;
  rules.rules = options.rules;
  auto p = test::allowed_log_probabilities(decoder, image, words, rules);
  for (double& value : p) value = std::exp(value / options.temperature);
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] > p[b]; });
  if (options.top_k > 0)
    for (std::size_t i = static_cast<std::size_t>(options.top_k); i < order.size(); ++i)
      p[order[i]] = 0;
  const double total = std::accumulate(p.begin(), p.end(), 0.0);
  double mass = 0, kept = 0;
  for (const std::size_t word : order) {
    if (options.nucleus < 1 && mass >= options.nucleus * total) p[word] = 0;
    mass += p[word];
    kept += p[word];
  }
  for (double& value : p) value /= kept;
  return p;
}

/// The probability of every caption: its words, with the end if it ended.
void add_captions(const ToyDecoder& decoder, const nn::Features& image, const Words& words,
                  double probability, const SampleOptions& options,
                  std::map<Words, double>& captions) {
  const auto next = next_probabilities(decoder, image, words, options);
  for (std::size_t v = 0; v < next.size(); ++v) {
    if (next[v] == 0) continue;
    const auto word = static_cast<std::int32_t>(v);
    Words longer = words;
    longer.push_back(word);
    const double p = probability * next[v];
    if (word == decoder.end() || static_cast<std::int64_t>(longer.size()) == options.max_length) {
      captions[longer] += p;
    } else {
      add_captions(decoder, image, longer, p, options, captions);
    }
  }
}

/// Draws many captions and compares their frequencies with their probabilities.
void require_frequencies(const test::ToyOptions& model, SampleOptions options) {
  const ToyDecoder decoder(model);
  const nn::Features image = ToyDecoder::images(1);
  std::map<Words, double> expected;
  add_captions(decoder, image, {}, 1, options, expected);
  options.samples = 20000;
  std::map<Words, double> counts;
  const Samples found = sample(decoder, image, options, model.seed);
  for (const Hypothesis& hypothesis : found[0]) {
    Words words = hypothesis.words;
    if (hypothesis.finished) words.push_back(decoder.end());
    ++counts[words];
  }
  for (const auto& [words, count] : counts) REQUIRE(expected.contains(words));
  double chi_square = 0, freedom = -1, rare = 0, rare_count = 0;
  const auto add = [&](double count, double mean) {
    chi_square += (count - mean) * (count - mean) / mean;
    ++freedom;
  };
  for (const auto& [words, probability] : expected) {
    const double mean = probability * options.samples;
    if (mean >= 10) {
      add(counts[words], mean);
    } else {
      rare += mean;
      rare_count += counts[words];
    }
  }
  if (rare >= 10) add(rare_count, rare);
  INFO("chi-square " << chi_square << " of " << freedom << " degrees of freedom");
  REQUIRE(freedom >= 2);
  REQUIRE(chi_square < freedom + 3.5 * std::sqrt(2 * freedom));
}

}  // namespace

TEST_CASE("captions come as often as the model says") {
  require_frequencies({.words = 4, .seed = 1}, {.max_length = 3});
  require_frequencies({.words = 3, .seed = 2, .sharpness = 0, .dtype = DType::float32},
                      {.max_length = 4});
  require_frequencies({.words = 5, .seed = 3, .sharpness = 2, .impossible = 0.3, .end = 4},
                      {.max_length = 2});
}

TEST_CASE("temperature, truncation and rules give the frequencies that follow from them") {
  require_frequencies({.words = 4, .seed = 4}, {.temperature = 0.5, .max_length = 3});
  require_frequencies({.words = 4, .seed = 5}, {.temperature = 2, .max_length = 3});
  require_frequencies({.words = 6, .seed = 6}, {.top_k = 3, .max_length = 3});
  require_frequencies({.words = 6, .seed = 7}, {.nucleus = 0.7, .max_length = 3});
  require_frequencies({.words = 6, .seed = 8, .dtype = DType::float32},
                      {.temperature = 1.5, .top_k = 4, .nucleus = 0.8, .max_length = 3});
  require_frequencies({.words = 5, .seed = 9},
                      {.nucleus = 0.9, .max_length = 3, .min_length = 2, .forbidden = {3}});
}

TEST_CASE("one word to choose from is the greedy search") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const ToyDecoder decoder({.words = 6,
                              .seed = seed,
                              .impossible = seed % 2 * 0.3,
                              .dtype = seed % 3 == 0 ? DType::float32 : DType::float64});
    decode::SearchOptions search{.max_length = 5};
    search.at_limit = decode::AtLimit::keep;
    const auto greedy = decode::greedy(decoder, ToyDecoder::images(3), search);
    for (const SampleOptions& options :
         {SampleOptions{.samples = 2, .top_k = 1, .max_length = 5},
          SampleOptions{.samples = 2, .nucleus = 1e-9, .max_length = 5},
          SampleOptions{.samples = 2, .temperature = 1e-7, .max_length = 5}}) {
      const Samples found = sample(decoder, ToyDecoder::images(3), options, seed);
      for (std::size_t image = 0; image < 3; ++image)
        for (const Hypothesis& hypothesis : found[image]) require_same(hypothesis, greedy[image]);
    }
  }
}

TEST_CASE("log-probabilities are the model's own") {
  const ToyDecoder decoder({.words = 5});
  const nn::Features image = ToyDecoder::images(1);
  const auto found =
      sample(decoder, image,
             {.samples = 20, .temperature = 3, .top_k = 4, .nucleus = 0.9, .max_length = 6})[0];
  for (const Hypothesis& hypothesis : found) {
    Words said, all = hypothesis.words;
    if (hypothesis.finished) all.push_back(decoder.end());
    REQUIRE(hypothesis.log_probabilities.size() == all.size());
    double sum = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto p = test::next_log_probabilities(decoder, image, said);
      REQUIRE(hypothesis.log_probabilities[i] == p[static_cast<std::size_t>(all[i])]);
      sum += hypothesis.log_probabilities[i];
      said.push_back(all[i]);
    }
    REQUIRE(hypothesis.log_probability == sum);
    REQUIRE(hypothesis.score == sum);
  }
}

TEST_CASE("what an image gets does not depend on the batch it is in") {
  const ToyDecoder decoder({.words = 7});
  const SampleOptions options{.samples = 3, .nucleus = 0.95, .max_length = 8};
  const Samples together = sample(decoder, ToyDecoder::images(5), options);
  for (const std::int64_t batch : {1, 2, 3}) {
    Generator generator(1);
    Samples apart;
    for (std::int64_t first = 0; first < 5; first += batch) {
      const auto images =
          ToyDecoder::images(std::min(batch, 5 - first), static_cast<float>(first + 1));
      for (auto& image : decode::sample(decoder, images, generator, options))
        apart.push_back(std::move(image));
    }
    require_same(apart, together);
    REQUIRE(generator.state().counter == 15);
  }
}

TEST_CASE("samples are different, and others with another seed or later") {
  const ToyDecoder decoder({.words = 50, .sharpness = 0});
  const SampleOptions options{.samples = 10, .max_length = 10};
  std::set<Words> all;
  Generator generator(1);
  for (int call = 0; call < 2; ++call)
    for (const auto& image : decode::sample(decoder, ToyDecoder::images(2), generator, options))
      for (const Hypothesis& hypothesis : image)
        if (hypothesis.words.size() > 4) all.insert(hypothesis.words);
  REQUIRE(all.size() >= 30);
  for (const auto& image : sample(decoder, ToyDecoder::images(2), options, 2))
    for (const Hypothesis& hypothesis : image) REQUIRE_FALSE(all.contains(hypothesis.words));
}

TEST_CASE("the same seed gives the same samples on any number of threads") {
  const ToyDecoder decoder({.words = 3000, .sharpness = 3, .dtype = DType::float32, .end = 7});
  const SampleOptions options{.samples = 4, .nucleus = 0.9, .max_length = 4};
  const int threads = thread_count();
  set_thread_count(1);
  const Samples one = sample(decoder, ToyDecoder::images(3), options);
  set_thread_count(3);
  const Samples three = sample(decoder, ToyDecoder::images(3), options);
  set_thread_count(threads);
  require_same(three, one);
}

TEST_CASE("lengths and forbidden words are kept to") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ToyDecoder decoder(
        {.words = 5, .seed = seed, .end = static_cast<std::int32_t>(seed % 2)});
    const SampleOptions options{.samples = 10,
                                .top_k = static_cast<std::int64_t>(seed % 3),
                                .max_length = 1 + static_cast<std::int64_t>(seed % 5),
                                .min_length = static_cast<std::int64_t>(seed % 5) / 2,
                                .forbidden = {4, 2}};
    const Samples found = sample(decoder, ToyDecoder::images(1), options, seed);
    for (const Hypothesis& hypothesis : found[0]) {
      const auto length = static_cast<std::int64_t>(hypothesis.words.size());
      REQUIRE(length >= options.min_length);
      REQUIRE(length <= options.max_length);
      REQUIRE(hypothesis.finished == (length < options.max_length));
      for (const std::int32_t word : hypothesis.words) {
        REQUIRE(word != 2);
        REQUIRE(word != 4);
        REQUIRE(word != decoder.end());
      }
    }
  }
}

TEST_CASE("a caption that cannot go on is unfinished") {
  const ToyDecoder decoder({.words = 2});
  for (const std::int64_t top_k : {0, 1, 5}) {
    const auto found =
        sample(decoder, ToyDecoder::images(2), {.top_k = top_k, .min_length = 1, .forbidden = {1}});
    REQUIRE(found.size() == 2);
    for (const auto& image : found) {
      REQUIRE(image.size() == 1);
      REQUIRE(image[0].words.empty());
      REQUIRE_FALSE(image[0].finished);
      REQUIRE(image[0].log_probability == 0);
    }
  }
}

TEST_CASE("the first step is made once for an image, and none when all have ended") {
  const ToyDecoder once({.words = 5});
  (void)sample(once, ToyDecoder::images(3), {.samples = 6, .max_length = 1});
  REQUIRE(once.steps == 1);
  REQUIRE(once.rows_fed == 3);
  const ToyDecoder decoder({.words = 5});
  const auto found = sample(decoder, ToyDecoder::images(3), {.samples = 6, .max_length = 50});
  std::int64_t words = 0, longest = 0;
  for (const auto& image : found) {
    for (const Hypothesis& hypothesis : image) {
      words += static_cast<std::int64_t>(hypothesis.words.size());
      longest = std::max(longest, static_cast<std::int64_t>(hypothesis.log_probabilities.size()));
    }
  }
  REQUIRE(decoder.steps == longest);
  REQUIRE(decoder.rows_fed == 3 + words);
}

TEST_CASE("no images have no samples") {
  Generator generator(1);
  REQUIRE(decode::sample(ToyDecoder({}), ToyDecoder::images(0), generator).empty());
  REQUIRE(generator.state() == Generator::State{1, 0});
}

namespace {

void refuse(const SampleOptions& options, const std::string& text) {
  REQUIRE_THROWS_TEXT(sample(ToyDecoder({}), ToyDecoder::images(1), options), InvalidArgument,
                      text);
}

}  // namespace

TEST_CASE("sample options out of range are named with their value") {
  refuse({.samples = 0}, "sample: samples must be at least 1; got 0");
  refuse({.temperature = 0}, "sample: temperature must be above 0 and finite; got 0");
  refuse({.temperature = std::numeric_limits<double>::infinity()},
         "sample: temperature must be above 0 and finite; got inf");
  refuse({.temperature = std::numeric_limits<double>::quiet_NaN()},
         "sample: temperature must be above 0 and finite; got nan");
  refuse({.top_k = -1}, "sample: top_k must be at least 0; got -1");
  refuse({.nucleus = 0}, "sample: nucleus must be in (0, 1]; got 0");
  refuse({.nucleus = 1.5}, "sample: nucleus must be in (0, 1]; got 1.5");
  refuse({.max_length = 0}, "search: max_length must be at least 1; got 0");
  refuse({.max_length = 2, .min_length = 3},
         "search: min_length must be in [0, max_length = 2]; got 3");
  refuse({.forbidden = {9}}, "search: forbidden word 9 is not in [0, 4)");
  refuse({.forbidden = {0}},
         "search: the end, word 0, cannot be forbidden; use min_length to put it off");
}

TEST_CASE("scores that are no log-probabilities are refused") {
  const auto draw = [](const Tensor& scores, std::int64_t top_k = 0) {
    return sample(FixedDecoder(scores), ToyDecoder::images(2), {.top_k = top_k});
  };
  REQUIRE_THROWS_TEXT(draw(Tensor::zeros(Shape{2, 5})), InvalidArgument,
                      "search: a step must give float32 or float64 log-probabilities [2, 4]; got "
                      "float32 [2, 5]");
  for (const std::int64_t top_k : {0, 2}) {
    Tensor scores = Tensor::full(Shape{2, 4}, -1);
    scores.data<float>()[6] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE_THROWS_TEXT(draw(scores, top_k), NumericalError,
                        "search: the score of word 2 after 0 words is NaN (row 1); do the weights "
                        "or the features hold NaN or infinity?");
    scores.data<float>()[6] = 2.5;
    REQUIRE_THROWS_TEXT(draw(scores, top_k), InvalidArgument,
                        "search: a step must give log-probabilities, at most 0; word 2 has 2.5 (a "
                        "log-softmax is missing?)");
  }
}
