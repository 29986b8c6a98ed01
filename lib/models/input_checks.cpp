#include "models/input_checks.h"

#include <algorithm>

#include "core/check.h"

namespace limn::models {
namespace {

void check_dtype(const Captioner& captioner, const char* kind, const Variable& values) {
  const DType dtype = captioner.parameters().front().second.dtype();
  require(values.dtype() == dtype, "{}: its weights are {}, but the {} {}",
          captioner.architecture(), name_of(dtype), kind, name_of(values.dtype()));
}

void check_counts(const std::string& model, const nn::Features& features) {
  if (!features.global.defined() || !features.regions.defined()) return;
  const Shape &global = features.global.shape(), &regions = features.regions.shape();
  require(global.rank() > 0 && regions.rank() > 0 && global[0] == regions[0],
          "{}: global features {} and regions {} must be of the same images", model, global,
          regions);
}

void check_mask(const std::string& model, const Shape& shape, const Tensor& mask) {
  if (!mask.defined()) return;
  require(mask.shape() == Shape{shape[0], shape[1]} && mask.dtype() == DType::uint8,
          "{}: the mask of regions {} must be uint8 [{}, {}]; got {}", model, shape, shape[0],
          shape[1], mask);
}

void check_each_has_a_region(const std::string& model, const Shape& shape, const Tensor& mask) {
  const std::int64_t regions = shape[1];
  for (std::int64_t image = 0; image < shape[0]; ++image) {
    const std::uint8_t* exists =
        mask.defined() ? mask.data<std::uint8_t>() + image * regions : nullptr;
    const bool any = exists == nullptr ? regions > 0
                                       : std::any_of(exists, exists + regions,
                                                     [](std::uint8_t one) { return one != 0; });
    require(any, "{}: image {} has none of its {} regions", model, image, regions);
  }
}

}  // namespace

const Variable& checked_regions(const Captioner& captioner, const nn::Features& features) {
  const std::string model = captioner.architecture();
  const std::int64_t width = captioner.sizes().features;
  require(features.regions.defined(), "{}: needs regions [B, R, {}]; got {}", model, width,
          features.global.defined() ? "global features only" : "none");
  const Shape& shape = features.regions.shape();
  require(shape.rank() == 3 && shape[2] == width, "{}: was built for regions [B, R, {}]; got {}",
          model, width, shape);
  check_dtype(captioner, "regions", features.regions);
  check_counts(model, features);
  check_mask(model, shape, features.mask);
  check_each_has_a_region(model, shape, features.mask);
  return features.regions;
}

const Variable& checked_global(const Captioner& captioner, const nn::Features& features,
                               std::int64_t width) {
  const std::string model = captioner.architecture();
  require(features.global.defined(), "{}: needs global features [B, {}]; got {}", model, width,
          features.regions.defined() ? "regions only" : "none");
  const Shape& shape = features.global.shape();
  require(shape.rank() == 2 && shape[1] == width,
          "{}: was built for global features [B, {}]; got {}", model, width, shape);
  check_dtype(captioner, "global features", features.global);
  check_counts(model, features);
  return features.global;
}

void check_described(const Captioner& captioner, const nn::Features& features,
                     const data::CaptionBatch& batch) {
  for (const std::int64_t image : batch.images)
    require(image >= 0 && image < features.images(), "{}: captions describe image {} of {}",
            captioner.architecture(), image, features.images());
}

void check_words(const Captioner& captioner, const decode::State& state,
                 std::span<const std::int32_t> words) {
  const std::int64_t rows = state.rows.front().shape()[0];
  require(std::ssize(words) == rows, "{}: a step needs a word for each of {} rows; got {}",
          captioner.architecture(), rows, words.size());
}

}  // namespace limn::models
