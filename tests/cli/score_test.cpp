#include <cmath>

#include "cli/short_demo.h"

using namespace limn;
using namespace limn::test;

TEST_CASE("score finds the log-probability that the search found") {
  const json best =
      json_of(run_model("caption", {demo().picture, "--format", "json"}))[0].at("captions").at(0);
  const json scored =
      json_of(run_model("score", {"--caption", best.at("caption"), demo().picture, "--json"}));
  const double log_probability = scored.at("log_probability");
  CHECK(log_probability == Approx(best.at("log_probability").get<double>()).epsilon(1e-4));
  CHECK(sum_of_words(scored.at("words")) == Approx(log_probability));
  const auto words = static_cast<double>(scored.at("words").size());
  CHECK(scored.at("perplexity").get<double>() == Approx(std::exp(-log_probability / words)));
  const Outcome text = run_model("score", {"--caption", "a zebra", demo().picture});
  CHECK(has(text.out, "zebra (unknown word)"));
  CHECK(!has(text.out, "</s> (unknown word)"));
  CHECK(has(text.out, "log P(S | I)"));
}

TEST_CASE("score of a set is the perplexity that evaluate finds") {
  const std::vector<std::string> set{"--captions", "captions.tsv", "--images", demo().pictures,
                                     "--json"};
  const json scored = json_of(run_model("score", set));
  CHECK(scored.at("photos") == 8);
  CHECK(scored.at("captions") == 8);
  const json evaluated = json_of(run_model("evaluate", set));
  CHECK(evaluated.at("scores").at("perplexity").get<double>() ==
        Approx(scored.at("perplexity").get<double>()));
}
