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
  std::int64_t side = 48;     ///< pixels
  std::uint64_t seed = 1;
};

struct ShapesPicture {
  Tensor picture;                     ///< uint8 [side, side, 3]
  std::vector<std::string> captions;  ///< every caption that is right, at least one
  std::string combination;  ///< what no other split shows, such as "red circle left of blue square"
};

struct ShapesSet {
  std::vector<ShapesPicture> train;
  std::vector<ShapesPicture> test;
};

/// Depends on the options only. Throws InvalidArgument when they are out of range.
ShapesSet make_shapes(const ShapesOptions& options = {});

}  // namespace limn::data
