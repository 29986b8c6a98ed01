#include "limn/metrics/scores.h"

#include <algorithm>
#include <cmath>

#include "limn/core/error.h"
#include "metrics/captions.h"
#include "metrics/official_scores.h"

using namespace limn;
using metrics::Candidate;
using metrics::Score;
using test::all_scores;
using test::candidate;
using test::require_near;

namespace {

void require_score(const Score& score, double corpus, const std::vector<double>& images) {
  require_near(score.corpus, corpus);
  REQUIRE(score.images.size() == images.size());
  for (std::size_t i = 0; i < images.size(); ++i) require_near(score.images[i], images[i]);
}

}  // namespace

TEST_CASE("scores of the toy set are coco-caption's") {
  const auto scores = metrics::score(test::toy_set());
  require_near(scores.bleu[1].corpus, 0.4481262591);
  require_near(scores.bleu[2].corpus, 0.3899299979);
  require_score(scores.bleu[0], 0.4723665527, {0.8824969024, 0.6065306594, 0});
  require_score(scores.bleu[3], 0.3439951118, {0.6752918216, 9.069748821e-05, 0});
  require_score(scores.rouge_l, 0.5000981836, {0.8714285714, 0.6288659794, 0});
  require_score(scores.cider_d, 1.8359610484, {3.3916511203, 2.1162320249, 0});
}

TEST_CASE("BLEU counts a word as often as the reference that has it most often") {
  // The paper's example: 2 of 7 words.
  const auto bleu = metrics::bleu({candidate(
      "the the the the the the the", {"the cat is on the mat", "there is a cat on the mat"})});
  REQUIRE(bleu[0].corpus == Approx(2.0 / 7));
}

TEST_CASE("BLEU compares with the closest reference length, the shorter of two") {
  const auto brevity = [](const std::string& hypothesis, const std::vector<std::string>& refs) {
    return metrics::bleu({candidate(hypothesis, refs)})[0].corpus;
  };
  REQUIRE(brevity("a a", {"a a a", "a a a a a a"}) == Approx(std::exp(1 - 3.0 / 2)));
  REQUIRE(brevity("a a", {"a a a", "a"}) == Approx(1));
  REQUIRE(brevity("a a a a", {"a"}) == Approx(1.0 / 4));
}

TEST_CASE("BLEU of a set comes from its sums") {
  const auto bleu = metrics::bleu({candidate("a b c", {"a b c d"}), candidate("x", {"y"})});
  REQUIRE(bleu[0].corpus == Approx(3.0 / 4 * std::exp(1 - 5.0 / 4)));
  REQUIRE(bleu[1].corpus == Approx(std::sqrt(3.0 / 4 * 2.0 / 2) * std::exp(1 - 5.0 / 4)));
}

TEST_CASE("ROUGE-L takes the best precision and the best recall") {
  // Of "a b c d": "a c" has precision 2/4 and recall 2/2, "a b x c y z" 3/4 and 3/6.
  const auto rouge = metrics::rouge_l({candidate("a b c d", {"a c", "a b x c y z"})});
  REQUIRE(rouge.corpus == Approx(2.44 * 0.75 * 1 / (1 + 1.44 * 0.75)));
}

TEST_CASE("a caption equal to its reference has full marks") {
  const auto scores =
      metrics::score({candidate("a brown dog runs", {"a brown dog runs", "it is a dog"}),
                      candidate("two red cups of tea", {"two red cups of tea"}),
                      candidate("a man is on it", {"a man is on it"})});
  for (const Score& bleu : scores.bleu) {
    REQUIRE(bleu.corpus == Approx(1).epsilon(1e-8));
    for (const double image : bleu.images) REQUIRE(image == Approx(1).epsilon(1e-8));
  }
  REQUIRE(scores.rouge_l.corpus == Approx(1));
  REQUIRE(scores.cider_d.images[1] == Approx(10));
}

TEST_CASE("scores do not depend on the order of references and images") {
  auto set = test::toy_set();
  const auto before = metrics::score(set);
  SECTION("references") {
    for (Candidate& one : set) std::reverse(one.references.begin(), one.references.end());
    const auto after = metrics::score(set);
    for (std::size_t i = 0; i < 6; ++i)
      require_score(all_scores(after)[i], all_scores(before)[i].corpus,
                    all_scores(before)[i].images);
  }
  SECTION("images") {
    std::rotate(set.begin(), set.begin() + 1, set.end());
    const auto after = metrics::score(set);
    for (std::size_t i = 0; i < 6; ++i) {
      auto images = all_scores(before)[i].images;
      std::rotate(images.begin(), images.begin() + 1, images.end());
      require_score(all_scores(after)[i], all_scores(before)[i].corpus, images);
    }
  }
}

TEST_CASE("each metric alone says what it says among the others") {
  const auto set = test::toy_set();
  const auto scores = metrics::score(set);
  const auto bleu = metrics::bleu(set);
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(bleu[i].corpus == scores.bleu[i].corpus);
    REQUIRE(bleu[i].images == scores.bleu[i].images);
  }
  REQUIRE(metrics::rouge_l(set).images == scores.rouge_l.images);
  REQUIRE(metrics::cider_d(set).images == scores.cider_d.images);
}

TEST_CASE("no words and one empty word are the same caption") {
  for (const auto& hypothesis : {test::Sentence{}, test::Sentence{""}}) {
    const auto rouge = metrics::rouge_l({{hypothesis, {{}, {"a", "b"}}}});
    REQUIRE(rouge.corpus == 1);
    REQUIRE(metrics::bleu({{hypothesis, {{"a"}}}})[0].corpus == 0);
  }
}

TEST_CASE("CIDEr-D of a single image is 0") {
  REQUIRE(metrics::cider_d({candidate("a dog", {"a dog"})}).corpus == 0);
}

TEST_CASE("plain CIDEr neither clips nor minds the length") {
  // Unigrams: "b" has ln 2, 2 · 1 / (2 · 1). Bigrams: "a b" is 1 of 2 different ones.
  const auto cider = metrics::cider({candidate("a b b", {"a b"}), candidate("x", {"a c"})});
  REQUIRE(cider.images[0] == Approx(10.0 / 4 * (1 + 1 / std::sqrt(2.0))));
  REQUIRE(cider.images[1] == 0);
  REQUIRE(cider.corpus == Approx(cider.images[0] / 2));
}

TEST_CASE("plain CIDEr is CIDEr-D where nothing is clipped and lengths agree") {
  const std::vector<Candidate> set{candidate("a red dog", {"a big dog"}),
                                   candidate("two cups", {"two people"})};
  REQUIRE(metrics::cider(set).corpus > 0);
  REQUIRE(metrics::cider(set).images == metrics::cider_d(set).images);
}

TEST_CASE("metrics say what is missing") {
  const std::vector<Candidate> none;
  REQUIRE_THROWS_TEXT(metrics::bleu(none), InvalidArgument,
                      "bleu: at least one candidate is needed; got none");
  REQUIRE_THROWS_PART(metrics::rouge_l(none), InvalidArgument, "rouge_l: at least one candidate");
  REQUIRE_THROWS_PART(metrics::cider_d(none), InvalidArgument, "cider_d: at least one candidate");
  REQUIRE_THROWS_PART(metrics::score(none), InvalidArgument, "score: at least one candidate");
  auto set = test::toy_set();
  set[1].references.clear();
  REQUIRE_THROWS_TEXT(metrics::rouge_l(set), InvalidArgument,
                      "rouge_l: every candidate needs a reference; candidate 1 has none");
  REQUIRE_THROWS_PART(metrics::score(set), InvalidArgument, "candidate 1 has none");
  REQUIRE_THROWS_TEXT(metrics::bleu({candidate("caf\xe9", {"a"})}), InvalidArgument,
                      "metrics: text must be UTF-8; byte 3 of 4, 0xe9, begins no character");
}
