#include "limn/data/shapes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <sstream>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using data::ShapesObject;
using data::ShapesPicture;

namespace {

const data::ShapesSet& default_set() {
  static const data::ShapesSet set = data::make_shapes({.train = 2000, .test = 300});
  return set;
}

std::vector<std::string> words_of(const std::string& caption) {
  std::istringstream in(caption);
  return {std::istream_iterator<std::string>(in), {}};
}

std::map<std::string, int> count_words(const std::vector<ShapesPicture>& pictures) {
  std::map<std::string, int> counts;
  for (const ShapesPicture& picture : pictures) {
    for (const std::string& caption : picture.captions) {
      for (const std::string& word : words_of(caption)) ++counts[word];
    }
  }
  return counts;
}

std::string kind(const ShapesObject& object) { return object.colour + " " + object.shape; }

// By how much a is left of b: free columns between them.
double columns_between(const ShapesObject& a, const ShapesObject& b) {
  return b.x - b.radius - (a.x + a.radius);
}
double rows_between(const ShapesObject& a, const ShapesObject& b) {
  return b.y - b.radius - (a.y + a.radius);
}

// All that can be said of two objects, from their places alone.
std::set<std::string> relations(const ShapesObject& a, const ShapesObject& b) {
  std::set<std::string> said;
  const auto say = [&](const ShapesObject& one, const char* relation, const ShapesObject& other) {
    said.insert("a " + one.name() + " " + relation + " a " + other.name());
  };
  if (columns_between(a, b) > 0) say(a, "left of", b), say(b, "right of", a);
  if (columns_between(b, a) > 0) say(b, "left of", a), say(a, "right of", b);
  if (rows_between(a, b) > 0) say(a, "above", b), say(b, "below", a);
  if (rows_between(b, a) > 0) say(b, "above", a), say(a, "below", b);
  return said;
}

template <class Body>
void for_each_picture(Body&& body) {
  for (const auto* split : {&default_set().train, &default_set().test}) {
    for (const ShapesPicture& picture : *split) {
      INFO(picture.captions.front());
      body(picture);
    }
  }
}

}  // namespace

TEST_CASE("the same options give the same bytes, another seed others") {
  const data::ShapesOptions options{.train = 20, .test = 10};
  const auto one = data::make_shapes(options);
  const auto two = data::make_shapes(options);
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(one.train[i].captions == two.train[i].captions);
    const Tensor& a = one.train[i].picture;
    REQUIRE(std::memcmp(a.raw(), two.train[i].picture.raw(), a.bytes()) == 0);
  }
  const auto other = data::make_shapes({.train = 20, .test = 10, .seed = 2});
  REQUIRE(other.train[0].combination != one.train[0].combination);
}

TEST_CASE("a picture does not depend on how many there are") {
  const auto few = data::make_shapes({.train = 5, .test = 3});
  REQUIRE(few.train.size() == 5);
  REQUIRE(few.test.size() == 3);
  for (std::size_t i = 0; i < 5; ++i)
    REQUIRE(few.train[i].captions == default_set().train[i].captions);
}

TEST_CASE("the bytes of a shapes picture are these on every machine") {
  const auto set = data::make_shapes({.train = 30, .test = 0});
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const ShapesPicture& picture : set.train) {
    for (const std::uint8_t byte : picture.picture.span<std::uint8_t>())
      hash = (hash ^ byte) * 0x100000001B3u;
  }
  REQUIRE(hash == 13565698294629501778u);
}

TEST_CASE("no combination of the test split is in the training split") {
  std::set<std::string> trained;
  for (const ShapesPicture& picture : default_set().train) trained.insert(picture.combination);
  for (const ShapesPicture& picture : default_set().test)
    REQUIRE(trained.count(picture.combination) == 0);
}

TEST_CASE("every test picture of several objects has a pair that training never shows") {
  std::set<std::set<std::string>> trained;
  const auto for_pairs = [](const ShapesPicture& picture, auto&& body) {
    for (std::size_t i = 0; i < picture.objects.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j)
        body(std::set{kind(picture.objects[i]), kind(picture.objects[j])});
    }
  };
  for (const ShapesPicture& picture : default_set().train)
    for_pairs(picture, [&](const auto& pair) { trained.insert(pair); });
  for (const ShapesPicture& picture : default_set().test) {
    if (picture.objects.size() < 2) continue;
    INFO(picture.captions.front());
    bool unseen = false;
    for_pairs(picture, [&](const auto& pair) { unseen = unseen || trained.count(pair) == 0; });
    REQUIRE(unseen);
  }
}

TEST_CASE("training shows every word of the test split, and every object, often") {
  const auto trained = count_words(default_set().train);
  for (const auto& [word, count] : count_words(default_set().test)) {
    INFO(word);
    REQUIRE(trained.count(word) == 1);
    REQUIRE(trained.at(word) > 100);
  }
  REQUIRE(trained.size() == 10 + 6 + 5);  // a and between small large left right of above below
  std::map<std::string, int> objects;
  for (const ShapesPicture& picture : default_set().train) {
    for (const ShapesObject& object : picture.objects) ++objects[object.name()];
  }
  REQUIRE(objects.size() == 2 * 6 * 5);
  for (const auto& [name, count] : objects) {
    INFO(name);
    REQUIRE(count > 20);
  }
}

TEST_CASE("captions say what is there, and all of it") {
  std::map<std::size_t, int> counts;
  for_each_picture([&](const ShapesPicture& picture) {
    const auto& o = picture.objects;
    const std::set<std::string> captions(picture.captions.begin(), picture.captions.end());
    REQUIRE(captions.size() == picture.captions.size());
    ++counts[o.size()];
    if (o.size() == 1) REQUIRE(captions == std::set{"a " + o[0].name()});
    if (o.size() == 2) {
      REQUIRE(captions == relations(o[0], o[1]));
      REQUIRE(captions.size() == 2);
    }
    if (o.size() != 3) return;
    REQUIRE(captions ==
            std::set{"a " + o[1].name() + " between a " + o[0].name() + " and a " + o[2].name(),
                     "a " + o[1].name() + " between a " + o[2].name() + " and a " + o[0].name()});
    const bool row = columns_between(o[0], o[1]) > 0 && columns_between(o[1], o[2]) > 0;
    const bool column = rows_between(o[0], o[1]) > 0 && rows_between(o[1], o[2]) > 0;
    REQUIRE(row != column);
  });
  REQUIRE(counts[1] > 150);
  REQUIRE(counts[2] > 1600);
  REQUIRE(counts[3] > 150);
}

TEST_CASE("objects are apart, beside each other, within the picture, of clear sizes") {
  for_each_picture([](const ShapesPicture& picture) {
    for (const ShapesObject& object : picture.objects) {
      REQUIRE(std::min(object.x, object.y) >= object.radius + 1);
      REQUIRE(std::max(object.x, object.y) <= 48 - object.radius - 1);
      const bool large = object.size == "large";
      REQUIRE(object.radius >= (large ? 8.3 : 5.3));
      REQUIRE(object.radius <= (large ? 9.4 : 6.3));
    }
    for (std::size_t i = 1; i < picture.objects.size(); ++i) {
      const ShapesObject& a = picture.objects[i - 1];
      const ShapesObject& b = picture.objects[i];
      REQUIRE(std::max(columns_between(a, b), rows_between(a, b)) >= 2.3);
      // On the other axis each covers at least half of the smaller one.
      const double across = columns_between(a, b) > 0 ? a.y - b.y : a.x - b.x;
      REQUIRE(std::abs(across) <= (a.radius + b.radius) / 2 + 0.1);
    }
  });
}

TEST_CASE("objects have their colours and the background is light") {
  const std::map<std::string, std::vector<int>> colours = {
      {"red", {212, 46, 42}},     {"green", {44, 158, 66}},   {"blue", {46, 84, 208}},
      {"yellow", {234, 212, 46}}, {"purple", {134, 60, 172}}, {"orange", {236, 122, 34}}};
  for_each_picture([&](const ShapesPicture& picture) {
    const std::uint8_t* pixels = picture.picture.data<std::uint8_t>();
    for (const ShapesObject& object : picture.objects) {
      if (object.shape == "ring") continue;  // its centre is background
      const auto at =
          static_cast<std::int64_t>(object.y) * 48 + static_cast<std::int64_t>(object.x);
      for (std::size_t c = 0; c < 3; ++c)
        REQUIRE(std::abs(pixels[at * 3 + static_cast<std::int64_t>(c)] -
                         colours.at(object.colour)[c]) <= 30);
    }
    int light = 0;
    for (std::int64_t i = 0; i < 48 * 48 * 3; ++i) light += pixels[i] > 180;
    REQUIRE(light > 48 * 48 * 3 / 2);
  });
}

TEST_CASE("the smallest and the largest shapes sets hold what they promise") {
  for (const auto& [colours, shapes] : {std::pair{2, 2}, {2, 3}, {8, 6}}) {
    INFO(colours << " colours, " << shapes << " shapes");
    const auto set = data::make_shapes(
        {.train = 1500, .test = 60, .side = 32, .colours = colours, .shapes = shapes, .seed = 7});
    std::set<std::string> trained;
    for (const ShapesPicture& picture : set.train) trained.insert(picture.combination);
    for (const ShapesPicture& picture : set.test) REQUIRE(trained.count(picture.combination) == 0);
    const auto words = count_words(set.train);
    REQUIRE(words.size() == static_cast<std::size_t>(10 + colours + shapes));
    REQUIRE(set.train.front().picture.shape() == Shape{32, 32, 3});
  }
}

TEST_CASE("make_shapes says what is out of range") {
  REQUIRE_THROWS_TEXT(data::make_shapes({.train = -1}), InvalidArgument,
                      "make_shapes: numbers of pictures must not be negative; got -1 to train, "
                      "400 to test");
  REQUIRE_THROWS_TEXT(data::make_shapes({.side = 20}), InvalidArgument,
                      "make_shapes: side must be in [32, 512]; got 20");
  REQUIRE_THROWS_TEXT(data::make_shapes({.colours = 9}), InvalidArgument,
                      "make_shapes: colours must be in [2, 8] and shapes in [2, 6]; got 9 and 5");
}
