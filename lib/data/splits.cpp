// Which photos are for training and which for tests.
#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "core/check.h"
#include "data/text_file.h"
#include "limn/core/generator.h"
#include "limn/data/captions.h"

namespace limn::data {
namespace {

// FNV-1a of 64 bits.
std::uint64_t hash(std::string_view text) {
  std::uint64_t result = 0xCBF29CE484222325u;
  for (const char c : text) result = (result ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return result;
}

}  // namespace

std::vector<std::string> read_names(const std::filesystem::path& path) {
  const TextFile file(path);
  std::vector<std::string> names;
  for (const Line& line : lines_of(file.text())) names.emplace_back(file_part(trimmed(line.text)));
  if (names.empty()) throw IoError(path, "names no photo; all of it is blank");
  return names;
}

void assign_split(CaptionSet& set, const std::string& split,
                  const std::vector<std::string>& names) {
  require(!split.empty(), "assign_split: the split needs a name");
  std::unordered_map<std::string_view, CaptionedImage*> images;
  for (CaptionedImage& image : set.images) images.emplace(image.file, &image);
  std::vector<std::string_view> unknown;
  std::map<std::string, std::vector<std::string_view>> moved;  // by the split they were in
  for (const std::string& name : names) {
    const auto found = images.find(name);
    if (found == images.end()) {
      unknown.push_back(name);
      continue;
    }
    CaptionedImage& image = *found->second;
    if (!image.split.empty() && image.split != split) moved[image.split].push_back(image.file);
    image.split = split;
  }
  if (!unknown.empty()) {
    set.warnings.push_back(
        fmt::format("names without captions in split \"{}\": {}, the first: \"{}\"", split,
                    unknown.size(), unknown.front()));
  }
  for (const auto& [from, photos] : moved) {
    set.warnings.push_back(
        fmt::format("photos moved from split \"{}\" to \"{}\": {}, the first: \"{}\"", from, split,
                    photos.size(), photos.front()));
  }
}

void split_randomly(CaptionSet& set, double dev, double test, std::uint64_t seed) {
  require(dev >= 0 && test >= 0 && dev + test < 1,
          "split_randomly: dev and test must be at least 0 and together below 1; got {} and {}",
          dev, test);
  const Generator generator(seed);
  for (CaptionedImage& image : set.images) {
    if (!image.split.empty()) continue;
    const double draw = generator.fork(hash(image.file)).uniform();
    image.split = draw < dev ? "dev" : draw < dev + test ? "test" : "train";
  }
}

std::vector<CaptionedImage> images_of(const CaptionSet& set, const std::string& split) {
  std::vector<CaptionedImage> images;
  for (const CaptionedImage& image : set.images)
    if (image.split == split) images.push_back(image);
  return images;
}

}  // namespace limn::data
