#include "encoders/map_features.h"

#include "limn/ops/pool2d.h"

namespace limn::encoders {

nn::Features map_features(const Variable& map) {
  const Shape& shape = map.shape();
  nn::Features features;
  features.global = ops::global_avg_pool2d(map);
  const Tensor regions = map.value().reshaped(Shape{shape[0], shape[1] * shape[2], shape[3]});
  features.regions = Variable::make(regions, {map}, [map](const Tensor& dregions) {
    map.add_to_grad(dregions.reshaped(map.shape()));
  });
  return features;
}

}  // namespace limn::encoders
