#include "limn/text/byte_pair.h"

#include <filesystem>
#include <fstream>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "support/golden.h"
#include "support/json_file.h"
#include "support/temporary_folder.h"
#include "text/gpt2_chunks.h"

using namespace limn;
using text::BytePairTokenizer;

namespace {

using Words = std::vector<std::string>;

const std::vector<BytePairTokenizer::Merge> kMerges{
    {"o", "g"}, {"d", "og"}, {"Ġ", "dog"}, {"Ġ", "a"}, {"a", "a"}};

BytePairTokenizer small() { return BytePairTokenizer(kMerges); }

}  // namespace

TEST_CASE("bpe merges the pair that was learnt first") {
  REQUIRE(small().split("a dog") == Words{"a", "Ġdog"});
  REQUIRE(small().split("dog a dogs") == Words{"dog", "Ġa", "Ġdog", "s"});
  REQUIRE(small().split("aaaaa") == Words{"aa", "aa", "a"});
  REQUIRE(small().split("é\n") == Words{"Ã", "©", "Ċ"});
  REQUIRE(small().split("").empty());
  REQUIRE(small().pieces().size() == 256 + 5);
  REQUIRE(small().pieces().front() == "!");
  REQUIRE(small().pieces().back() == "aa");
}

TEST_CASE("chunks, merges and pieces are those of the definition") {
  const json golden = test::read_json(test::kGolden / "tokenizer" / "byte_pair.json");
  Words captions;
  for (const json& row : golden.at("texts")) captions.push_back(row.at("text"));
  const auto bpe = BytePairTokenizer::learn(captions, {.merges = 200});
  REQUIRE(json::parse(bpe.data()) == golden.at("merges"));
  for (const json& row : golden.at("texts")) {
    const std::string caption = row.at("text");
    INFO(caption);
    const auto chunks = text::gpt2_chunks(caption);
    REQUIRE(Words(chunks.begin(), chunks.end()) == row.at("chunks").get<Words>());
    REQUIRE(bpe.split(caption) == row.at("pieces").get<Words>());
    REQUIRE(bpe.decode(bpe.split(caption)) == caption);
  }
}

TEST_CASE("any bytes survive their pieces") {
  Generator generator(1);
  for (int length = 0; length < 300; ++length) {
    std::string bytes;
    for (int i = 0; i < length; ++i) bytes += static_cast<char>(generator.below(256));
    REQUIRE(small().decode(small().encode(bytes)) == bytes);
  }
}

TEST_CASE("pieces join to a caption that people can read") {
  REQUIRE(small().join({"Ġa", "Ġdog", "s"}) == "a dogs");
  REQUIRE(small().join({"a", "Ġ", "Ġ"}) == "a");
  REQUIRE(small().join({"Ã", "©"}) == "é");
  SECTION("also when a character is cut") {
    REQUIRE(small().join({"a", "Ã", "Ġdog"}) == "a\ufffd dog");
    REQUIRE(small().join({"ã", "ģ"}) == "\ufffd\ufffd");
  }
  SECTION("and when one is no piece") { REQUIRE(small().join({"<unk>", "Ġ狗"}) == "<unk> 狗"); }
}

TEST_CASE("bpe takes as long as the caption is") {
  std::string one(100'000, 'a');
  REQUIRE(small().split(one).size() == 50'000);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "dog ";
  REQUIRE(small().split(many).size() == 100'001);
  REQUIRE(BytePairTokenizer::learn(std::vector{one, many}, {.merges = 50}).split(many).size() ==
          100'001);
}

TEST_CASE("equally frequent pairs are merged in the order of their bytes") {
  const std::vector<std::string> captions{"xb", "xb", "xa", "xa", "q"};
  REQUIRE(BytePairTokenizer::learn(captions).data() == R"(["x a","x b"])");
  REQUIRE(BytePairTokenizer::learn(captions, {.merges = 1}).data() == R"(["x a"])");
  REQUIRE(BytePairTokenizer::learn(captions, {.min_count = 3}).data() == "[]");
  REQUIRE(BytePairTokenizer::learn({}).data() == "[]");
  REQUIRE_THROWS_TEXT(BytePairTokenizer::learn({}, {.merges = -1}), InvalidArgument,
                      "bpe: merges must be at least 0 and min_count at least 1; got -1 and 2");
}

TEST_CASE("GPT-2's files are read") {
  const test::TemporaryFolder folder;
  folder.write("merges.txt", "#version: 0.2\no g\r\nd og\nĠ dog\nĠ a\na a\n\n");
  const auto bpe = BytePairTokenizer::read(folder / "merges.txt");
  REQUIRE(bpe.pieces() == small().pieces());
  json ids;
  for (const std::string& piece : bpe.pieces()) ids[piece] = 260 - ids.size();
  ids["<|endoftext|>"] = 261;
  folder.write("vocab.json", ids.dump());
  const Words pieces = text::read_pieces(folder / "vocab.json", bpe);
  REQUIRE(pieces.size() == 262);
  REQUIRE(pieces[260] == "!");
  REQUIRE(pieces[261] == "<|endoftext|>");
}

TEST_CASE("a tokeniser is made again from its data") {
  const auto again = text::make_tokenizer("bpe", small().data());
  REQUIRE(again->name() == "bpe");
  REQUIRE(!again->makes_words());
  REQUIRE(again->split("a dogs é") == small().split("a dogs é"));
  REQUIRE(again->data() == small().data());
  REQUIRE_THROWS_TEXT(text::make_tokenizer("bpe"), InvalidArgument,
                      "make_tokenizer: \"bpe\" needs its merges; read or learn them, as "
                      "limn/text/byte_pair.h says");
  REQUIRE_THROWS_PART(text::make_tokenizer("bpe", "{"), InvalidArgument,
                      "make_tokenizer: the data of \"bpe\" must be a list of merges; ");
  REQUIRE_THROWS_PART(text::make_tokenizer("bpe", "[1]"), InvalidArgument, "a list of merges; ");
  REQUIRE_THROWS_TEXT(text::make_tokenizer("bpe", R"(["ab"])"), InvalidArgument,
                      "make_tokenizer: a merge must be two pieces; got \"ab\"");
}

TEST_CASE("merges that cannot be are refused") {
  const auto refused = [](std::vector<BytePairTokenizer::Merge> merges, const std::string& text) {
    REQUIRE_THROWS_TEXT(BytePairTokenizer(merges), InvalidArgument, text);
  };
  refused({{"a", "b"}, {"ab", "cd"}},
          "bpe: merge 2 needs a byte or what an earlier merge made; got \"cd\"");
  refused({{"a", "b"}, {"狗", "a"}},
          "bpe: merge 2 needs a byte or what an earlier merge made; got \"狗\"");
  refused({{"", "b"}}, "bpe: merge 1 needs a byte or what an earlier merge made; got \"\"");
  refused({{"a", "b"}, {"b", "c"}, {"ab", "c"}, {"a", "bc"}}, "bpe: merge 4 makes \"abc\" again");
  refused({{"a", "b"}, {"a", "b"}}, "bpe: merge 2 makes \"ab\" again");
}

TEST_CASE("damaged files of pieces are named with the place") {
  const test::TemporaryFolder folder;
  const auto merges = [&](const std::string& content, const std::string& text) {
    folder.write("m.txt", content);
    REQUIRE_THROWS_PART(BytePairTokenizer::read(folder / "m.txt"), IoError, "m.txt: " + text);
  };
  const std::string line = " must be two pieces and a blank between them; is the file cut off";
  merges("#version: 0.2\na b\nab\n", "line 3" + line);
  merges("a b c\n", "line 1" + line);
  merges(" b\n", "line 1" + line);
  merges("a b\na \xff\n", "line 2" + line);
  merges("a b\nab cd\n", "its merges do not fit each other: bpe: merge 2 needs");
  merges("", "the file is empty");
  merges("#version: 0.2\n", "holds no merges; it should be the merges.txt of a BPE");
  for (const auto& [path, problem] :
       {std::pair(folder / "none.txt", "cannot be opened"), {folder / "", "is a folder"}}) {
    REQUIRE_THROWS_PART(BytePairTokenizer::read(path), IoError, problem);
    REQUIRE_THROWS_PART(text::read_pieces(path, small()), IoError, problem);
  }
  const auto pieces = [&](const std::string& content, const std::string& text) {
    folder.write("v.json", content);
    REQUIRE_THROWS_PART(text::read_pieces(folder / "v.json", small()), IoError, "v.json: " + text);
  };
  pieces("[]", "must be an object of pieces and their ids");
  pieces(R"({"a": 0, "b": 0})", "the ids of its 2 pieces must be 0 to 1, each once; \"b\" has 0");
  pieces(R"({"a": 0, "b": 2})", "the ids of its 2 pieces must be 0 to 1, each once; \"b\" has 2");
  pieces(R"({"a": -1})", "the ids of its 1 pieces must be 0 to 0, each once; \"a\" has -1");
  pieces(R"({"a": "0"})", "the ids of its 1 pieces must be 0 to 0, each once; \"a\" has \"0\"");
  pieces(R"({"a": 0})", "lacks the piece \"!\" of the merges; are both files of the same model?");
  json ids;
  const BytePairTokenizer bpe = small();
  for (const std::string& piece : bpe.pieces()) ids[piece] = ids.size();
  const std::string whole = ids.dump();
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    folder.write("v.json", whole.substr(0, size));
    REQUIRE_THROWS_AS(text::read_pieces(folder / "v.json", small()), IoError);
  }
  ids["[PAD]"] = ids.size();
  folder.write("v.json", ids.dump());
  REQUIRE(text::read_pieces(folder / "v.json", bpe).size() == bpe.pieces().size() + 1);
  folder.write("m.txt", "o g\nd og\n");  // what is left of small()'s merges
  REQUIRE_THROWS_PART(
      text::read_pieces(folder / "v.json", BytePairTokenizer::read(folder / "m.txt")), IoError,
      "which the merges do not make; are both files of the same model, and the "
      "merges.txt not cut off?");
}
