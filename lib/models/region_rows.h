// Regions of images without padding.
#pragma once

#include <vector>

#include "limn/autograd/variable.h"
#include "limn/ops/attention.h"

namespace limn::models {

/// Where the rows of each image lie when they come image after image.
class ImageRows {
 public:
  /// begins [B + 1]: image b has the rows begins[b] … begins[b + 1].
  explicit ImageRows(std::vector<std::int64_t> begins) : begins_(std::move(begins)) {}
  /// Of a state, int32 [B + 1].
  explicit ImageRows(const Tensor& begins);
  Tensor tensor() const;

  std::int64_t images() const { return std::ssize(begins_) - 1; }
  std::int64_t begin(std::int64_t image) const { return begins_[static_cast<std::size_t>(image)]; }
  std::int64_t count(std::int64_t image) const { return begin(image + 1) - begin(image); }
  /// Every image's rows look at themselves.
  std::vector<ops::AttentionSpan> among_themselves() const;
  /// Rows of a search: row n looks at image images[n].
  std::vector<ops::AttentionSpan> seen_by(const std::vector<std::int64_t>& images) const;

 private:
  std::vector<std::int64_t> begins_;
};

/// The regions that exist, image after image.
struct RegionRows {
  Variable values;  ///< [M, F]
  ImageRows images;
  Tensor mask;  ///< uint8 [B, R], 1 = the region exists
};

/// What rows of images images[n] look at, weights [rows, K] of the regions that exist, for all:
/// [rows, R], 0 where there is none; `mask` uint8 [B, R].
Tensor with_missing_regions(const Tensor& weights, const std::vector<std::int64_t>& images,
                            const Tensor& mask);

/// Of regions [B, R, F] and a mask uint8 [B, R] or undefined.
RegionRows region_rows(const Variable& regions, const Tensor& mask);

}  // namespace limn::models
