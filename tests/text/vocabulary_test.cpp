#include "limn/text/vocabulary.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "limn/core/error.h"
#include "limn/text/tokenizer.h"
#include "support/golden.h"

using namespace limn;
using text::Vocabulary;

namespace {

using Words = std::vector<std::string>;

const std::vector<Words> kCaptions{
    {"a", "dog", "runs"}, {"a", "cat", "runs"}, {"a", "Zebra", "狗", "</s>"}, {"</s>", "<unk>"}};

}  // namespace

TEST_CASE("words are numbered by falling count, equal ones by their bytes") {
  const auto vocabulary = Vocabulary::build(kCaptions, {.min_count = 1});
  REQUIRE(vocabulary.words() ==
          Words{"</s>", "<s>", "<unk>", "a", "runs", "Zebra", "cat", "dog", "狗"});
  REQUIRE(vocabulary.size() == 9);
  REQUIRE(vocabulary.word(vocabulary.end()) == "</s>");
  REQUIRE(vocabulary.word(vocabulary.begin()) == "<s>");
  REQUIRE(vocabulary.word(vocabulary.unknown()) == "<unk>");
}

TEST_CASE("the order of the captions does not matter") {
  std::vector<Words> turned(kCaptions.rbegin(), kCaptions.rend());
  REQUIRE(Vocabulary::build(turned, {.min_count = 1}).words() ==
          Vocabulary::build(kCaptions, {.min_count = 1}).words());
}

TEST_CASE("rare words and those beyond the limit are unknown") {
  const auto frequent = Vocabulary::build(kCaptions, {.min_count = 2});
  REQUIRE(frequent.words() == Words{"</s>", "<s>", "<unk>", "a", "runs"});
  REQUIRE(frequent.encode({"a", "dog", "runs"}) == std::vector<std::int32_t>{3, 2, 4});
  const auto limited = Vocabulary::build(kCaptions, {.min_count = 1, .max_size = 1});
  REQUIRE(limited.words() == Words{"</s>", "<s>", "<unk>", "a"});
  REQUIRE(Vocabulary::build(kCaptions).size() == 3);
  REQUIRE(Vocabulary::build({}).size() == 3);
}

TEST_CASE("special words in a caption are unknown words") {
  const auto vocabulary = Vocabulary::build(kCaptions, {.min_count = 1});
  REQUIRE(vocabulary.encode({"<s>", "a", "</s>", "<unk>"}) ==
          std::vector<std::int32_t>{2, 3, 2, 2});
}

TEST_CASE("words survive the way to ids and back") {
  const auto vocabulary = Vocabulary::build(kCaptions, {.min_count = 1});
  const Words words{"狗", "a", "Zebra"};
  REQUIRE(vocabulary.decode(vocabulary.encode(words)) == words);
  for (std::int32_t id = 3; id < vocabulary.size(); ++id)
    REQUIRE(vocabulary.id(vocabulary.word(id)) == id);
  REQUIRE(vocabulary.decode(vocabulary.encode({"unseen"})) == Words{"<unk>"});
  REQUIRE(vocabulary.encode({}).empty());
}

TEST_CASE("a vocabulary is made again from its words") {
  const auto vocabulary = Vocabulary::build(kCaptions, {.min_count = 1});
  const auto again = Vocabulary::from_words(vocabulary.words());
  REQUIRE(again.words() == vocabulary.words());
  REQUIRE(again.encode({"cat", "</s>"}) == vocabulary.encode({"cat", "</s>"}));
}

TEST_CASE("a default-made vocabulary knows nothing") {
  const Vocabulary vocabulary;
  REQUIRE(vocabulary.size() == 0);
  REQUIRE(vocabulary.id("a") == vocabulary.unknown());
}

TEST_CASE("vocabularies say what does not fit") {
  REQUIRE_THROWS_TEXT(Vocabulary::build({}, {.min_count = 0}), InvalidArgument,
                      "vocabulary: min_count must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(Vocabulary::build({}, {.max_size = -1}), InvalidArgument,
                      "vocabulary: max_size must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(Vocabulary::from_words({"</s>", "<unk>"}), InvalidArgument,
                      "vocabulary: the words must hold \"<s>\"; it is not among the 2");
  REQUIRE_THROWS_TEXT(Vocabulary::from_words({"</s>", "<s>", "<unk>", "a", "b", "a"}),
                      InvalidArgument, "vocabulary: words must differ; \"a\" is again word 5");
  REQUIRE_THROWS_TEXT(Vocabulary::from_words({"</s>", "<s>", "<unk>", "<s>"}), InvalidArgument,
                      "vocabulary: words must differ; \"<s>\" is again word 3");
  const auto vocabulary = Vocabulary::build({});
  REQUIRE_THROWS_TEXT(vocabulary.word(3), InvalidArgument,
                      "vocabulary: an id must be in [0, 3); got 3");
  REQUIRE_THROWS_TEXT(vocabulary.decode(std::vector<std::int32_t>{0, -1}), InvalidArgument,
                      "vocabulary: an id must be in [0, 3); got -1");
}

TEST_CASE("special words have the names and places that are asked for") {
  const auto vocabulary = Vocabulary::build(
      kCaptions, {.min_count = 2,
                  .special = {.end = "<end>", .begin = "<start>", .unknown = "UNK"},
                  .order = "words unknown begin end"});
  REQUIRE(vocabulary.words() == Words{"a", "</s>", "runs", "UNK", "<start>", "<end>"});
  REQUIRE(vocabulary.end() == 5);
  REQUIRE(vocabulary.begin() == 4);
  REQUIRE(vocabulary.unknown() == 3);
  REQUIRE(vocabulary.encode({"</s>", "UNK", "a", "dog"}) == std::vector<std::int32_t>{1, 3, 0, 3});
}

TEST_CASE("one word ends and begins captions, the unknown one is last") {
  const text::VocabularyOptions options{
      .min_count = 2,
      .special = {.end = "</s>", .begin = "</s>", .unknown = "UNK"},
      .order = "end words unknown"};
  const auto vocabulary = Vocabulary::build(kCaptions, options);
  REQUIRE(vocabulary.words() == Words{"</s>", "a", "runs", "UNK"});
  REQUIRE(vocabulary.end() == 0);
  REQUIRE(vocabulary.begin() == 0);
  REQUIRE(vocabulary.unknown() == 3);
  REQUIRE(vocabulary.is_special(0));
  REQUIRE(!vocabulary.is_special(1));
  const auto again = Vocabulary::from_words(vocabulary.words(), vocabulary.special());
  REQUIRE(again.encode({"a", "dog"}) == vocabulary.encode({"a", "dog"}));
  REQUIRE(again.begin() == 0);
  SECTION("also where the order names it twice") {
    auto twice = options;
    twice.order = "begin end words unknown";
    REQUIRE(Vocabulary::build(kCaptions, twice).words() == vocabulary.words());
  }
}

TEST_CASE("special words of a list may stand anywhere") {
  const auto vocabulary =
      Vocabulary::from_words({"a", "dog", "<|end|>"}, {"<|end|>", "<|end|>", "<|end|>"});
  REQUIRE(vocabulary.end() == 2);
  REQUIRE(vocabulary.unknown() == 2);
  REQUIRE(vocabulary.encode({"dog", "cat"}) == std::vector<std::int32_t>{1, 2});
}

TEST_CASE("special words that are no UTF-8 are refused") {
  REQUIRE_THROWS_PART(Vocabulary::build(kCaptions, {.special = {.end = "\xe9"}}), InvalidArgument,
                      "vocabulary: text must be UTF-8");
}

TEST_CASE("an order of special words that cannot be is refused") {
  const auto build = [](const std::string& order) {
    return Vocabulary::build(kCaptions, {.order = order});
  };
  REQUIRE_THROWS_TEXT(build("end begin words"), InvalidArgument,
                      "vocabulary: order lacks unknown; got \"end begin words\"");
  REQUIRE_THROWS_TEXT(build("end begin unknown"), InvalidArgument,
                      "vocabulary: order lacks words; got \"end begin unknown\"");
  REQUIRE_THROWS_TEXT(build("end end begin unknown words"), InvalidArgument,
                      "vocabulary: order must name end, begin, unknown and words, each once; got "
                      "\"end end begin unknown words\"");
  REQUIRE_THROWS_PART(build("end start unknown words"), InvalidArgument, "each once; got \"end st");
  REQUIRE_THROWS_TEXT(
      Vocabulary::build({}, {.special = {.end = "", .begin = "<s>", .unknown = "?"}}),
      InvalidArgument,
      "vocabulary: the special words must not be empty; got \"\", \"<s>\" and \"?\"");
}

TEST_CASE("Flickr8k's training captions have the known numbers of words", "[data]") {
  const auto folder = test::kShared / "flickr8k";
  if (!test::is_there(folder)) return;
  std::set<std::string> photos;
  std::string line;
  for (std::ifstream names(folder / "Flickr_8k.trainImages.txt"); names >> line;)
    photos.insert(line);
  const auto tokenizer = text::make_tokenizer("simple");
  std::vector<Words> captions;
  std::size_t tokens = 0;
  for (std::ifstream file(folder / "Flickr8k.token.txt"); std::getline(file, line);) {
    if (photos.count(line.substr(0, line.find('#'))) == 0) continue;
    captions.push_back(tokenizer->split(std::string_view(line).substr(line.find('\t'))));
    tokens += captions.back().size();
  }
  REQUIRE(captions.size() == 30000);
  REQUIRE(tokens == 323639);
  REQUIRE(Vocabulary::build(captions, {.min_count = 1}).size() == 7630 + 3);
  REQUIRE(Vocabulary::build(captions, {.min_count = 4}).size() == 2923 + 3);
  REQUIRE(Vocabulary::build(captions, {.min_count = 5}).size() == 2537 + 3);
  REQUIRE(Vocabulary::build(captions, {.min_count = 6}).size() == 2268 + 3);
}
