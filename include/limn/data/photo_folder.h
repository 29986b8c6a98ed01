// The photos of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace limn::data {

/// The files of `folder` whose suffix is that of a picture (`names_photo`), sorted by name;
/// subfolders are not entered. Throws IoError when the folder cannot be read or has none.
std::vector<std::filesystem::path> photos_in(const std::filesystem::path& folder);

/// The photo's file in `folder`: called `name`, or as COCO calls it in other years if that is there
/// instead.
std::filesystem::path find_photo(const std::filesystem::path& folder, const std::string& name);

}  // namespace limn::data
