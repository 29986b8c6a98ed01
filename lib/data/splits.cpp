// Which photos are for training and which for tests.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/check.h"
#include "core/fnv.h"
#include "data/text_file.h"
#include "limn/core/generator.h"
#include "limn/data/captions.h"
#include "limn/data/photo_names.h"

namespace limn::data {
namespace {

// A photo and its lot. The name settles the order of equals.
struct Drawn {
  std::uint64_t lot;
  std::string key;
  CaptionedImage* image;

  bool operator<(const Drawn& other) const {
    return std::tie(lot, key) < std::tie(other.lot, other.key);
  }
};

std::vector<Drawn> draws_of(CaptionSet& set, std::uint64_t seed) {
  const Generator generator(seed);
  std::vector<Drawn> drawn;
  for (CaptionedImage& image : set.images) {
    if (!image.split.empty()) continue;
    const auto id = coco_id(image.file);
    std::string key = id ? std::to_string(*id) : image.file;
    const std::uint64_t lot = generator.fork(fnv1a(key)).bits();
    drawn.push_back({lot, std::move(key), &image});
  }
  return drawn;
}

// Of `left` photos, one of which stays.
std::size_t photos_for(double share, std::size_t photos, std::size_t left, std::int64_t most) {
  if (share == 0 || left < 2) return 0;
  const auto wanted = std::llround(share * static_cast<double>(photos));
  const auto limit = std::min(most, static_cast<std::int64_t>(left) - 1);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 1, limit));
}

}  // namespace

std::vector<std::string> read_names(const std::filesystem::path& path) {
  const TextFile file(path);
  std::vector<std::string> names;
  for (const Line& line : lines_of(file.text())) names.emplace_back(file_part(trimmed(line.text)));
  if (names.empty()) throw IoError(path, "names no photo; all of it is blank");
  return names;
}

std::string split_name(std::string_view name) {
  name = trimmed(name);
  if (name == "val" || name == "valid" || name == "validation") return "dev";
  if (name == "training") return "train";
  if (name == "testing") return "test";
  return std::string(name);
}

void assign_split(CaptionSet& set, const std::string& split,
                  const std::vector<std::string>& names) {
  require(!split.empty(), "assign_split: the split needs a name");
  PhotoIndex photos;
  for (std::size_t i = 0; i < set.images.size(); ++i)
    photos.add(set.images[i].file, static_cast<std::int64_t>(i));
  std::vector<std::string_view> unknown;
  std::map<std::string, std::vector<std::string_view>> moved;  // by the split they were in
  for (const std::string& name : names) {
    const std::int64_t found = photos.find(name);
    if (found < 0) {
      unknown.push_back(name);
      continue;
    }
    CaptionedImage& image = set.images[static_cast<std::size_t>(found)];
    if (!image.split.empty() && image.split != split) moved[image.split].push_back(image.file);
    image.split = split;
  }
  if (!unknown.empty()) {
    set.warnings.push_back(
        fmt::format("names without captions in split \"{}\": {}, the first: \"{}\"", split,
                    unknown.size(), unknown.front()));
  }
  for (const auto& [from, photos_moved] : moved) {
    set.warnings.push_back(
        fmt::format("photos moved from split \"{}\" to \"{}\": {}, the first: \"{}\"", from, split,
                    photos_moved.size(), photos_moved.front()));
  }
}

void split_randomly(CaptionSet& set, const RandomSplit& how) {
  require(how.dev >= 0 && how.test >= 0 && how.dev + how.test < 1,
          "split_randomly: dev and test must be at least 0 and together below 1; got {} and {}",
          how.dev, how.test);
  require(how.most >= 1, "split_randomly: most must be at least 1; got {}", how.most);
  std::vector<Drawn> drawn = draws_of(set, how.seed);
  std::sort(drawn.begin(), drawn.end());
  const std::size_t all = drawn.size();
  const std::size_t dev = photos_for(how.dev, all, all, how.most);
  const std::size_t test = dev + photos_for(how.test, all, all - dev, how.most);
  for (std::size_t i = 0; i < drawn.size(); ++i)
    drawn[i].image->split = i < dev ? "dev" : i < test ? "test" : "train";
}

std::vector<CaptionedImage> images_of(const CaptionSet& set, const std::string& split) {
  std::vector<CaptionedImage> images;
  for (const CaptionedImage& image : set.images)
    if (image.split == split) images.push_back(image);
  return images;
}

}  // namespace limn::data
