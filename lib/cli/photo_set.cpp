#include "cli/photo_set.h"

#include <fmt/ranges.h>

#include <map>

#include "cli/failure.h"
#include "limn/data/photo_folder.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

void warn(const std::string& text) { fmt::print(stderr, "limn: warning: {}\n", text); }

void warn(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) warn(text);
}

// "train (6000), dev (1000)"
std::string splits_of(const data::CaptionSet& set) {
  std::map<std::string, int> counts;
  for (const data::CaptionedImage& image : set.images) ++counts[image.split];
  std::vector<std::string> texts;
  for (const auto& [split, count] : counts)
    texts.push_back(fmt::format("{} ({})", split.empty() ? "no split" : split, count));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> names_of(const std::vector<train::Photo>& photos) {
  std::vector<std::string> names;
  for (const train::Photo& photo : photos) names.push_back(photo.name);
  return names;
}

PhotoSet from_features(const models::PhotoCaptioner& model, std::vector<train::Photo> photos,
                       const PhotoSetOptions& options) {
  const auto file = std::make_shared<const data::FeatureFile>(options.features);
  PhotoSet set;
  std::vector<std::int64_t> rows;
  for (train::Photo& photo : photos) {
    const std::int64_t row = file->row(photo.name);
    if (row < 0) continue;
    rows.push_back(row);
    set.photos.push_back(std::move(photo));
  }
  if (set.photos.empty()) {
    throw IoError(options.features, fmt::format("has no features of the {} photos of {}",
                                                photos.size(), options.captions));
  }
  if (set.photos.size() < photos.size()) {
    warn(fmt::format("{} has no features of {} of {} photos; they are left out", options.features,
                     photos.size() - set.photos.size(), photos.size()));
  }
  set.source = train::features_from_file(file, std::move(rows), model.captioner().needs_regions(),
                                         options.images, names_of(set.photos));
  return set;
}

PhotoSet from_images(const models::PhotoCaptioner& model, std::vector<train::Photo> photos,
                     const PhotoSetOptions& options) {
  if (!model.has_encoder())
    throw UsageError("the model holds no encoder and cannot look at photos; give --features");
  const auto load = [folder = std::filesystem::path(options.images), names = names_of(photos),
                     preprocessing = model.encoder().preprocessing()](std::int64_t item) {
    const Tensor photo =
        vision::read_image(data::find_photo(folder, names[static_cast<std::size_t>(item)]));
    return vision::resize_and_crop(photo, preprocessing);
  };
  return {std::move(photos), train::features_from_pictures(model.encoder(), load)};
}

}  // namespace

void add_split_flags(Command& command, SplitOptions& options) {
  command.add(options.split,
              {.name = "--split",
               .value = "NAME",
               .help = "only the photos of a split of the caption file: train, dev, test"});
  command.add(options.names, {.name = "--names",
                              .value = "FILE",
                              .help = "only the photos of a list, a file name a line"});
  command.add(options.lossy,
              {.name = "--lossy", .help = "bytes of captions that are no UTF-8 become U+FFFD"});
}

data::CaptionSet read_whole(const std::string& captions, bool lossy) {
  data::CaptionSet set = data::read_captions(captions, {.lossy = lossy});
  warn(set.warnings);
  return set;
}

std::vector<data::CaptionedImage> read_split(const std::string& captions,
                                             const SplitOptions& options) {
  data::CaptionSet set = data::read_captions(captions, {.lossy = options.lossy});
  std::string split = data::split_name(options.split);
  if (!options.names.empty()) {
    if (split.empty()) split = "named";
    for (data::CaptionedImage& image : set.images) image.split.clear();
    data::assign_split(set, split, data::read_names(options.names));
  }
  warn(set.warnings);
  std::vector<data::CaptionedImage> images =
      split.empty() ? std::move(set.images) : data::images_of(set, split);
  if (!images.empty()) return images;
  if (split.empty()) throw IoError(captions, "holds no photo with a caption");
  throw IoError(captions,
                fmt::format("has no photo in \"{}\"; there are {}", split, splits_of(set)));
}

void add_photo_set_flags(Command& command, PhotoSetOptions& options) {
  command.add(options.images, {.name = "--images", .value = "DIR", .help = "folder of the photos"});
  command.add(options.features,
              {.name = "--features",
               .value = "FILE",
               .help = "their features, by limn features with the model's encoder"});
}

PhotoSet open_photo_set(const models::PhotoCaptioner& model, const PhotoSetOptions& options) {
  if (options.images.empty() == options.features.empty())
    throw UsageError("give either --images or --features");
  std::vector<std::string> warnings;
  std::vector<train::Photo> photos = train::split_captions(
      read_split(options.captions, options.split), model.tokenizer(), warnings);
  warn(warnings);
  if (photos.empty()) throw IoError(options.captions, "holds no photo with a caption");
  return options.features.empty() ? from_images(model, std::move(photos), options)
                                  : from_features(model, std::move(photos), options);
}

void report_skipped(const std::vector<std::string>& failures) {
  for (const std::string& failure : failures) fmt::print(stderr, "limn: skipped: {}\n", failure);
  if (!failures.empty()) warn(fmt::format("{} photos were skipped", failures.size()));
}

}  // namespace limn::cli
