#include "limn/data/photo_folder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "limn/core/error.h"

namespace limn::data {
namespace {

namespace fs = std::filesystem;

bool looks_like_a_photo(const fs::path& path) {
  constexpr std::array<std::string_view, 8> suffixes{".jpg", ".jpeg", ".png", ".bmp",
                                                     ".gif", ".pgm",  ".ppm", ".pnm"};
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end();
}

}  // namespace

std::vector<fs::path> photos_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> photos;
  fs::directory_iterator entries(folder, error);
  if (error) throw IoError(folder, "is no folder that can be read: " + error.message());
  for (const fs::directory_entry& entry : entries) {
    if (looks_like_a_photo(entry.path()) && !entry.is_directory(error))
      photos.push_back(entry.path());
  }
  if (photos.empty())
    throw IoError(folder, "holds no photo: no file that ends in .jpg, .png or the like");
  std::sort(photos.begin(), photos.end());
  return photos;
}

}  // namespace limn::data
