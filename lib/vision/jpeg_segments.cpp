#include "vision/jpeg_segments.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

namespace limn::vision {
namespace {

using Bytes = std::span<const std::uint8_t>;

enum Marker : std::uint8_t { kEnd = 0xD9, kStartOfScan = 0xDA, kApp1 = 0xE1 };

struct Segment {
  std::uint8_t marker;
  Bytes payload;
  std::size_t end;
};

bool starts_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// The first segment that starts at or behind `at`; decoders pass over what lies between, too.
std::optional<Segment> segment_at(Bytes bytes, std::size_t at) {
  const auto is_marker = [&](std::size_t i) {
    return bytes[i] == 0xFF && bytes[i + 1] != 0 && bytes[i + 1] != 0xFF;
  };
  while (at + 4 <= bytes.size() && !is_marker(at)) ++at;
  if (at + 4 > bytes.size() || bytes[at + 1] == kEnd) return std::nullopt;
  const std::size_t length = std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
  if (length < 2 || length > bytes.size() - at - 2) return std::nullopt;
  return Segment{bytes[at + 1], bytes.subspan(at + 4, length - 2), at + 2 + length};
}

// The directory of EXIF data: a TIFF file's, in either byte order.
class Directory {
 public:
  explicit Directory(Bytes tiff)
      : tiff_(tiff), big_(starts_with(tiff, std::string_view("MM\0*", 4))) {}

  bool is_tiff() const { return big_ || starts_with(tiff_, std::string_view("II*\0", 4)); }

  int orientation() const {
    const std::uint64_t directory = number(4, 4);
    const std::uint64_t entries = number(directory, 2);
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::uint64_t entry = directory + 2 + 12 * i;
      if (entry + 12 > tiff_.size()) break;
      if (number(entry, 2) != kOrientation) continue;
      const std::uint64_t type = number(entry + 2, 2);
      const std::uint64_t value = type == kShort  ? number(entry + 8, 2)
                                  : type == kLong ? number(entry + 8, 4)
                                                  : 0;
      return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
  }

 private:
  static constexpr std::uint64_t kOrientation = 0x112;
  static constexpr std::uint64_t kShort = 3;
  static constexpr std::uint64_t kLong = 4;

  // 0 where the data have ended.
  std::uint64_t number(std::uint64_t at, std::size_t size) const {
    if (at + size > tiff_.size()) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | tiff_[static_cast<std::size_t>(at) + (big_ ? i : size - 1 - i)];
    return value;
  }

  Bytes tiff_;
  bool big_;
};

}  // namespace

bool is_jpeg(Bytes bytes) { return starts_with(bytes, "\xFF\xD8\xFF"); }

bool is_complete_jpeg(Bytes bytes) {
  auto segment = segment_at(bytes, 2);
  while (segment && segment->marker != kStartOfScan) segment = segment_at(bytes, segment->end);
  if (!segment) return false;
  // Among coded pixels, 0xFF is followed by 0 or a restart marker.
  constexpr std::uint8_t end[] = {0xFF, kEnd};
  const Bytes coded = bytes.subspan(segment->end);
  return std::search(coded.begin(), coded.end(), std::begin(end), std::end(end)) != coded.end();
}

int exif_orientation(Bytes bytes) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  for (auto segment = segment_at(bytes, 2); segment && segment->marker != kStartOfScan;
       segment = segment_at(bytes, segment->end)) {
    if (segment->marker != kApp1 || !starts_with(segment->payload, kExif)) continue;
    const Directory directory(segment->payload.subspan(kExif.size()));
    if (directory.is_tiff()) return directory.orientation();
  }
  return 1;
}

}  // namespace limn::vision
