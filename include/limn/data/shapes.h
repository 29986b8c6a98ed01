// The shapes set: pictures with captions that the program draws itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "limn/core/tensor.h"

namespace limn::data {

struct ShapesOptions {
  std::int64_t train = 4000;  ///< pictures
  std::int64_t test = 400;    ///< pictures of combinations that `train` never shows
  std::int64_t side = 48;     ///< pixels, in [32, 512]
  std::int64_t colours = 6;   ///< in [2, 8]: red, green, blue, yellow, purple, orange, black, pink
  std::int64_t shapes = 5;    ///< in [2, 6]: circle, square, triangle, cross, ring, star
  std::uint64_t seed = 1;
};

/// What is in a picture, and where; lengths in pixels.
struct ShapesObject {
  std::string size;  ///< "small" or "large"
  std::string colour;
  std::string shape;
  double x = 0;  ///< of the centre, from the left
  double y = 0;  ///< from the top
  double radius = 0;

  /// "small red circle".
  std::string name() const { return size + " " + colour + " " + shape; }
};

struct ShapesPicture {
  Tensor picture;                     ///< uint8 [side, side, 3]
  std::vector<std::string> captions;  ///< every caption that is right, at least one
  /// What the other split never shows: "blue square, red circle" for two or three objects in any
  /// places, "small red circle" for one.
  std::string combination;
  std::vector<ShapesObject> objects;  ///< from left to right or from top to bottom
};

struct ShapesSet {
  std::vector<ShapesPicture> train;
  std::vector<ShapesPicture> test;
};

/// Draws both splits. Nearly all pictures have two objects: "a small red circle left of a large
/// blue square", which is also "a large blue square right of a small red circle" (or above and
/// below); a tenth has one, a tenth three: "a small red circle between a small blue square and a
/// small green ring". About one in seven pairs of different objects (by colour and shape) is held
/// out: `train` has none of them together in a picture, every picture of `test` with two or three
/// objects has one. Positions, sizes, angles and colours vary, and every pixel has noise. The same
/// options give the same bytes on every machine. Throws InvalidArgument when they are out of range.
ShapesSet make_shapes(const ShapesOptions& options = {});

}  // namespace limn::data
