#include "cli/result_files.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "limn/core/error.h"

namespace limn::cli {
namespace {

// References by COCO id and by file name.
class References {
 public:
  explicit References(std::vector<data::CaptionedImage> images) : images_(std::move(images)) {
    for (const data::CaptionedImage& image : images_) {
      if (image.id != 0) by_id_.emplace(image.id, &image);
      by_file_.emplace(image.file, &image);
    }
  }

  const data::CaptionedImage* find(const data::Result& result) const {
    if (result.image_id != 0) {
      const auto found = by_id_.find(result.image_id);
      return found == by_id_.end() ? nullptr : found->second;
    }
    const auto found = by_file_.find(result.file);
    return found == by_file_.end() ? nullptr : found->second;
  }

  std::size_t size() const { return images_.size(); }

 private:
  std::vector<data::CaptionedImage> images_;
  std::map<std::int64_t, const data::CaptionedImage*> by_id_;
  std::map<std::string, const data::CaptionedImage*> by_file_;
};

using Photo = const data::CaptionedImage*;

std::string name_of(const data::Result& result) {
  return result.image_id != 0 ? fmt::format("{}", result.image_id) : result.file;
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
  for (const data::Result& result : results) {
    const Photo photo = references.find(result);
    if (photo == nullptr) {
      unknown.push_back(name_of(result));
    } else if (!file.captions.emplace(photo, result.caption).second) {
      throw IoError(path, fmt::format("has two captions of the photo {}, one by its id and one by "
                                      "its file; keep one",
                                      photo->file));
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
    set.photos.push_back(photo->file.empty() ? fmt::format("{}", photo->id) : photo->file);
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
