#include "data/shapes_scene.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "kernels/figures.h"

namespace limn::data {
namespace {

using kernels::Drawing;
using kernels::Figure;

constexpr std::int64_t kPixel = 16;  // lengths of drawings
constexpr int kNoise = 12;

struct Colour {
  const char* name;
  std::array<std::uint8_t, 3> rgb;
};

constexpr Colour kColours[kMostColours] = {{"red", {212, 46, 42}},     {"green", {44, 158, 66}},
                                           {"blue", {46, 84, 208}},    {"yellow", {234, 212, 46}},
                                           {"purple", {134, 60, 172}}, {"orange", {236, 122, 34}},
                                           {"black", {40, 40, 44}},    {"pink", {240, 136, 190}}};

struct Shape2d {
  const char* name;
  Figure figure;
};

constexpr Shape2d kShapes[kMostShapes] = {
    {"circle", Figure::circle}, {"square", Figure::square}, {"triangle", Figure::triangle},
    {"cross", Figure::cross},   {"ring", Figure::ring},     {"star", Figure::star}};

std::int64_t between(Generator& generator, std::int64_t low, std::int64_t high) {
  return low + generator.below(high - low + 1);
}

std::uint8_t jittered(Generator& generator, std::uint8_t value, std::int64_t by) {
  return static_cast<std::uint8_t>(
      std::clamp<std::int64_t>(value + between(generator, -by, by), 0, 255));
}

// Lays out objects in a row or a column, apart, and nearly on one line: so that they are beside
// each other and not above each other, or the other way round.
class Layout {
 public:
  Layout(std::int64_t side, bool upright, Generator& generator)
      : length_(side * kPixel), upright_(upright), generator_(generator) {}

  void place(std::vector<Drawing>& drawings) {
    std::int64_t free = length_ - 2 * kPixel - gap() * (std::ssize(drawings) - 1);
    std::int64_t widest = 0;
    for (const Drawing& d : drawings) {
      free -= 2 * d.radius;
      widest = std::max(widest, d.radius);
    }
    std::vector<std::int64_t> cuts;
    for (std::size_t i = 0; i < drawings.size(); ++i) cuts.push_back(between(generator_, 0, free));
    std::sort(cuts.begin(), cuts.end());
    const std::int64_t line = anywhere(widest);
    std::int64_t along = kPixel;
    for (std::size_t i = 0; i < drawings.size(); ++i) {
      Drawing& d = drawings[i];
      put(d, along + cuts[i] + d.radius,
          within(d.radius, line + between(generator_, -d.radius / 2, d.radius / 2)));
      along += 2 * d.radius + gap();
    }
  }

 private:
  std::int64_t gap() const { return length_ / 20; }
  std::int64_t within(std::int64_t radius, std::int64_t at) const {
    return std::clamp(at, kPixel + radius, length_ - kPixel - radius);
  }
  std::int64_t anywhere(std::int64_t radius) {
    return between(generator_, kPixel + radius, length_ - kPixel - radius);
  }
  void put(Drawing& d, std::int64_t along, std::int64_t across) const {
    d.x = upright_ ? across : along;
    d.y = upright_ ? along : across;
  }

  std::int64_t length_;
  bool upright_;
  Generator& generator_;
};

std::int64_t radius(std::int64_t side, bool large, Generator& generator) {
  const std::int64_t length = side * kPixel;
  return large ? between(generator, length * 175 / 1000, length * 195 / 1000)
               : between(generator, length * 112 / 1000, length * 130 / 1000);
}

std::vector<std::string> captions_of(const std::vector<ShapesObject>& objects, bool upright) {
  const auto a = [&](std::size_t i) { return "a " + objects[i].name(); };
  switch (objects.size()) {
    case 1: return {a(0)};
    case 2:
      return {fmt::format("{} {} {}", a(0), upright ? "above" : "left of", a(1)),
              fmt::format("{} {} {}", a(1), upright ? "below" : "right of", a(0))};
    default:
      return {fmt::format("{} between {} and {}", a(1), a(0), a(2)),
              fmt::format("{} between {} and {}", a(1), a(2), a(0))};
  }
}

std::string name_of(const ShapesCombination& combination,
                    const std::vector<ShapesObject>& objects) {
  if (combination.size_matters) return objects.front().name();
  std::vector<std::string> names;
  for (const ShapesObject& object : objects) names.push_back(object.colour + " " + object.shape);
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

Tensor background(std::int64_t side, Generator& generator) {
  Tensor picture(Shape{side, side, 3}, DType::uint8);
  const auto light = static_cast<std::uint8_t>(between(generator, 205, 240));
  std::array<std::uint8_t, 3> colour;
  for (auto& c : colour) c = jittered(generator, light, 8);
  for (std::int64_t i = 0; i < picture.elements(); ++i)
    picture.data<std::uint8_t>()[i] = colour[static_cast<std::size_t>(i % 3)];
  return picture;
}

}  // namespace

ShapesPicture draw_scene(const ShapesOptions& options, const ShapesCombination& combination,
                         Generator& generator) {
  std::vector<ShapesKind> kinds = combination.kinds;
  generator.shuffle(std::span(kinds));
  ShapesPicture result;
  std::vector<Drawing> drawings;
  for (const ShapesKind kind : kinds) {
    const Colour& colour = kColours[kind / options.shapes];
    const Shape2d& shape = kShapes[kind % options.shapes];
    const bool large =
        combination.size_matters ? combination.large : kinds.size() < 3 && generator.below(2) == 1;
    Drawing d{.figure = shape.figure,
              .radius = radius(options.side, large, generator),
              .tilt = between(generator, -6, 6)};
    for (std::size_t c = 0; c < 3; ++c) d.colour[c] = jittered(generator, colour.rgb[c], 18);
    drawings.push_back(d);
    result.objects.push_back({large ? "large" : "small", colour.name, shape.name});
  }
  const bool upright = generator.below(2) == 1;
  Layout(options.side, upright, generator).place(drawings);
  result.picture = background(options.side, generator);
  auto* pixels = result.picture.data<std::uint8_t>();
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    const Drawing& d = drawings[i];
    kernels::draw_figure(d, options.side, pixels);
    ShapesObject& object = result.objects[i];
    object.x = static_cast<double>(d.x) / kPixel;
    object.y = static_cast<double>(d.y) / kPixel;
    object.radius = static_cast<double>(d.radius) / kPixel;
  }
  kernels::add_noise(result.picture.elements(), kNoise, generator.bits(), pixels);
  result.captions = captions_of(result.objects, upright);
  result.combination = name_of(combination, result.objects);
  return result;
}

}  // namespace limn::data
