#include "limn/train/reward.h"

#include <algorithm>

#include "limn/core/error.h"
#include "limn/metrics/scores.h"
#include "limn/models/nic.h"
#include "limn/text/byte_pair.h"
#include "support/catch.h"

using namespace limn;
using train::Photo;
using train::Reward;
using Words = std::vector<std::string>;
using References = std::vector<std::vector<Words>>;

namespace {

std::vector<Photo> photos(const text::Tokenizer& tokenizer) {
  std::vector<std::string> warnings;
  std::vector<data::CaptionedImage> images;
  for (const auto& captions : std::vector<std::vector<std::string>>{
           {"a dog runs", "a brown dog runs fast"}, {"a cat sleeps"}, {"a bird sings"}})
    images.push_back(
        {.file = "p" + std::to_string(images.size()), .id = {}, .captions = captions, .split = {}});
  return train::split_captions(images, tokenizer, warnings);
}

models::PhotoCaptioner model(std::unique_ptr<text::Tokenizer> tokenizer, const Words& words) {
  Generator generator;
  Words all{"</s>", "<s>", "<unk>"};
  all.insert(all.end(), words.begin(), words.end());
  text::Vocabulary vocabulary = text::Vocabulary::from_words(all);
  auto nic = std::make_unique<models::Nic>(
      models::NicOptions{.embedding = 2, .hidden = 2},
      models::CaptionerSizes{.vocabulary = vocabulary.size(), .features = 2}, generator);
  return {nullptr, std::move(nic), std::move(vocabulary), std::move(tokenizer)};
}

models::PhotoCaptioner word_model(const Words& words) {
  return model(text::make_tokenizer("simple"), words);
}

// All words but "brown" and "fast".
const Words kWords{"a", "dog", "runs", "cat", "sleeps", "bird", "sings"};

}  // namespace

TEST_CASE("the reward is CIDEr-D with the end as a word, by the training captions' frequencies") {
  const auto captioner = word_model(kWords);
  const Reward reward(photos(captioner.tokenizer()), captioner, {});
  const metrics::CiderD expected(
      References{{{"a", "dog", "runs", "</s>"}, {"a", "<unk>", "dog", "runs", "<unk>", "</s>"}},
                 {{"a", "cat", "sleeps", "</s>"}},
                 {{"a", "bird", "sings", "</s>"}}});
  const auto ids = captioner.vocabulary().encode({"a", "dog", "runs"});
  REQUIRE(reward(0, ids, true) == expected.score(0, {"a", "dog", "runs", "</s>"}));
  REQUIRE(reward(0, ids, false) == expected.score(0, {"a", "dog", "runs"}));
  REQUIRE(reward(0, ids, true) > reward(0, ids, false));
  REQUIRE(reward(1, ids, true) < reward(0, ids, true));
}

TEST_CASE("BLEU-4 of the caption is added with its weight") {
  const auto captioner = word_model(kWords);
  const auto all = photos(captioner.tokenizer());
  const auto ids = captioner.vocabulary().encode({"a", "cat", "runs"});
  const double bleu =
      metrics::bleu({{{"a", "cat", "runs", "</s>"}, {{"a", "cat", "sleeps", "</s>"}}}})[3].corpus;
  REQUIRE(Reward(all, captioner, {0, 1})(1, ids, true) == Approx(bleu));
  REQUIRE(Reward(all, captioner, {0.5, 2})(1, ids, true) ==
          Approx(0.5 * Reward(all, captioner, {})(1, ids, true) + 2 * bleu));
}

TEST_CASE("the unknown word that a model says matches nothing") {
  const auto captioner = word_model({"a", "dog"});
  const auto all = photos(captioner.tokenizer());
  const std::vector<std::int32_t> unknown{captioner.vocabulary().unknown()};
  for (const train::RewardWeights& weights : {train::RewardWeights{1, 0}, {0, 1}})
    REQUIRE(Reward(all, captioner, weights)(1, unknown, false) == Approx(0).margin(1e-3));
}

TEST_CASE("pieces of words are rewarded as the words they spell") {
  auto tokenizer = std::make_unique<text::BytePairTokenizer>(text::BytePairTokenizer::learn(
      std::vector<std::string>{"a dog runs", "a dog runs"}, {.merges = 3}));
  const Words pieces = tokenizer->split("a dog runs");
  REQUIRE(pieces.size() > 3);
  Words different = pieces;
  std::sort(different.begin(), different.end());
  different.erase(std::unique(different.begin(), different.end()), different.end());
  const auto captioner = model(std::move(tokenizer), different);
  const metrics::CiderD expected(
      References{{{"a", "dog", "runs", "</s>"}, {"a", "brown", "dog", "runs", "fast", "</s>"}},
                 {{"a", "cat", "sleeps", "</s>"}},
                 {{"a", "bird", "sings", "</s>"}}});
  REQUIRE(Reward(photos(captioner.tokenizer()), captioner, {})(
              0, captioner.vocabulary().encode(pieces), true) ==
          Approx(expected.score(0, {"a", "dog", "runs", "</s>"})));
}

TEST_CASE("a reward that cannot tell captions apart is refused") {
  const auto captioner = word_model(kWords);
  auto all = photos(captioner.tokenizer());
  REQUIRE_THROWS_TEXT(Reward(all, captioner, {0, 0}), InvalidArgument,
                      "reward: the weights of CIDEr-D and BLEU-4 must be at least 0 and one of "
                      "them above; got 0 and 0");
  REQUIRE_THROWS_PART(Reward(all, captioner, {-1, 2}), InvalidArgument, "got -1 and 2");
  REQUIRE_THROWS_TEXT(Reward({all[0]}, captioner, {}), InvalidArgument,
                      "reward: CIDEr-D needs at least two photos, by which it weighs n-grams; got "
                      "1");
  REQUIRE_THROWS_PART(Reward(all, word_model({"zebra"}), {}), InvalidArgument,
                      "reward: no word of the captions of 3 photos is among the 4 of the "
                      "vocabulary; a lower text.min_count keeps more");
  const Reward bleu(all, captioner, {0, 1});
  REQUIRE_THROWS_TEXT(bleu(3, {}, true), InvalidArgument, "reward: photo must be in [0, 3); got 3");
  all[1].words.clear();
  REQUIRE_THROWS_TEXT(Reward(all, captioner, {}), InvalidArgument,
                      "reward: every photo needs a caption to compare with; photo 1, p1, has "
                      "none");
}
