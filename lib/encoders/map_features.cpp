#include "encoders/map_features.h"

#include "limn/ops/pool2d.h"
#include "limn/ops/reshape.h"

namespace limn::encoders {

nn::Features map_features(const Variable& map) {
  const Shape& shape = map.shape();
  nn::Features features;
  features.global = ops::global_avg_pool2d(map);
  features.regions = ops::reshape(map, Shape{shape[0], shape[1] * shape[2], shape[3]});
  return features;
}

}  // namespace limn::encoders
