#include "limn/train/caption_page.h"

#include "limn/core/error.h"
#include "limn/vision/image.h"
#include "support/catch.h"

using namespace limn;

namespace {

// What a base64 data URI holds.
std::vector<std::uint8_t> bytes_of(const std::string& uri) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = uri.find(',') + 1; i < uri.size() && uri[i] != '='; ++i) {
    bits = bits << 6 | static_cast<std::uint32_t>(alphabet.find(uri[i]));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

models::Caption caption(const std::string& text, double log_probability) {
  return {.text = text,
          .words = {{text, log_probability}},
          .log_probability = log_probability,
          .finished = false};
}

}  // namespace

TEST_CASE("a thumbnail keeps its shape and is no longer than asked for") {
  const auto size = [](Shape picture, std::int64_t longest) {
    const std::string uri = train::thumbnail(Tensor::zeros(picture, DType::uint8), longest);
    REQUIRE(uri.starts_with("data:image/jpeg;base64,"));
    return vision::decode_image(bytes_of(uri), "thumbnail").shape();
  };
  REQUIRE(size(Shape{100, 50, 3}, 20) == Shape{20, 10, 3});
  REQUIRE(size(Shape{50, 100, 3}, 20) == Shape{10, 20, 3});
  REQUIRE(size(Shape{1, 100, 3}, 20) == Shape{1, 20, 3});
  REQUIRE(size(Shape{7, 9, 3}, 20) == Shape{7, 9, 3});
}

TEST_CASE("a card shows the words of the best caption and the text of the others") {
  const std::vector<models::Caption> captions{caption("dog", -1), caption("cat", -2)};
  const train::ReportCaption card =
      train::caption_card("a.jpg", "data:image/png;base64,", captions);
  REQUIRE(card.name == "a.jpg");
  REQUIRE(card.words.size() == 1);
  REQUIRE(card.words[0].word == "dog");
  REQUIRE(card.words[0].log_probability == -1);
  REQUIRE(card.log_probability == -1);
  REQUIRE(card.others == std::vector<std::string>{"cat"});
  const std::string page =
      train::render_report({.title = "Captions", .summary = {}, .charts = {}, .captions = {card}});
  REQUIRE(page.find("<p class=\"role\">Model, next</p>\n<ul class=\"references\">\n<li>cat</li>") !=
          std::string::npos);
}

TEST_CASE("cards and thumbnails say what they need") {
  REQUIRE_THROWS_TEXT(train::caption_card("a.jpg", "", {}), InvalidArgument,
                      "caption_card: \"a.jpg\" needs at least one caption");
  const Tensor picture = Tensor::zeros(Shape{2, 2, 3}, DType::uint8);
  REQUIRE_THROWS_TEXT(train::thumbnail(picture, 0), InvalidArgument,
                      "thumbnail: longest must be at least 1 pixel; got 0");
  REQUIRE_THROWS_TEXT(train::thumbnail(picture.reshaped(Shape{4, 3})), InvalidArgument,
                      "thumbnail: needs a picture [H, W, 3]; got [4, 3]");
}
