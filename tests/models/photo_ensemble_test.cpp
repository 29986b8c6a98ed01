#include "limn/models/photo_ensemble.h"

#include <algorithm>
#include <cmath>

#include "limn/core/error.h"
#include "limn/models/nic.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;
using models::PhotoCaptioner;
using models::PhotoEnsemble;

namespace {

PhotoCaptioner member(std::uint64_t seed, std::int64_t features,
                      std::vector<std::string> words = {"a", "red", "circle", "of"},
                      const std::string& tokenizer = "simple") {
  Generator generator(seed);
  words.insert(words.begin(), {"</s>", "<s>", "<unk>"});
  models::NicOptions options;
  options.embedding = options.hidden = 6;
  options.init = 0.5;
  auto nic = std::make_unique<models::Nic>(
      options, models::CaptionerSizes{.vocabulary = std::ssize(words), .features = features},
      generator);
  return PhotoCaptioner(nullptr, std::move(nic), text::Vocabulary::from_words(words),
                        text::make_tokenizer(tokenizer));
}

template <class... Members>
std::vector<PhotoCaptioner> list(Members... members) {
  std::vector<PhotoCaptioner> result;
  (result.push_back(std::move(members)), ...);
  return result;
}

nn::Features features(std::int64_t photos, std::int64_t width) {
  Generator generator(9);
  Tensor global(Shape{photos, width});
  generator.fill_normal(global, 0, 1);
  return {.global = Variable(global), .regions = {}, .mask = {}};
}

}  // namespace

TEST_CASE("an ensemble of one model captions as the model") {
  const PhotoCaptioner alone = member(1, 5);
  const PhotoEnsemble one(list(member(1, 5)));
  const decode::SearchOptions how{.beam = 4, .max_length = 6, .n_best = 2};
  const std::vector<nn::Features> seen{features(3, 5)};
  const auto mine = one.caption(seen, how), theirs = alone.caption(seen.front(), how);
  REQUIRE(mine.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(mine[i].front().text == theirs[i].front().text);
    REQUIRE(mine[i].front().log_probability == theirs[i].front().log_probability);
  }
}

TEST_CASE("models that see different features caption together, without special words") {
  const PhotoEnsemble both(list(member(1, 5), member(2, 8)));
  const std::vector<nn::Features> seen{features(4, 5), features(4, 8)};
  Generator generator(1);
  for (const auto& captions :
       {both.caption(seen, {.max_length = 6}), both.sample(seen, generator, {.samples = 3})}) {
    REQUIRE(captions.size() == 4);
    for (const auto& of_photo : captions)
      for (const models::Caption& caption : of_photo)
        REQUIRE(caption.text.find('<') == std::string::npos);
  }
  REQUIRE_THROWS_TEXT(both.caption(std::span(seen).first(1)), InvalidArgument,
                      "PhotoEnsemble: every model needs its features; got 1 for 2 models");
}

TEST_CASE("models of other words are refused, with what differs") {
  const auto refuse = [](PhotoCaptioner other, const std::string& text) {
    REQUIRE_THROWS_TEXT(
        PhotoEnsemble(list(member(1, 5), std::move(other))), InvalidArgument,
        "PhotoEnsemble: models must have the same words; of models 0 and 1 " + text);
  };
  refuse(member(2, 5, {"a", "blue", "circle", "of"}), "word 4 is \"red\" and \"blue\"");
  refuse(member(2, 5, {"a", "red"}), "there are 7 and 5 words");
  refuse(member(2, 5, {"a", "red", "circle", "of"}, "ptb"), "the tokenisers are simple and ptb");
  const test::TemporaryFolder folder;
  const std::string first = folder / "a.safetensors", second = folder / "b.safetensors";
  member(1, 5).save(first);
  member(2, 5, {"a"}).save(second);
  REQUIRE_THROWS_TEXT(
      PhotoEnsemble::load(std::vector{first, second}), IoError,
      second + ": its words are not those of " + first + ": there are 7 and 4 words");
}

TEST_CASE("bad endings are those that the model has words for") {
  REQUIRE(member(1, 5).bad_endings() == std::vector<std::int32_t>{3, 6});
  REQUIRE(member(1, 5).ids_within("red circle") == std::vector<std::int32_t>{4, 5});
  REQUIRE(member(1, 5).ids_within("red zebra") == std::vector<std::int32_t>{4, 2});
}

TEST_CASE("a weight counts like as many models") {
  const std::vector<nn::Features> seen{features(2, 5), features(2, 8)};
  const std::vector<nn::Features> copies{seen[0], seen[0], seen[1]};
  for (const auto averaging :
       {decode::Averaging::probabilities, decode::Averaging::log_probabilities}) {
    const PhotoEnsemble weighted(list(member(1, 5), member(2, 8)), averaging, {1, 0.5});
    const PhotoEnsemble repeated(list(member(1, 5), member(1, 5), member(2, 8)), averaging);
    const PhotoEnsemble equal(list(member(1, 5), member(2, 8)), averaging);
    const double log_p = weighted.caption(seen)[0][0].log_probability;
    REQUIRE(log_p == Approx(repeated.caption(copies)[0][0].log_probability));
    REQUIRE(log_p != Approx(equal.caption(seen)[0][0].log_probability));
  }
  REQUIRE_THROWS_TEXT(PhotoEnsemble(list(member(1, 5)), {}, {1, 2}), InvalidArgument,
                      "PhotoEnsemble: every model needs its weight; got 2 for 1 models");
  REQUIRE_THROWS_TEXT(PhotoEnsemble(list(member(1, 5), member(2, 5)), {}, {1, 0}), InvalidArgument,
                      "PhotoEnsemble: weights must be above 0 and finite; model 1 has 0");
}

TEST_CASE("captions are scored with the average of the models' probabilities") {
  const PhotoCaptioner a = member(1, 5), b = member(2, 8);
  const PhotoEnsemble both(list(member(1, 5), member(2, 8)), {}, {3, 1});
  const std::vector<nn::Features> seen{features(2, 5), features(2, 8)};
  const std::vector<std::vector<std::string>> captions{{"a", "red", "zebra"}, {"of"}, {}};
  const std::vector<std::int64_t> images{1, 0, 1};
  const auto scored = both.score_words(seen, captions, images);
  const auto of_a = a.score_words(seen[0], captions, images);
  const auto of_b = b.score_words(seen[1], captions, images);
  for (std::size_t i = 0; i < captions.size(); ++i) {
    double sum = 0;
    REQUIRE(scored[i].words.size() == captions[i].size() + 1);
    for (std::size_t t = 0; t < scored[i].words.size(); ++t) {
      const double expected = std::log(0.75 * std::exp(of_a[i].words[t].log_probability) +
                                       0.25 * std::exp(of_b[i].words[t].log_probability));
      REQUIRE(scored[i].words[t].log_probability == Approx(expected));
      REQUIRE(scored[i].words[t].word == of_a[i].words[t].word);
      sum += expected;
    }
    REQUIRE(scored[i].log_probability == Approx(sum));
    REQUIRE(scored[i].text == of_a[i].text);
  }
  const PhotoEnsemble one = PhotoEnsemble::of(a);
  REQUIRE(one.score_words(std::span(seen).first(1), captions, images)[0].log_probability ==
          of_a[0].log_probability);
}

TEST_CASE("what an ensemble says and scores has one log-probability") {
  const std::vector<nn::Features> seen{features(3, 5), features(3, 8)};
  for (const auto averaging :
       {decode::Averaging::probabilities, decode::Averaging::log_probabilities}) {
    const PhotoEnsemble both(list(member(1, 5), member(2, 8)), averaging);
    const auto captions = both.caption(seen, {.beam = 4});
    for (std::int64_t photo = 0; photo < 3; ++photo) {
      const models::Caption& said = captions[static_cast<std::size_t>(photo)].front();
      if (!said.finished) continue;
      const std::vector<std::vector<std::string>> words{both.first().tokenizer().split(said.text)};
      const auto scored = both.score_words(seen, words, std::vector{photo});
      REQUIRE(scored[0].log_probability == Approx(said.log_probability));
    }
    REQUIRE(std::any_of(captions.begin(), captions.end(),
                        [](const auto& of_photo) { return of_photo.front().finished; }));
  }
}
