#include "limn/decode/rules.h"

#include <functional>
#include <set>

#include "decode/hypotheses.h"
#include "limn/decode/sample.h"
#include "support/naive_beam.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::AtLimit;
using decode::Hypothesis;
using decode::Rules;
using decode::SearchOptions;
using test::require_same;
using test::ToyDecoder;

namespace {

ToyDecoder ruled_model(std::uint64_t i) {
  return ToyDecoder({.words = 4 + static_cast<std::int64_t>(i % 3),
                     .seed = i,
                     .sharpness = 0.4 * static_cast<double>(i % 5),
                     .impossible = i % 7 == 0 ? 0.2 : 0.0,
                     .dtype = i % 2 == 0 ? DType::float32 : DType::float64,
                     .begin = static_cast<std::int32_t>(i % 2),
                     .end = static_cast<std::int32_t>(i % 2)});
}

/// Words 2 and 3 are never the end. Rule set `kind`, or mixtures of them.
Rules rule_set(std::uint64_t kind) {
  switch (kind % 10) {
    case 0: return {.no_repeat = 1};
    case 1: return {.no_repeat = 2};
    case 2: return {.no_repeat = 3};
    case 3: return {.no_immediate_repeat = true};
    case 4: return {.bad_endings = {2, 3}};
    case 5: return {.prefix = {2, 3}};
    case 6: return {.required = {{3}}};
    case 7: return {.required = {{3, 2}, {2}, {2, 2}}};
    case 8: return {.prefix = {2}, .no_repeat = 2, .bad_endings = {3}, .required = {{3, 3}}};
    default: return {.no_immediate_repeat = true, .bad_endings = {2}, .required = {{2}, {3}}};
  }
}

SearchOptions ruled_options(std::uint64_t i) {
  SearchOptions result;
  result.rules = rule_set(i);
  result.beam = 1 + static_cast<int>(i / 3 % 6);
  result.n_best = 1 + static_cast<int>(i % static_cast<std::uint64_t>(result.beam));
  result.max_length = 4 + static_cast<std::int64_t>(i / 10 % 3);
  result.min_length = i % 4 == 3 ? 2 : 0;
  result.length_penalty = i % 3 == 1 ? 1 : 0;
  result.length_form = i % 2 == 0 ? decode::LengthForm::power : decode::LengthForm::wu;
  result.at_limit = i / 20 % 2 == 0 ? AtLimit::finished_only : AtLimit::keep;
  return result;
}

void require_kept(const Hypothesis& caption, const SearchOptions& how) {
  REQUIRE(test::begins_well(caption.words, how.rules));
  if (caption.finished) REQUIRE(test::ends_well(caption.words, how.rules));
}

}  // namespace

TEST_CASE("beam search with every rule equals a plain one, and keeps to the rules") {
  for (std::uint64_t i = 0; i < 400; ++i) {
    const ToyDecoder decoder = ruled_model(i);
    const SearchOptions how = ruled_options(i);
    CAPTURE(i, how.beam, how.n_best, how.max_length);
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
    require_same(found, test::naive_beam_search(decoder, ToyDecoder::images(1), how));
    for (const Hypothesis& caption : found) require_kept(caption, how);
  }
}

TEST_CASE("with rules a wide beam finds the best captions of all that keep to them") {
  int possible = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const ToyDecoder decoder = ruled_model(2 * (i / 10));
    SearchOptions how = ruled_options(i);
    how.rules = rule_set(i);
    how.max_length = 4;
    how.at_limit = AtLimit::finished_only;
    how.beam = 3000;
    how.n_best = 3;
    SearchOptions free = how;
    free.rules = {};
    std::vector<Hypothesis> best = test::all_captions(decoder, ToyDecoder::images(1), free);
    std::erase_if(best, [&](const Hypothesis& caption) {
      return !test::begins_well(caption.words, how.rules) ||
             !test::ends_well(caption.words, how.rules);
    });
    best.resize(std::min<std::size_t>(best.size(), 3));
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
    CAPTURE(i);
    if (best.empty()) {
      REQUIRE_FALSE(found.at(0).finished);
      continue;
    }
    ++possible;
    REQUIRE(found.size() == best.size());
    for (std::size_t n = 0; n < best.size(); ++n) {
      REQUIRE(found[n].finished);
      REQUIRE(found[n].score == best[n].score);
    }
  }
  REQUIRE(possible > 50);
}

TEST_CASE("with rules greedy takes the most probable word that may follow") {
  for (std::uint64_t i = 0; i < 100; ++i) {
    const ToyDecoder decoder = ruled_model(i);
    SearchOptions how = ruled_options(i);
    how.at_limit = AtLimit::keep;
    const Hypothesis found = decode::greedy(decoder, ToyDecoder::images(1), how).at(0);
    test::Words words;
    while (true) {
      const auto next = test::allowed_log_probabilities(decoder, ToyDecoder::images(1), words, how);
      const auto best = std::max_element(next.begin(), next.end());
      if (std::isinf(*best) || best - next.begin() == decoder.end()) break;
      words.push_back(static_cast<std::int32_t>(best - next.begin()));
      if (std::ssize(words) == how.max_length) break;
    }
    CAPTURE(i);
    REQUIRE(found.words == words);
  }
}

TEST_CASE("required phrases are in the caption for any beam") {
  for (std::uint64_t i = 0; i < 120; ++i) {
    const ToyDecoder decoder({.words = 30, .seed = i, .sharpness = 2});
    SearchOptions how{.beam = 1 + static_cast<int>(i % 8), .max_length = 9};
    how.at_limit = AtLimit::keep;
    how.rules.required = {{5, 6, 7}, {7, 8}, {20 + static_cast<std::int32_t>(i % 9)}};
    const Hypothesis found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0).at(0);
    CAPTURE(i, how.beam);
    REQUIRE(test::has_all(found.words, how.rules));
  }
}

TEST_CASE("required words that fill a caption leave the end as its last word") {
  for (std::uint64_t i = 0; i < 50; ++i) {
    const ToyDecoder decoder({.words = 30, .seed = i, .sharpness = 4});
    SearchOptions how{.beam = 2, .max_length = 3};
    how.rules.required = {{5, 6, 7}};
    const Hypothesis found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0).at(0);
    CAPTURE(i);
    REQUIRE(found.finished);
    REQUIRE(found.words == test::Words{5, 6, 7});
  }
}

TEST_CASE("a prefix has the log-probabilities that the model gives it") {
  const ToyDecoder decoder({.words = 6, .seed = 4});
  SearchOptions how{.beam = 4, .max_length = 6, .n_best = 4};
  how.rules.prefix = {5, 5, 1};
  const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
  REQUIRE(found.size() == 4);
  for (const Hypothesis& caption : found) {
    test::Words said;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto p = test::next_log_probabilities(decoder, ToyDecoder::images(1), said);
      REQUIRE(caption.words.at(i) == how.rules.prefix[i]);
      REQUIRE(caption.log_probabilities[i] == p[static_cast<std::size_t>(how.rules.prefix[i])]);
      said.push_back(how.rules.prefix[i]);
    }
  }
}

TEST_CASE("rules without effect change nothing, and are not asked for when off") {
  const ToyDecoder decoder({.words = 8, .seed = 11, .sharpness = 2});
  SearchOptions how{.beam = 3, .max_length = 6};
  const auto free = decode::beam_search(decoder, ToyDecoder::images(4), how);
  how.rules.no_repeat = 6;
  require_same(decode::beam_search(decoder, ToyDecoder::images(4), how), free);
}

TEST_CASE("samples keep to the rules") {
  for (std::uint64_t i = 0; i < 60; ++i) {
    const ToyDecoder decoder = ruled_model(i);
    decode::SampleOptions how{.samples = 5, .max_length = 5, .rules = rule_set(i)};
    how.top_k = i % 3 == 0 ? 3 : 0;
    how.nucleus = i % 4 == 0 ? 0.9 : 1;
    Generator generator(i);
    const auto found = decode::sample(decoder, ToyDecoder::images(2), generator, how);
    CAPTURE(i);
    for (const auto& captions : found) {
      for (const Hypothesis& caption : captions) {
        require_kept(caption, {.rules = how.rules});
        if (std::ssize(caption.words) == how.max_length)
          REQUIRE(test::ends_well(caption.words, how.rules));
      }
    }
  }
}
