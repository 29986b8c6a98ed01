// Photos by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace limn::data {

/// COCO's image id of "000000000139.jpg" or "COCO_val2014_000000000139.jpg": twelve digits at the
/// end. None in other names.
std::optional<std::int64_t> coco_id(std::string_view file);

/// "000000000139.jpg" for 139, as COCO calls its photos since 2017.
std::string coco_name(std::int64_t id);

/// Whether a file's suffix is that of a picture that limn reads: .jpg .jpeg .png .bmp .gif .pgm
/// .ppm .pnm in any case.
bool names_photo(std::string_view file);

/// Numbers by the names of photos. COCO calls a photo COCO_val2014_000000000139.jpg in one year and
/// 000000000139.jpg in another: where no name is the same, those of one `coco_id` are.
class PhotoIndex {
 public:
  /// False, and nothing changes, when the name itself is known.
  bool add(std::string_view name, std::int64_t number);
  /// -1 for a photo that is not known.
  std::int64_t find(std::string_view name) const;

 private:
  std::map<std::string, std::int64_t, std::less<>> by_name_;
  std::map<std::int64_t, std::int64_t> by_id_;
};

}  // namespace limn::data
