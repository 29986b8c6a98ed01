#include "models/feature_checks.h"

#include "core/check.h"

namespace limn::models {

const Variable& checked_regions(const std::string& model, const nn::Features& features,
                                std::int64_t width) {
  require(features.regions.defined(), "{}: needs regions [B, R, {}]; got {}", model, width,
          features.global.defined() ? "global features only" : "none");
  const Shape& shape = features.regions.shape();
  require(shape.rank() == 3 && shape[2] == width, "{}: was built for regions [B, R, {}]; got {}",
          model, width, shape.to_string());
  const Tensor& mask = features.mask;
  require(!mask.defined() ||
              (mask.shape() == Shape{shape[0], shape[1]} && mask.dtype() == DType::uint8),
          "{}: the mask of regions {} must be uint8 [{}, {}]; got {} {}", model, shape.to_string(),
          shape[0], shape[1], name_of(mask.dtype()), mask.shape().to_string());
  return features.regions;
}

const Variable& checked_global(const std::string& model, const nn::Features& features,
                               std::int64_t width) {
  require(features.global.defined(), "{}: needs global features [B, {}]; got {}", model, width,
          features.regions.defined() ? "regions only" : "none");
  const Shape& shape = features.global.shape();
  require(shape.rank() == 2 && shape[1] == width,
          "{}: was built for global features [B, {}]; got {}", model, width, shape.to_string());
  return features.global;
}

}  // namespace limn::models
