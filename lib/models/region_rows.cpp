#include "models/region_rows.h"

#include "limn/core/dispatch.h"
#include "limn/ops/reshape.h"

namespace limn::models {

ImageRows::ImageRows(const Tensor& begins)
    : begins_(begins.span<std::int32_t>().begin(), begins.span<std::int32_t>().end()) {}

Tensor ImageRows::tensor() const {
  return Tensor::from(Shape{std::ssize(begins_)},
                      std::vector<std::int32_t>(begins_.begin(), begins_.end()));
}

std::vector<ops::AttentionSpan> ImageRows::among_themselves() const {
  std::vector<ops::AttentionSpan> spans;
  for (std::int64_t b = 0; b < images(); ++b)
    spans.push_back({begin(b), count(b), begin(b), count(b)});
  return spans;
}

std::vector<ops::AttentionSpan> ImageRows::seen_by(const std::vector<std::int64_t>& images) const {
  std::vector<ops::AttentionSpan> spans;
  for (std::int64_t n = 0; n < std::ssize(images); ++n) {
    const std::int64_t image = images[static_cast<std::size_t>(n)];
    if (!spans.empty() && spans.back().k_begin == begin(image)) {
      ++spans.back().q_count;  // hypotheses of an image are neighbours
    } else {
      spans.push_back({n, 1, begin(image), count(image)});
    }
  }
  return spans;
}

Tensor with_missing_regions(const Tensor& weights, const std::vector<std::int64_t>& images,
                            const Tensor& mask) {
  const std::int64_t regions = mask.shape()[1];
  Tensor all = Tensor::zeros(Shape{std::ssize(images), regions}, weights.dtype());
  for_floating(weights.dtype(), "attention", [&]<class T>() {
    for (std::int64_t n = 0; n < std::ssize(images); ++n) {
      const std::uint8_t* exists =
          mask.data<std::uint8_t>() + images[static_cast<std::size_t>(n)] * regions;
      const T* from = weights.data<T>() + n * weights.shape()[1];
      for (std::int64_t r = 0; r < regions; ++r)
        if (exists[r] != 0) all.data<T>()[n * regions + r] = *from++;
    }
  });
  return all;
}

RegionRows region_rows(const Variable& regions, const Tensor& mask) {
  const Shape& shape = regions.shape();
  const Variable all = ops::reshape(regions, Shape{shape[0] * shape[1], shape[2]});
  std::vector<std::int64_t> existing, begins = {0};
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    for (std::int64_t r = b * shape[1]; r < (b + 1) * shape[1]; ++r)
      if (!mask.defined() || mask.data<std::uint8_t>()[r] != 0) existing.push_back(r);
    begins.push_back(std::ssize(existing));
  }
  const bool whole = std::ssize(existing) == all.shape()[0];
  return {whole ? all : ops::gather_rows(all, existing), ImageRows(std::move(begins)),
          mask.defined() ? mask : Tensor::full(Shape{shape[0], shape[1]}, 1, DType::uint8)};
}

}  // namespace limn::models
