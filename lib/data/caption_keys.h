// How people call the photo, the caption and the split in JSON objects and heads of tables.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "data/json_stream.h"

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

/// The best of the photo keys that `outline` has behind `place`, or null.
inline const char* photo_key(const JsonOutline& outline, const std::string& place) {
  return first_key(kPhotoKeys, [&](const char* key) { return outline.has(place + key); });
}
inline const char* caption_key(const JsonOutline& outline, const std::string& place) {
  return first_key(kCaptionKeys, [&](const char* key) { return outline.has(place + key); });
}

/// Whether a list whose photos have no better name is one of results: COCO's know a photo by its
/// number, limn's other ones by its file.
inline bool is_result_key(std::string_view photo) { return photo == "image_id" || photo == "file"; }

}  // namespace limn::data
