#include "encoders/map_features.h"

#include "core/check.h"
#include "limn/ops/pool2d.h"
#include "limn/ops/reshape.h"

namespace limn::encoders {

void require_pictures(const std::string& encoder, const Shape& images, std::int64_t least) {
  require(images.rank() == 4 && images[3] == 3 && images[1] >= least && images[2] >= least,
          "{0}: images must be [B, H, W, 3] of at least {1}x{1} pixels; got {2}", encoder, least,
          images);
}

nn::Features map_features(const Variable& map) {
  const Shape& shape = map.shape();
  nn::Features features;
  features.global = ops::global_avg_pool2d(map);
  features.regions = ops::reshape(map, Shape{shape[0], shape[1] * shape[2], shape[3]});
  return features;
}

}  // namespace limn::encoders
