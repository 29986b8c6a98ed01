// What stands between a JPEG file's markers (ISO/IEC 10918-1, annex B), read without trusting it.
#pragma once

#include <cstdint>
#include <span>

namespace limn::vision {

bool is_jpeg(std::span<const std::uint8_t> bytes);
/// Whether an end marker follows the coded pixels.
bool is_complete_jpeg(std::span<const std::uint8_t> bytes);
/// EXIF's orientation, 1 to 8; 1 where there is none that makes sense.
int exif_orientation(std::span<const std::uint8_t> bytes);

}  // namespace limn::vision
