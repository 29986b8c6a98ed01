#include <algorithm>
#include <fstream>

#include "limn/core/error.h"
#include "limn/text/tokenizer.h"
#include "support/golden.h"
#include "text/normal_form.h"

using namespace limn;

namespace {

using Words = std::vector<std::string>;

Words characters(std::string_view caption) {
  return text::make_tokenizer("characters")->split(caption);
}

bool has_icu() {
  const auto names = text::tokenizer_names();
  return std::find(names.begin(), names.end(), "words") != names.end();
}

}  // namespace

TEST_CASE("characters of East Asian scripts are words") {
  REQUIRE(characters("一只狗。在草地上！") == Words{"一", "只", "狗", "在", "草", "地", "上"});
  REQUIRE(characters("日本語のテスト、ー") ==
          Words{"日", "本", "語", "の", "テ", "ス", "ト", "ー"});
  REQUIRE(characters("한국어 개") == Words{"한", "국", "어", "개"});
  REQUIRE(characters("𠀀々〇") == Words{"𠀀", "々", "〇"});
}

TEST_CASE("runs of other letters and digits are words") {
  REQUIRE(characters("穿T恤的2个人 in NY, 3.5米") ==
          Words{"穿", "t", "恤", "的", "2", "个", "人", "in", "ny", "3", "5", "米"});
  REQUIRE(characters("Café हिन्दी a_b") == Words{"café", "हिन्दी", "a", "b"});
  REQUIRE(characters("★ 。 — 🐶").empty());
  REQUIRE(characters("").empty());
}

TEST_CASE("marks stay with their character") {
  REQUIRE(characters("か\u3099は\u309a") == Words{"が", "ぱ"});
  REQUIRE(characters("ｶﾞｷ") == Words{"ｶﾞ", "ｷ"});
  REQUIRE(characters("e\u0301a 狗\u0301a") == Words{"éa", "狗\u0301", "a"});
  REQUIRE(characters("\u1100\u1161\u11a8") == Words{"각"});
  REQUIRE(characters("\u0301a") == Words{"\u0301a"});
}

TEST_CASE("characters join without blanks, other words with one") {
  const auto tokenizer = text::make_tokenizer("characters");
  for (const std::string caption : {"一只狗", "穿t恤的2个人in ny", "a dog", "ｶﾞa", "狗\u0301a"}) {
    REQUIRE(tokenizer->join(tokenizer->split(caption)) == caption);
  }
}

TEST_CASE("text is composed before it is split, and soon") {
  REQUIRE(text::lower_composed("E\u0301\u0327") == "\u0229\u0301");
  std::string endless = "a";
  for (int i = 0; i < 100'000; ++i) endless += i % 2 == 0 ? "\u0301" : "\u0327";
  REQUIRE(text::lower_composed(endless) == endless);
  REQUIRE(characters(endless) == Words{endless});
}

TEST_CASE("Chinese captions survive their characters", "[data]") {
  const auto path = test::kShared / "flickr8k_cn" / "flickr8kzhc.caption.txt";
  if (!test::is_there(path)) return;
  const auto tokenizer = text::make_tokenizer("characters");
  std::string line;
  std::size_t captions = 0, words = 0;
  for (std::ifstream file(path); std::getline(file, line); ++captions) {
    const Words split = tokenizer->split(line.substr(line.find(' ') + 1));
    INFO(line);
    REQUIRE(!split.empty());
    REQUIRE(tokenizer->split(tokenizer->join(split)) == split);
    words += split.size();
  }
  REQUIRE(captions >= 1000);
  REQUIRE(words >= 5 * captions);
}

TEST_CASE("words of Chinese and Japanese are those of ICU's dictionaries") {
  if (!has_icu()) {
    REQUIRE_THROWS_TEXT(text::make_tokenizer("words"), InvalidArgument,
                        "make_tokenizer: \"words\" needs ICU, which this limn was built without; "
                        "install libicu-dev (Debian, Ubuntu) and build it again");
    return;
  }
  const auto tokenizer = text::make_tokenizer("words");
  REQUIRE(tokenizer->split("两只狗在草地上玩耍。") ==
          Words{"两", "只", "狗", "在", "草地", "上", "玩耍"});
  REQUIRE(tokenizer->split("A man's T-shirt, 3.5 m") ==
          Words{"a", "man's", "t", "shirt", "3.5", "m"});
  REQUIRE(tokenizer->join({"两只", "狗", "a", "dog"}) == "两只狗a dog");
  REQUIRE(tokenizer->split("").empty());
  REQUIRE(tokenizer->split(std::string_view("a\0b", 3)) == Words{"a", "b"});
}
