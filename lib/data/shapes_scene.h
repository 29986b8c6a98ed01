// From objects to a picture and its captions.
#pragma once

#include <string>
#include <vector>

#include "data/shapes_plan.h"
#include "limn/core/generator.h"
#include "limn/data/shapes.h"

namespace limn::data {

inline constexpr std::int64_t kMostColours = 8;
inline constexpr std::int64_t kMostShapes = 6;

/// A picture of the combination; kind k has colour k / shapes and shape k % shapes.
ShapesPicture draw_scene(const ShapesOptions& options, const ShapesCombination& combination,
                         Generator& generator);

}  // namespace limn::data
