#include "limn/data/shapes.h"

#include "core/check.h"
#include "data/shapes_plan.h"
#include "data/shapes_scene.h"

namespace limn::data {
namespace {

void check(const ShapesOptions& o) {
  require(o.train >= 0 && o.test >= 0,
          "make_shapes: numbers of pictures must not be negative; got {} to train, {} to test",
          o.train, o.test);
  require(o.side >= 32 && o.side <= 512, "make_shapes: side must be in [32, 512]; got {}", o.side);
  require(o.colours >= 2 && o.colours <= kMostColours && o.shapes >= 2 && o.shapes <= kMostShapes,
          "make_shapes: colours must be in [2, {}] and shapes in [2, {}]; got {} and {}",
          kMostColours, kMostShapes, o.colours, o.shapes);
}

}  // namespace

ShapesSet make_shapes(const ShapesOptions& options) {
  check(options);
  const Generator root(options.seed);
  const ShapesPlan plan(options.colours * options.shapes, root.fork(0));
  ShapesSet set;
  for (const bool test : {false, true}) {
    const Generator of_split = root.fork(test ? 2 : 1);
    auto& pictures = test ? set.test : set.train;
    for (std::int64_t i = 0; i < (test ? options.test : options.train); ++i) {
      Generator generator = of_split.fork(static_cast<std::uint64_t>(i));
      const ShapesCombination combination = plan.combination(test, i, generator);
      pictures.push_back(draw_scene(options, combination, generator));
    }
  }
  return set;
}

}  // namespace limn::data
