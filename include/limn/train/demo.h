// The demo: a captioner for pictures of shapes, trained jointly from pixels.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "limn/data/shapes.h"
#include "limn/train/trainer.h"

namespace limn::train {

struct DemoOptions {
  data::ShapesOptions shapes{.train = 16000, .colours = 8, .shapes = 3};
  std::int64_t epochs = 0;  ///< 0: what is usual
  std::string out = "runs/demo";
  std::uint64_t seed = 1;
  double dropout = 0;  ///< probability, of what the recurrence says
};

/// A training on the shapes set and the pictures that it never sees.
struct Demo {
  Job job;  ///< its dev photos are new pictures of combinations that training shows
  /// Pictures of combinations that neither training nor dev shows; item i of `test_features`.
  std::vector<Photo> test;
  std::unique_ptr<FeatureSource> test_features;
  std::vector<Tensor> test_pictures;  ///< uint8 [side, side, 3]
};

/// Draws the pictures and makes a small_cnn and a NIC with random weights, to be trained together.
/// Of each training picture the first caption is read.
Demo make_demo(const DemoOptions& options);

/// Share of captions that are, word for word, one of their picture's.
double exact_match(const Evaluation& evaluation, const std::vector<Photo>& photos);

}  // namespace limn::train
