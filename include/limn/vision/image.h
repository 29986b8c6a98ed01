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
///
/// `enough`: pixels of the shorter side beyond which a JPEG file need not be decoded; it then comes
/// at a half, a quarter or an eighth of its size, in a fraction of the time (libjpeg's DCT
/// scaling). 0: full size. Without libjpeg, and for other formats, the size is always the file's.
Tensor read_image(const std::filesystem::path& path, std::int64_t enough = 0);
/// The same from memory; `name` is for errors.
Tensor decode_image(std::span<const std::uint8_t> bytes, const std::filesystem::path& name,
                    std::int64_t enough = 0);

/// The bytes of a PNG file, 8 bits a channel, RGB, lossless: `decode_image` gives back the same
/// pixels. image: uint8 [H, W, 3]. Throws InvalidArgument unless it is that, not empty and of fewer
/// than 2^30 bytes, Error when memory runs out.
std::vector<std::uint8_t> encode_png(const Tensor& image);
/// The bytes of a baseline JPEG file. image: uint8 [H, W, 3], sides at most 65535; `quality` in
/// [1, 100], higher is truer and larger. Throws InvalidArgument unless the image is that, not empty
/// and of fewer than 2^30 bytes, and for another quality.
std::vector<std::uint8_t> encode_jpeg(const Tensor& image, int quality = 90);

}  // namespace limn::vision
