// Decoders of picture files: bytes to RGB as it is stored, whatever its orientation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "limn/core/tensor.h"

namespace limn::vision {

using Bytes = std::span<const std::uint8_t>;

/// By libjpeg(-turbo), `enough` as in read_image. Throws IoError when the file is damaged or too
/// large.
Tensor decode_with_libjpeg(Bytes bytes, const std::filesystem::path& name, std::int64_t enough);
/// By stb_image: PNG, BMP, GIF (first frame), binary PNM, and JPEG. `format` is for errors. Throws
/// IoError when the file is damaged, truncated (all but JPEG) or too large.
Tensor decode_with_stb(Bytes bytes, const std::filesystem::path& name, const char* format);

/// Throws IoError unless the picture has 1 to 2^28 pixels.
void check_size(std::int64_t height, std::int64_t width, const std::filesystem::path& name);

}  // namespace limn::vision
