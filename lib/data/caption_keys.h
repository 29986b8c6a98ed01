// How people call the photo, the caption and the split in JSON objects and heads of tables.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace limn::data {

/// The best first: a number in image_id is of less use than a name beside it.
inline constexpr std::array kPhotoKeys = {
    "image", "file_name",  "filename", "file",  "filepath", "file_path", "image_path", "image_name",
    "img",   "image_file", "path",     "photo", "name",     "image_id",  "img_id"};
inline constexpr std::array kCaptionKeys = {"caption", "captions", "raw",       "text",
                                            "comment", "sentence", "sentences", "description"};
inline constexpr std::array kSplitKeys = {"split"};

/// The first of `keys` for which `has(key)` holds, or null.
template <class Keys, class Has>
const char* first_key(const Keys& keys, const Has& has) {
  const auto found = std::find_if(keys.begin(), keys.end(), has);
  return found == keys.end() ? nullptr : *found;
}

}  // namespace limn::data
