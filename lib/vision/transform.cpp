#include "limn/vision/transform.h"

#include <algorithm>
#include <cmath>

#include "kernels/pixels.h"
#include "kernels/resize.h"
#include "limn/vision/image.h"
#include "vision/picture.h"

namespace limn::vision {
namespace {

constexpr std::int64_t kMostCrop = 4096;

kernels::ResizeFilter kernel_of(Filter filter) {
  return filter == Filter::bilinear ? kernels::ResizeFilter::bilinear
                                    : kernels::ResizeFilter::bicubic;
}

Tensor resized(const Tensor& image, Filter filter, const kernels::ResizeAxis& vertical,
               const kernels::ResizeAxis& horizontal) {
  Tensor result(Shape{vertical.count, horizontal.count, 3}, DType::uint8);
  kernels::resize(kernel_of(filter), vertical, horizontal, image.data<std::uint8_t>(),
                  result.data<std::uint8_t>());
  return result;
}

// (size − crop) / 2, halves to the even number.
std::int64_t centred(std::int64_t size, std::int64_t crop) {
  const std::int64_t half = (size - crop) / 2;
  return half + ((size - crop) % 2 & half);
}

// A side of the picture after resizing, cropped.
kernels::ResizeAxis axis(std::int64_t side, std::int64_t shortest, const Preprocessing& p) {
  const std::int64_t output = p.shorter * side / shortest;
  return {side, output, centred(output, p.crop), p.crop};
}

}  // namespace

void require_valid(const Preprocessing& p, const char* op) {
  require(1 <= p.crop && p.crop <= p.shorter && p.shorter <= 1 << 24,
          "{}: 1 <= crop <= shorter <= 2^24 is required; got crop {}, shorter {}", op, p.crop,
          p.shorter);
  require(p.crop <= kMostCrop, "{}: crop must be at most {}; got {}", op, kMostCrop, p.crop);
  const auto finite = [](double value) { return std::isfinite(value); };
  require(std::all_of(p.mean.begin(), p.mean.end(), finite),
          "{}: means must be finite; got {}, {}, {}", op, p.mean[0], p.mean[1], p.mean[2]);
  const auto divides = [&](double value) { return finite(value) && value > 0; };
  require(std::all_of(p.deviation.begin(), p.deviation.end(), divides),
          "{}: deviations must be above 0; got {}, {}, {}", op, p.deviation[0], p.deviation[1],
          p.deviation[2]);
}

Tensor resize(const Tensor& image, std::int64_t height, std::int64_t width, Filter filter) {
  require_picture(image, "resize");
  require(height >= 1 && width >= 1, "resize: sides must be at least 1; got {}x{}", height, width);
  return resized(image, filter, {image.shape()[0], height, 0, height},
                 {image.shape()[1], width, 0, width});
}

Tensor crop(const Tensor& image, std::int64_t top, std::int64_t left, std::int64_t height,
            std::int64_t width) {
  require_picture(image, "crop");
  const Shape& shape = image.shape();
  const auto within = [](std::int64_t begin, std::int64_t size, std::int64_t side) {
    return begin >= 0 && begin < side && size >= 1 && size <= side - begin;
  };
  require(within(top, height, shape[0]) && within(left, width, shape[1]),
          "crop: the part must lie within the picture {}; got {}x{} at row {}, column {}", shape,
          height, width, top, left);
  Tensor part(Shape{height, width, 3}, DType::uint8);
  kernels::rearrange({height, width, top * shape[1] + left, shape[1], 1},
                     image.data<std::uint8_t>(), part.data<std::uint8_t>());
  return part;
}

Tensor flip_horizontally(const Tensor& image) {
  require_picture(image, "flip_horizontally");
  const Shape& shape = image.shape();
  Tensor flipped(shape, DType::uint8);
  kernels::rearrange({shape[0], shape[1], shape[1] - 1, shape[1], -1}, image.data<std::uint8_t>(),
                     flipped.data<std::uint8_t>());
  return flipped;
}

Tensor resize_and_crop(const Tensor& image, const Preprocessing& preprocessing) {
  require_picture(image, "resize_and_crop");
  require_valid(preprocessing, "resize_and_crop");
  const Shape& shape = image.shape();
  if (shape == Shape{preprocessing.crop, preprocessing.crop, 3}) return image;
  const std::int64_t shortest = std::min(shape[0], shape[1]);
  return resized(image, preprocessing.filter, axis(shape[0], shortest, preprocessing),
                 axis(shape[1], shortest, preprocessing));
}

std::int64_t enough_pixels(const Preprocessing& preprocessing) { return 2 * preprocessing.shorter; }

Tensor read_and_crop(const std::filesystem::path& path, const Preprocessing& preprocessing) {
  return resize_and_crop(read_image(path, enough_pixels(preprocessing)), preprocessing);
}

Tensor normalize(const Tensor& image, const Preprocessing& preprocessing) {
  require_valid(preprocessing, "normalize");
  const bool ok = image.defined() && image.dtype() == DType::uint8 && image.shape().rank() >= 1 &&
                  image.shape()[-1] == 3;
  require(ok, "normalize: pixels must be uint8 [..., 3]; got {}", image);
  Tensor result(image.shape());
  kernels::normalize(image.shape().rows(), preprocessing.mean, preprocessing.deviation,
                     image.data<std::uint8_t>(), result.data<float>());
  return result;
}

Tensor batch_of(std::span<const Tensor> images, const Preprocessing& preprocessing) {
  require_valid(preprocessing, "batch_of");
  const std::int64_t side = preprocessing.crop;
  Tensor batch(Shape{static_cast<std::int64_t>(images.size()), side, side, 3});
  float* to = batch.data<float>();
  for (const Tensor& image : images) {
    const Tensor square = resize_and_crop(image, preprocessing);
    kernels::normalize(side * side, preprocessing.mean, preprocessing.deviation,
                       square.data<std::uint8_t>(), to);
    to += side * side * 3;
  }
  return batch;
}

}  // namespace limn::vision
