#include "limn/decode/search.h"

#include "decode/hypotheses.h"
#include "support/naive_beam.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::AtLimit;
using decode::Hypothesis;
using decode::SearchOptions;
using test::require_same;
using test::ToyDecoder;

namespace {

/// Model `i` of a family: small vocabularies, flat and sharp, with and without impossible words.
test::ToyOptions model(std::uint64_t i) {
  return {.words = 3 + static_cast<std::int64_t>(i % 4),
          .seed = i,
          .sharpness = 0.3 * static_cast<double>(i % 7),
          .impossible = i % 3 == 0 ? 0.3 : 0.0,
          .dtype = i % 2 == 0 ? DType::float32 : DType::float64,
          .begin = static_cast<std::int32_t>(i % 2),
          .end = static_cast<std::int32_t>(i % 3)};
}

/// Options `i` of a family: every combination that matters shows up among a few hundred.
SearchOptions options(std::uint64_t i, const ToyDecoder& decoder) {
  const double penalties[] = {0, 0.7, 0, 1, -0.5};
  SearchOptions result;
  result.beam = 1 + static_cast<int>(i % 5);
  result.n_best = 1 + static_cast<int>(i / 5 % static_cast<std::uint64_t>(result.beam));
  result.max_length = 1 + static_cast<std::int64_t>(i / 2 % 6);
  result.min_length = i % 4 == 3 ? (result.max_length + 1) / 2 : 0;
  result.length_penalty = penalties[i / 3 % 5];
  if (i % 5 == 2) result.forbidden = {decoder.end() == 2 ? 1 : 2};
  result.at_limit = i / 7 % 2 == 0 ? AtLimit::finished_only : AtLimit::keep;
  return result;
}

bool contains(const std::vector<Hypothesis>& captions, const Hypothesis& one) {
  return std::any_of(captions.begin(), captions.end(), [&](auto& caption) {
    return caption.words == one.words && caption.log_probability == one.log_probability;
  });
}

}  // namespace

TEST_CASE("beam search equals a plain one without early stop, on 600 random models") {
  for (std::uint64_t i = 0; i < 600; ++i) {
    const ToyDecoder decoder(model(i));
    const SearchOptions how = options(i, decoder);
    CAPTURE(i, how.beam, how.n_best, how.max_length, how.min_length, how.length_penalty);
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how);
    require_same(found.at(0), test::naive_beam_search(decoder, ToyDecoder::images(1), how));
  }
}

TEST_CASE("the early stop is right for strong length penalties of either sign") {
  const double penalties[] = {-3, -1, 0.5, 1, 2, 4};
  for (std::uint64_t i = 0; i < 600; ++i) {
    const ToyDecoder decoder({.words = 3, .seed = i, .sharpness = 4});
    SearchOptions how;
    how.beam = 2 + static_cast<int>(i / 6 % 3);
    how.max_length = 8;
    how.min_length = i % 4 == 1 ? 3 : 0;
    how.length_penalty = penalties[i % 6];
    if (i / 12 % 2 == 1) how.length_form = decode::LengthForm::wu;
    CAPTURE(i, how.beam, how.length_penalty);
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how);
    require_same(found.at(0), test::naive_beam_search(decoder, ToyDecoder::images(1), how));
  }
}

TEST_CASE("a batch of images gives what each image gives alone") {
  for (std::uint64_t i = 0; i < 60; ++i) {
    const ToyDecoder decoder(model(i));
    const SearchOptions how = options(i, decoder);
    CAPTURE(i);
    const auto batch = decode::beam_search(decoder, ToyDecoder::images(7), how);
    REQUIRE(batch.size() == 7);
    for (std::size_t image = 0; image < 7; ++image) {
      const auto alone = ToyDecoder::images(1, 1 + static_cast<float>(image));
      require_same(batch[image], decode::beam_search(decoder, alone, how).at(0));
    }
  }
}

TEST_CASE("a beam as wide as the tree finds the best captions of all") {
  for (std::uint64_t i = 0; i < 40; ++i) {
    const ToyDecoder decoder(model(i));
    SearchOptions how = options(i, decoder);
    how.max_length = 1 + static_cast<std::int64_t>(i % 3);
    how.min_length = std::min<std::int64_t>(how.min_length, how.max_length);
    how.beam = 2000;
    how.n_best = 5;
    how.at_limit = AtLimit::finished_only;
    auto best = test::all_captions(decoder, ToyDecoder::images(1), how);
    best.resize(std::min<std::size_t>(best.size(), 5));
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
    CAPTURE(i, how.length_penalty);
    REQUIRE(found.size() == best.size());
    for (std::size_t n = 0; n < found.size(); ++n) REQUIRE(found[n].score == best[n].score);
    for (const auto& caption : found) {
      REQUIRE(contains(test::all_captions(decoder, ToyDecoder::images(1), how), caption));
    }
  }
}

TEST_CASE("greedy takes the most probable word at each step, and is the beam of one") {
  for (std::uint64_t i = 0; i < 50; ++i) {
    const ToyDecoder decoder(model(i));
    SearchOptions how = options(i, decoder);
    const Hypothesis found = decode::greedy(decoder, ToyDecoder::images(1), how).at(0);
    std::vector<std::int32_t> words;
    bool ended = false;
    while (true) {
      const auto next = test::allowed_log_probabilities(decoder, ToyDecoder::images(1), words, how);
      const auto best = std::max_element(next.begin(), next.end());
      const auto word = static_cast<std::int32_t>(best - next.begin());
      ended = !std::isinf(*best) && word == decoder.end();
      const auto limit = static_cast<std::size_t>(how.max_length);
      if (ended || std::isinf(*best) || words.size() == limit) break;
      words.push_back(word);
      if (how.at_limit == AtLimit::keep && words.size() == limit) break;
    }
    CAPTURE(i);
    REQUIRE(found.words == words);
    REQUIRE(found.finished == ended);
    how.beam = how.n_best = 1;
    require_same({found}, decode::beam_search(decoder, ToyDecoder::images(1), how).at(0));
  }
}

TEST_CASE("n-best hypotheses fall in score and are distinct, and their words give their figures") {
  const ToyDecoder decoder({.words = 6, .seed = 5});
  SearchOptions how;
  how.beam = how.n_best = 8;
  how.max_length = 6;
  const auto image = ToyDecoder::images(1);
  const auto found = decode::beam_search(decoder, image, how).at(0);
  REQUIRE(found.size() >= 5);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) REQUIRE(found[i].score <= found[i - 1].score);
    for (std::size_t j = 0; j < i; ++j) REQUIRE(found[i].words != found[j].words);
    std::vector<std::int32_t> said;
    for (std::size_t n = 0; n < found[i].log_probabilities.size(); ++n) {
      const bool at_end = n == found[i].words.size();
      const std::int32_t word = at_end ? decoder.end() : found[i].words[n];
      REQUIRE(found[i].log_probabilities[n] ==
              test::next_log_probabilities(decoder, image, said)[static_cast<std::size_t>(word)]);
      said.push_back(word);
    }
    REQUIRE(said.size() == found[i].words.size() + (found[i].finished ? 1 : 0));
  }
}

TEST_CASE("equal scores: the lower word, then the better parent") {
  const ToyDecoder uniform({.words = 3, .sharpness = 0, .begin = 2, .end = 2});
  SearchOptions how;
  how.beam = how.n_best = 3;
  how.max_length = 2;
  const auto found = decode::beam_search(uniform, ToyDecoder::images(1), how).at(0);
  REQUIRE(found.at(0).words.empty());
  REQUIRE(found.size() == 1);  // then [0] [1] -> [0 0] [1 0] [0 1], who all go on with 0
  require_same(found, test::naive_beam_search(uniform, ToyDecoder::images(1), how));
}

TEST_CASE("search stops as soon as nothing can win, and images that are done leave the batch") {
  const test::ToyOptions toy{.words = 50, .seed = 3, .sharpness = 3};
  const auto work = [&](SearchOptions how) {
    const ToyDecoder decoder(toy);
    how.max_length = 200;
    const auto found = decode::beam_search(decoder, ToyDecoder::images(10), how);
    return std::pair{decoder.steps, decoder.rows_fed};
  };
  const auto [steps, rows] = work({});
  REQUIRE(steps < 201);
  REQUIRE(rows < steps * 20);
  REQUIRE(work({.n_best = 3}).second > rows);
  REQUIRE(work({.length_penalty = 0.3}).second > rows);
}

TEST_CASE("when nothing ended the best unfinished hypotheses are returned, never a mixture") {
  const ToyDecoder decoder({.words = 20, .seed = 2, .sharpness = 0.1});
  SearchOptions how{.beam = 2, .max_length = 3, .n_best = 2};
  how.length_penalty = 1;
  const auto found = decode::beam_search(decoder, ToyDecoder::images(20), how);
  int unfinished = 0;
  for (const auto& list : found) {
    for (const auto& one : list) REQUIRE(one.finished == list[0].finished);
    if (list[0].finished) continue;
    ++unfinished;
    REQUIRE(list.size() == 2);
    REQUIRE(list[0].words.size() == 3);
    REQUIRE(list[0].log_probabilities.size() == 3);
    REQUIRE(list[0].score == list[0].log_probability / 3);
  }
  REQUIRE(unfinished > 0);
}

TEST_CASE("words that are all impossible end a search without a crash") {
  const ToyDecoder decoder({.words = 3});
  SearchOptions how{.min_length = 2, .forbidden = {1, 2, 1}};
  const Hypothesis nothing = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0).at(0);
  REQUIRE(nothing.words.empty());
  REQUIRE(nothing.log_probability == 0);
  REQUIRE_FALSE(nothing.finished);
}

TEST_CASE("searching no images finds nothing") {
  REQUIRE(decode::beam_search(ToyDecoder({}), ToyDecoder::images(0)).empty());
  REQUIRE(decode::greedy(ToyDecoder({}), ToyDecoder::images(0)).empty());
}
