// From pictures to what a network reads.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "limn/core/options.h"
#include "limn/core/tensor.h"

namespace limn::vision {

enum class Filter { bilinear, bicubic };

/// Antialiased: shrinking widens the filter (Pillow's resize, within 1 grey level). image: uint8
/// [H, W, 3]. Bicubic has a = −0.5.
Tensor resize(const Tensor& image, std::int64_t height, std::int64_t width,
              Filter filter = Filter::bilinear);
/// Throws InvalidArgument unless the part lies within the picture.
Tensor crop(const Tensor& image, std::int64_t top, std::int64_t left, std::int64_t height,
            std::int64_t width);
Tensor flip_horizontally(const Tensor& image);

/// What a network expects of its pictures; kept with the encoder in model and feature files, so
/// that training and use agree.
struct Preprocessing {
  std::int64_t shorter = 256;  ///< the shorter side is resized to this, the longer truncated
  std::int64_t crop = 224;     ///< side of the square cut from the centre
  Filter filter = Filter::bilinear;
  std::array<double, 3> mean{0.485, 0.456, 0.406};       ///< of pixels in [0, 1], R G B
  std::array<double, 3> deviation{0.229, 0.224, 0.225};  ///< divided by
};

/// Throws InvalidArgument, beginning with `op`, unless 1 <= crop <= shorter <= 2^24, crop is at
/// most 4096, and means and deviations are finite, the latter above 0.
void require_valid(const Preprocessing& preprocessing, const char* op);

/// Resizes and crops a picture of any size: uint8 [crop, crop, 3]. A picture that has this size
/// already is taken as it is.
Tensor resize_and_crop(const Tensor& image, const Preprocessing& preprocessing);
/// Pixels of the shorter side beyond which more make no difference to see for resize_and_crop:
/// 2 · shorter.
std::int64_t enough_pixels(const Preprocessing& preprocessing);
/// resize_and_crop of a picture file, of which no more is decoded than `enough_pixels`. Throws as
/// read_image and resize_and_crop do.
Tensor read_and_crop(const std::filesystem::path& path, const Preprocessing& preprocessing);
/// (pixel / 255 − mean) / deviation: float32 of the same shape.
Tensor normalize(const Tensor& image, const Preprocessing& preprocessing);
/// Pictures of any sizes to a batch [B, crop, crop, 3], float32.
Tensor batch_of(std::span<const Tensor> images, const Preprocessing& preprocessing);

}  // namespace limn::vision
