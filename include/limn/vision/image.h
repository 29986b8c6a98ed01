// Pictures: files to pixels and back. A picture is a uint8 Tensor [H, W, 3], RGB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "limn/core/tensor.h"

namespace limn::vision {

/// Reads a JPEG, PNG, BMP, GIF (first frame) or PNM file as RGB: grey is repeated, alpha is laid
/// over white, CMYK is converted, EXIF orientation is applied. Throws IoError, naming the file and
/// the cause, when it is missing, empty, truncated, no picture or larger than 2^28 pixels.
Tensor read_image(const std::filesystem::path& path);
/// The same from memory; `name` is for errors.
Tensor decode_image(std::span<const std::uint8_t> bytes, const std::filesystem::path& name);

std::vector<std::uint8_t> encode_png(const Tensor& image);
/// `quality` in [1, 100].
std::vector<std::uint8_t> encode_jpeg(const Tensor& image, int quality = 90);

}  // namespace limn::vision
