// The work of a convolution in blocks of output pixels.
#pragma once

#include <algorithm>

#include "kernels/blocks.h"
#include "kernels/conv2d.h"
#include "kernels/im2col.h"
#include "kernels/register_tile.h"

namespace limn::kernels {

/// Blocks of the output pixels of one image, whose patches stay in cache (and memory bounded), each
/// large enough for an efficient product. A pointwise convolution is one long row of pixels, whose
/// patches are the pixels themselves.
class Conv2dBlocks {
 public:
  explicit Conv2dBlocks(const Conv2dShape& shape)
      : shape_(shape),
        images_(shape.pointwise() ? 1 : shape.batch),
        pixels_(shape.pointwise() ? shape.batch * shape.out_pixels() : shape.out_pixels()),
        size_(even_share(
            pixels_, std::clamp<std::int64_t>(kElements / std::max<std::int64_t>(shape.patch(), 1),
                                              kFewest, kMost))),
        per_image_(ceil_divide(pixels_, size_)) {}

  std::int64_t count() const { return images_ * per_image_; }
  std::int64_t per_image() const { return per_image_; }
  std::int64_t image(std::int64_t block) const { return block / per_image_; }
  /// First pixel of the block in its image.
  std::int64_t first(std::int64_t block) const { return block % per_image_ * size_; }
  std::int64_t rows(std::int64_t block) const { return std::min(size_, pixels_ - first(block)); }
  /// Where the block's results [rows, O] start in y.
  std::int64_t result(std::int64_t block) const {
    return (image(block) * shape_.out_pixels() + first(block)) * shape_.out_channels;
  }
  /// Elements of the buffer that `patches` needs.
  std::int64_t buffer_elements() const {
    return shape_.pointwise() ? 0 : std::min(size_, pixels_) * shape_.patch();
  }
  /// The patches [rows, kh·kw·C/groups] of a block, in `buffer` or in place.
  template <class T>
  const T* patches(std::int64_t block, std::int64_t group, const T* x, T* buffer) const {
    const T* picture = x + image(block) * shape_.in_pixels() * shape_.in_channels;
    if (shape_.pointwise()) return picture + first(block) * shape_.in_channels;
    im2col(shape_, group, first(block), rows(block), picture, buffer);
    return buffer;
  }

 private:
  static constexpr std::int64_t kElements = 65536, kFewest = 96, kMost = 960;

  // Of `pixels` in blocks of about `most`, in whole tiles: with six rows a tile 66, 66 and 64 of
  // 196, not 96, 96 and 4.
  static std::int64_t even_share(std::int64_t pixels, std::int64_t most) {
    const std::int64_t blocks = std::max<std::int64_t>(ceil_divide(pixels, most), 1);
    return std::max(ceil_divide(ceil_divide(pixels, blocks), kTileRows) * kTileRows,
                    std::int64_t{kTileRows});
  }

  Conv2dShape shape_;
  std::int64_t images_, pixels_, size_, per_image_;
};

}  // namespace limn::kernels
