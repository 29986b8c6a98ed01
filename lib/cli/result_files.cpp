#include "cli/result_files.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "limn/core/error.h"
#include "limn/data/photo_names.h"

namespace limn::cli {
namespace {

using Photo = const data::CaptionedImage*;

// References by COCO id and by file name, also COCO's other one.
class References {
 public:
  explicit References(std::vector<data::CaptionedImage> images) : images_(std::move(images)) {
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (images_[i].id) by_id_.emplace(*images_[i].id, &images_[i]);
      by_file_.add(images_[i].file, static_cast<std::int64_t>(i));
    }
  }

  // Null for a photo that is not known.
  Photo with_id(const std::optional<std::int64_t>& id) const {
    const auto found = id ? by_id_.find(*id) : by_id_.end();
    return found == by_id_.end() ? nullptr : found->second;
  }
  Photo with_file(const std::string& file) const {
    const std::int64_t found = by_file_.find(file);
    return found < 0 ? nullptr : &images_[static_cast<std::size_t>(found)];
  }

  std::size_t size() const { return images_.size(); }

 private:
  std::vector<data::CaptionedImage> images_;
  std::map<std::int64_t, Photo> by_id_;
  data::PhotoIndex by_file_;
};

// What the references call the photo that `result` does not.
std::string known_as(const data::Result& result, Photo with_id, Photo with_file) {
  return with_id != nullptr
             ? fmt::format("image_id {} is \"{}\"", *result.image_id, with_id->file)
             : fmt::format("\"{}\" has the image_id {}", result.file, *with_file->id);
}

// Null for a photo that is not known.
Photo photo_of(const data::Result& result, const References& references, const std::string& path,
               std::size_t index) {
  const Photo with_id = references.with_id(result.image_id);
  if (result.file.empty()) return with_id;
  const Photo with_file = references.with_file(result.file);
  const bool known = with_id != nullptr || (with_file != nullptr && with_file->id);
  if (result.image_id && with_id != with_file && known) {
    throw IoError(path, fmt::format("[{}] names two photos, image_id {} and file \"{}\": among the "
                                    "references, {}; correct one of them",
                                    index, *result.image_id, result.file,
                                    known_as(result, with_id, with_file)));
  }
  return with_file;
}

std::string name_of(const data::Result& result) {
  return result.image_id ? fmt::format("{}", *result.image_id) : result.file;
}

// "a, b, c, d, e, …"
std::string first_of(const std::vector<std::string>& names) {
  const auto shown = std::min<std::size_t>(names.size(), 5);
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + shown, ", "),
                     shown < names.size() ? ", …" : "");
}

/// A result file, its photos in its order.
struct ResultFile {
  std::string path;
  std::vector<Photo> photos = {};
  std::map<Photo, std::string> captions = {};
};

ResultFile read(const std::string& path, const References& references, const SplitOptions& split) {
  ResultFile file{.path = path};
  const std::vector<data::Result> results = data::read_results(path, split.lossy);
  if (results.empty()) throw IoError(path, "holds no results");
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Photo photo = photo_of(results[i], references, path, i);
    if (photo == nullptr) {
      unknown.push_back(name_of(results[i]));
    } else if (!file.captions.emplace(photo, results[i].caption).second) {
      throw IoError(path, fmt::format("[{}] is a second caption of the photo {}, under another of "
                                      "its names; keep one",
                                      i, photo->file));
    } else {
      file.photos.push_back(photo);
    }
  }
  const bool whole = split.split.empty() && split.names.empty();
  if (!unknown.empty() && (whole || file.photos.empty())) {
    throw IoError(path, fmt::format("{} of {} results are of photos without references: {}; are "
                                    "the references the right file?",
                                    unknown.size(), results.size(), first_of(unknown)));
  }
  return file;
}

// Systems are compared photo by photo.
void require_same_photos(const ResultFile& first, const ResultFile& other) {
  std::vector<std::string> missing, more;
  for (const Photo photo : first.photos)
    if (!other.captions.contains(photo)) missing.push_back(photo->file);
  for (const Photo photo : other.photos)
    if (!first.captions.contains(photo)) more.push_back(photo->file);
  if (missing.empty() && more.empty()) return;
  const std::string what =
      missing.empty()
          ? fmt::format("has {} photos that {} lacks: {}", more.size(), first.path, first_of(more))
          : fmt::format("lacks {} of the {} photos of {}: {}", missing.size(), first.photos.size(),
                        first.path, first_of(missing));
  throw IoError(other.path, what + "; systems are compared on the same photos");
}

}  // namespace

SystemSet read_systems(const std::vector<std::string>& results, const std::string& references,
                       const SplitOptions& split) {
  const References known(read_split(references, split));
  SystemSet set;
  std::optional<ResultFile> first;
  for (const std::string& path : results) {
    ResultFile file = read(path, known, split);
    if (!first) first = file;
    require_same_photos(*first, file);
    System& system = set.systems.emplace_back(System{.name = path});
    for (const Photo photo : first->photos)
      system.captions.push_back(std::move(file.captions.at(photo)));
  }
  for (const Photo photo : first->photos) {
    set.photos.push_back(photo->file);
    set.references.push_back(photo->captions);
  }
  if (set.references.size() < known.size()) {
    fmt::print(stderr,
               "limn: {} of the {} photos with references have a result; they alone count\n",
               set.references.size(), known.size());
  }
  return set;
}

}  // namespace limn::cli
