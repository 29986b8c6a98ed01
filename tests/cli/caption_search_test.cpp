#include <cmath>
#include <set>
#include <sstream>

#include "cli/short_demo.h"
#include "limn/core/precision.h"
#include "limn/models/photo_captioner.h"

using namespace limn;
using namespace limn::test;

namespace {

Outcome searched(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), demo().picture);
  return run_model("caption", arguments);
}

std::vector<std::string> words_of(const Outcome& outcome) {
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  std::istringstream text(outcome.out);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

/// What a model says wherever it stands and whatever the photo; the rest ends the caption.
struct Shares {
  double a, above, circle;
};

void save_constant_model(const std::string& file, const Shares& shares) {
  Generator generator;
  auto encoder = encoders::make_encoder(
      {.name = "small_cnn", .options = {{"side", "16"}, {"width", "1"}}}, generator);
  auto captioner =
      models::make_captioner("nic", {{"embedding", "2"}, {"hidden", "2"}},
                             {.vocabulary = 6, .features = encoder->feature_size()}, generator);
  const double end = 1 - shares.a - shares.above - shares.circle;
  for (auto& [name, values] : captioner->state_dict()) {
    if (name == "out.weight") values.fill(0);
    if (name != "out.bias") continue;
    std::size_t word = 0;
    for (const double share : {end, 1e-9, 1e-9, shares.a, shares.above, shares.circle})
      values.span<float>()[word++] = static_cast<float>(std::log(share));
  }
  models::PhotoCaptioner(
      std::move(encoder), std::move(captioner),
      text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a", "above", "circle"}),
      text::make_tokenizer("simple"))
      .save(demo().folder / file);
}

/// The best caption of `least` to 3 words.
std::string said_by(const std::vector<std::string>& models, int least,
                    const std::vector<std::string>& flags) {
  std::vector<std::string> arguments{"caption",      demo().picture,       "--beam",
                                     "50",           "--max-length",       "3",
                                     "--min-length", std::to_string(least)};
  for (const std::string& model : models) arguments.insert(arguments.end(), {"--model", model});
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  const Outcome outcome = run(demo().folder, arguments);
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  return outcome.out.substr(0, outcome.out.find('\n'));
}

}  // namespace

TEST_CASE("captions begin with the prefix and have the required phrase") {
  CHECK(searched({"--prefix", "a small blue"}).out.starts_with("a small blue "));
  CHECK(has(searched({"--require", "green circle", "--require", "above"}).out, "green circle"));
  CHECK(has(searched({"--require", "green circle", "--require", "above"}).out, "above"));
  CHECK(has(searched({"--require", "green circle", "--sample"}).out, "green circle"));
}

TEST_CASE("words do not repeat, end badly or come where they must not") {
  const auto words = words_of(searched({"--no-repeat", "1"}));
  CHECK(std::set<std::string>(words.begin(), words.end()).size() == words.size());
  for (const std::string word : {"a", "above", "circle"}) {
    const auto others = words_of(searched({"--forbid", word, "--min-length", "1"}));
    CHECK_FALSE(others.empty());
    CHECK(std::count(others.begin(), others.end(), word) == 0);
  }
}

TEST_CASE("flags of words and of lengths change the best caption") {
  save_constant_model("constant.safetensors", {.a = 0.5, .above = 0.05, .circle = 0.3});
  const auto said = [](int least, const std::vector<std::string>& flags) {
    return said_by({"constant.safetensors"}, least, flags);
  };
  CHECK(said(1, {}) == "a");
  CHECK(said(1, {"--forbid", "a"}) == "circle");
  CHECK(said(1, {"--no-bad-endings"}) == "circle");
  CHECK(said(1, {"--length-penalty", "1"}) == "a a a");
  CHECK(said(1, {"--length-penalty", "1", "--length-form", "power"}) == "a a a");
  CHECK(said(1, {"--length-penalty", "1", "--length-form", "wu"}) == "a");
  CHECK(said(3, {"--no-bad-endings"}) == "a a circle");
  CHECK(has(said(3, {"--no-bad-endings", "--no-repeat", "1"}), "above"));
}

TEST_CASE("several models say what most of them do, by their weights") {
  save_constant_model("first.safetensors", {.a = 0.6, .above = 0.01, .circle = 0.35});
  save_constant_model("second.safetensors", {.a = 0.01, .above = 0.01, .circle = 0.2});
  const auto said = [](const std::vector<std::string>& flags) {
    return said_by({"first.safetensors", "second.safetensors"}, 1, flags);
  };
  CHECK(said({}) == "a");
  CHECK(said({"--averaging", "log-probabilities"}) == "circle");
  CHECK(said({"--model-weight", "1", "--model-weight", "9"}) == "circle");
  CHECK(said({"--model-weight", "9", "--model-weight", "1"}) == "a");
}

TEST_CASE("words that a model cannot say are wrong usage") {
  std::vector<std::string> many;
  for (int i = 0; i < 13; ++i) many.insert(many.end(), {"--require", "red"});
  require_failure(searched(many), 2, "--require: at most 12 words and phrases; got 13");
  require_failure(searched({"--require", "red zebra"}), 2,
                  "--require: the model does not know \"zebra\"");
  require_failure(searched({"--prefix", "..."}), 2, "--prefix: \"...\" has no word");
  for (const std::string flag : {"--prefix", "--require", "--forbid"})
    require_failure(searched({flag, "</s>"}), 2,
                    flag + ": \"</s>\" is a special word, which no caption holds");
  require_failure(searched({"--prefix", "a red circle", "--max-length", "2"}), 2,
                  "--prefix: \"a red circle\" is 3 words to the model, --max-length 2");
  require_failure(searched({"--forbid", "red circle"}), 2,
                  "--forbid: \"red circle\" is 2 words to the model, give one");
}

TEST_CASE("rules that no caption can keep to are wrong usage, named by their flags") {
  require_failure(
      searched({"--require", "a red circle", "--max-length", "2"}), 2,
      "no caption can keep to --require \"a red circle\" and --max-length 2; that takes "
      "at least 3 of the model's words");
  require_failure(searched({"--require", "a red", "--require", "a blue", "--no-repeat", "1"}), 2,
                  "no caption can keep to --require \"a red\" and --require \"a blue\" and "
                  "--no-repeat 1");
  require_failure(run_model("evaluate", {"--captions", "captions.tsv", "--images", demo().pictures,
                                         "--prefix", "a", "--require", "a red", "--no-repeat", "1",
                                         "--max-length", "3", "--require", "red a"}),
                  2,
                  "no caption can keep to --require \"a red\" and --require \"red a\" and "
                  "--no-repeat 1");
}

TEST_CASE("distinct samples are different") {
  const Outcome outcome = searched({"--samples", "8", "--distinct", "--max-length", "4"});
  REQUIRE(outcome.status == 0);
  std::istringstream text(outcome.out);
  std::set<std::string> captions;
  for (std::string line; std::getline(text, line);) captions.insert(line.substr(line.find('\t')));
  CHECK(captions.size() == 8);
  require_failure(searched({"--distinct", "--top-k", "5"}), 2,
                  "--distinct draws from all words; leave out --top-k and --nucleus");
}

TEST_CASE("groups show the best caption of each") {
  const Outcome groups = searched({"--beam", "6", "--groups", "3", "--diversity", "5"});
  REQUIRE(groups.status == 0);
  CHECK(lines(groups.out) == 3);
  require_failure(searched({"--groups", "2"}), 2,
                  "--groups 2 needs a --beam that it divides; it is 3");
  require_failure(searched({"--groups", "3", "--sample"}), 2,
                  "--groups is of beam search, not of sampling");
}

TEST_CASE("twice the same model is the model, other models caption with it") {
  const std::string one = searched({}).out;
  CHECK(searched({"--model", demo().model}).out == one);
  CHECK(searched({"--model", demo().model, "--averaging", "log-probabilities"}).out == one);
  CHECK(searched({"--model", demo().model, "--model-weight", "2", "--model-weight", "1e-3"}).out ==
        one);
  CHECK(searched({"--precision", "float32"}).status == 0);
  CHECK(searched({"--precision", "auto"}).status == 0);
  CHECK(searched({"--precision", "emulated_bfloat16"}).status == 0);
  if (!is_available(Precision::bfloat16)) {
    require_failure(searched({"--precision", "bfloat16"}), 2,
                    "precision: bfloat16 needs a processor with AVX512-BF16, which this one lacks; "
                    "use float32, or emulated_bfloat16 to see what the rounding does");
  }
  require_failure(searched({"--averaging", "log-probabilities"}), 2,
                  "--averaging is for several models, each with its --model");
}

TEST_CASE("weights of models are numbers above 0, one for each") {
  const auto weighted = [](std::vector<std::string> weights) {
    std::vector<std::string> arguments{"--model", demo().model};
    for (const std::string& weight : weights) {
      arguments.push_back("--model-weight");
      arguments.push_back(weight);
    }
    return searched(arguments);
  };
  require_failure(weighted({"2"}), 2, "--model-weight: give one for each of the 2 models; got 1");
  for (const std::string weight : {"0", "-1", "inf", "nan"}) {
    require_failure(weighted({"1", weight}), 2,
                    "caption: --model-weight: must be from 1e-06 to 1000000; got " + weight +
                        "; see limn caption --help");
  }
  require_failure(searched({"--model-weight", "2"}), 2,
                  "--model-weight is for several models, each with its --model");
}

TEST_CASE("captions longer than the model can say are wrong usage") {
  Generator generator;
  const text::Vocabulary words = text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a"});
  auto encoder = encoders::make_encoder({"small_cnn", {}}, generator);
  auto captioner =
      models::make_captioner("gpt2_prefix",
                             {{"width", "8"},
                              {"heads", "2"},
                              {"layers", "1"},
                              {"feed_forward", "8"},
                              {"prefix", "3"},
                              {"positions", "12"}},
                             {.vocabulary = 4, .features = encoder->feature_size()}, generator);
  const models::PhotoCaptioner model(std::move(encoder), std::move(captioner), words,
                                     text::make_tokenizer("simple"));
  model.save(demo().folder / "short.safetensors");
  const auto caption = [](const std::string& length) {
    return run(demo().folder,
               {"caption", "--model", "short.safetensors", demo().picture, "--max-length", length});
  };
  CHECK(caption("9").status == 0);
  CHECK(run(demo().folder, {"caption", "--model", "short.safetensors", demo().picture}).status ==
        0);
  require_failure(caption("10"), 2,
                  "--max-length 10: gpt2_prefix can say captions of 9 words at most; lower it");
}

TEST_CASE("a form of length that is not known is wrong usage") {
  CHECK(searched({"--length-form", "mean"}).status == 2);
}

TEST_CASE("flags that mean nothing together are wrong usage") {
  for (const std::string flag : {"--beam", "--diversity", "--length-penalty"})
    require_failure(searched({"--seed", "1", flag, "1"}), 2,
                    flag + " is of beam search, not of sampling");
  require_failure(searched({"--diversity", "1"}), 2, "--diversity means nothing without --groups");
  require_failure(searched({"--length-form", "wu"}), 2,
                  "--length-form means nothing without --length-penalty");
  require_failure(searched({"--require", "red circle", "--forbid", "circle"}), 2,
                  "--require asks for \"circle\", which --forbid keeps out");
  require_failure(searched({"--prefix", "a red", "--forbid", "red"}), 2,
                  "--prefix asks for \"red\", which --forbid keeps out");
  require_failure(
      searched({"--format", "coco", "--n-best", "2"}), 2,
      "--format coco has one caption of a photo; leave out --n-best, --groups and --samples");
}

TEST_CASE("a flag of sampling draws, at its default too") {
  const std::string drawn = searched({"--sample", "--seed", "3"}).out;
  CHECK(searched({"--seed", "3", "--samples", "1"}).out == drawn);
  CHECK(searched({"--seed", "1"}).out == searched({"--sample"}).out);
}

TEST_CASE("captions that break off, or are not there, are said to") {
  const Outcome cut = searched({"--beam", "1", "--max-length", "1"});
  CHECK(cut.status == 0);
  CHECK(lines(cut.out) == 1);
  CHECK(has(cut.err, "captions without an end: 1;"));
  require_failure(
      searched({"--no-repeat", "1", "--min-length", "100", "--max-length", "100", "--distinct"}), 1,
      demo().picture + ": no caption keeps to all that is asked of its words");
  CHECK(searched({}).err.empty());
  CHECK(has(searched({"--attention", "--format", "json"}).err, "does not weigh regions"));
}
