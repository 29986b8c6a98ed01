#include "decode/hypotheses.h"
#include "limn/decode/search.h"
#include "support/naive_beam.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::AtLimit;
using decode::SearchOptions;
using test::require_same;
using test::ToyDecoder;

namespace {

SearchOptions diverse_options(std::uint64_t i) {
  SearchOptions result;
  result.groups = 1 + static_cast<int>(i % 4);
  result.beam = result.groups * (1 + static_cast<int>(i / 4 % 3));
  result.n_best = 1 + static_cast<int>(i % static_cast<std::uint64_t>(result.beam));
  result.max_length = 2 + static_cast<std::int64_t>(i / 2 % 6);
  result.diversity = 0.4 * static_cast<double>(i % 6);
  result.length_penalty = i % 3 == 0 ? 0.8 : 0;
  result.at_limit = i / 5 % 2 == 0 ? AtLimit::finished_only : AtLimit::keep;
  return result;
}

}  // namespace

TEST_CASE("diverse beam search equals a plain one that never stops") {
  for (std::uint64_t i = 0; i < 250; ++i) {
    const ToyDecoder decoder({.words = 3 + static_cast<std::int64_t>(i % 5),
                              .seed = i,
                              .sharpness = 0.5 * static_cast<double>(i % 5),
                              .impossible = i % 6 == 0 ? 0.3 : 0.0,
                              .dtype = i % 2 == 0 ? DType::float32 : DType::float64});
    SearchOptions how = diverse_options(i);
    if (i % 7 == 0) how.rules.required = {{1}, {2, 2}};
    if (i % 7 == 1) how.rules = {.prefix = {1}, .no_repeat = 2, .bad_endings = {2}};
    if (!how.rules.required.empty()) how.max_length += 3;
    CAPTURE(i, how.groups, how.beam, how.n_best, how.max_length, how.diversity);
    const auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
    require_same(found, test::naive_beam_search(decoder, ToyDecoder::images(1), how));
  }
}

TEST_CASE("a diverse batch of images gives what each image gives alone") {
  for (std::uint64_t i = 1; i < 40; ++i) {
    const ToyDecoder decoder({.words = 6, .seed = i, .sharpness = 2});
    const auto batch = decode::beam_search(decoder, ToyDecoder::images(5), diverse_options(i));
    CAPTURE(i);
    for (std::size_t image = 0; image < 5; ++image) {
      const auto alone = ToyDecoder::images(1, 1 + static_cast<float>(image));
      require_same(batch[image], decode::beam_search(decoder, alone, diverse_options(i)).at(0));
    }
  }
}

TEST_CASE("groups without a penalty are beam searches, the first one always is") {
  const ToyDecoder decoder({.words = 9, .seed = 2, .sharpness = 1.5});
  const SearchOptions narrow{.beam = 2, .max_length = 7, .n_best = 2};
  const auto alone = decode::beam_search(decoder, ToyDecoder::images(3), narrow);
  for (const double diversity : {0.0, 3.0}) {
    SearchOptions how{.beam = 6, .max_length = 7, .n_best = 6, .groups = 3};
    how.diversity = diversity;
    const auto found = decode::beam_search(decoder, ToyDecoder::images(3), how);
    for (std::size_t image = 0; image < 3; ++image) {
      for (auto caption : found[image]) {
        if (diversity > 0 && caption.group > 0) continue;
        caption.group = 0;
        REQUIRE(std::any_of(alone[image].begin(), alone[image].end(), [&](const auto& one) {
          return one.words == caption.words && one.score == caption.score;
        }));
      }
    }
  }
}

TEST_CASE("the first group is the beam search of its width with required phrases too") {
  for (std::uint64_t i = 0; i < 240; ++i) {
    const ToyDecoder decoder({.words = 4 + static_cast<std::int64_t>(i % 9),
                              .seed = i,
                              .sharpness = 0.5 * static_cast<double>(i % 7),
                              .impossible = i % 6 == 0 ? 0.3 : 0.0});
    SearchOptions how = diverse_options(i);
    how.max_length += 3;
    how.rules.required = {{1}, {2, 2}};
    if (i % 5 == 0) how.rules.prefix = {3};
    SearchOptions narrow = how;
    narrow.beam = how.beam / how.groups;
    narrow.n_best = (how.n_best + how.groups - 1) / how.groups;
    narrow.groups = 1;
    auto found = decode::beam_search(decoder, ToyDecoder::images(1), how).at(0);
    std::erase_if(found, [](const auto& caption) { return caption.group > 0; });
    CAPTURE(i, how.groups, how.beam, how.n_best, how.max_length);
    require_same(found, decode::beam_search(decoder, ToyDecoder::images(1), narrow).at(0));
  }
}

TEST_CASE("the best of each group come first, and a strong penalty keeps them apart") {
  const ToyDecoder decoder({.words = 12, .seed = 7, .sharpness = 1});
  const SearchOptions how{.beam = 4, .max_length = 6, .n_best = 4, .groups = 4, .diversity = 100};
  for (const auto& captions : decode::beam_search(decoder, ToyDecoder::images(6), how)) {
    REQUIRE(captions.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      REQUIRE(captions[i].group == static_cast<int>(i));
      for (std::size_t j = 0; j < i; ++j)
        REQUIRE((captions[i].words.empty() || captions[j].words.empty() ||
                 captions[i].words.front() != captions[j].words.front()));
    }
  }
}

TEST_CASE("scores of later groups have the penalties, log-probabilities have not") {
  const ToyDecoder uniform({.words = 2, .sharpness = 0, .begin = 0, .end = 0});
  SearchOptions how{.beam = 2, .max_length = 1, .n_best = 2, .groups = 2, .diversity = 0.25};
  how.at_limit = AtLimit::keep;
  const auto found = decode::beam_search(uniform, ToyDecoder::images(1), how).at(0);
  REQUIRE(found.at(0).words.empty());
  REQUIRE(found[0].score == found[0].log_probability);
  REQUIRE(found.at(1).words == test::Words{1});  // the end is taken
  REQUIRE(found[1].score == found[1].log_probability);
  how.rules.required = {{1}};
  const auto same = decode::beam_search(uniform, ToyDecoder::images(1), how).at(0);
  REQUIRE(same.at(1).words == test::Words{1});
  REQUIRE(same[1].score == same[1].log_probability - 0.25);
}
