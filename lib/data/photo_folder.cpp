#include "limn/data/photo_folder.h"

#include <algorithm>

#include "limn/core/error.h"
#include "limn/data/photo_names.h"

namespace limn::data {
namespace fs = std::filesystem;

std::vector<fs::path> photos_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> photos;
  fs::directory_iterator entries(folder, error);
  if (error) throw IoError(folder, "is no folder that can be read: " + error.message());
  for (const fs::directory_entry& entry : entries) {
    if (names_photo(entry.path().filename().string()) && !entry.is_directory(error))
      photos.push_back(entry.path());
  }
  if (photos.empty())
    throw IoError(folder, "holds no photo: no file that ends in .jpg, .png or the like");
  std::sort(photos.begin(), photos.end());
  return photos;
}

fs::path find_photo(const fs::path& folder, const std::string& name) {
  const fs::path named = folder / name;
  const auto id = coco_id(name);
  std::error_code none;  // the name may be one that no file can have
  if (!id || fs::exists(named, none)) return named;
  for (const char* of : {"", "COCO_train2014_", "COCO_val2014_", "COCO_test2014_"}) {
    if (fs::path path = folder / (of + coco_name(*id)); fs::exists(path, none)) return path;
  }
  return named;
}

}  // namespace limn::data
