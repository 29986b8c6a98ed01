#include "models/region_mean.h"

#include <algorithm>

#include "limn/ops/arithmetic.h"
#include "limn/ops/reduce.h"
#include "limn/ops/reshape.h"

namespace limn::models {
namespace {

// 1 / the number of regions of each image [B, 1].
Tensor region_shares(const Tensor& mask, DType dtype) {
  const std::int64_t images = mask.shape()[0], regions = mask.shape()[1];
  Tensor shares(Shape{images, 1}, DType::float64);
  for (std::int64_t b = 0; b < images; ++b) {
    const std::uint8_t* exists = mask.data<std::uint8_t>() + b * regions;
    const auto count =
        std::count_if(exists, exists + regions, [](std::uint8_t one) { return one != 0; });
    shares.data<double>()[b] = 1.0 / static_cast<double>(count);
  }
  return shares.to(dtype);
}

}  // namespace

Variable existing_regions(const Variable& regions, const Tensor& mask) {
  if (!mask.defined()) return regions;
  const Shape& shape = regions.shape();
  const Variable rows = ops::reshape(regions, Shape{shape[0] * shape[1], shape[2]});
  return ops::reshape(ops::keep_rows(rows, mask.span<std::uint8_t>()), shape);
}

Variable region_mean(const Variable& regions, const Tensor& mask) {
  if (!mask.defined()) return ops::mean(regions, 1);
  const Variable sum = ops::sum(existing_regions(regions, mask), 1);
  return ops::multiply(sum, Variable(region_shares(mask, regions.dtype())));
}

}  // namespace limn::models
