// The demo: a captioner for pictures of shapes, trained jointly from pixels.
#pragma once

#include <cstdint>
#include <string>

#include "limn/data/shapes.h"
#include "limn/train/trainer.h"

namespace limn::train {

struct DemoOptions {
  data::ShapesOptions shapes;
  std::int64_t epochs = 0;  ///< 0: what is usual
  std::string out = "runs/demo";
  std::uint64_t seed = 1;
};

/// A job over the shapes set: small_cnn and NIC, both from random weights; the dev photos are the
/// pictures of held-out combinations.
Job demo_job(const DemoOptions& options);

/// Share of captions that are, word for word, one of their picture's.
double exact_match(const Evaluation& evaluation, const std::vector<Photo>& photos);

}  // namespace limn::train
