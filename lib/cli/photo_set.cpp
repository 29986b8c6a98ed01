#include "cli/photo_set.h"

#include <fmt/ranges.h>

#include <map>

#include "cli/failure.h"
#include "limn/data/photo_folder.h"
#include "limn/vision/transform.h"

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
    texts.push_back(fmt::format("{} ({})", split.empty() ? "photos of no split" : split, count));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<std::string> names_of(const std::vector<train::Photo>& photos) {
  std::vector<std::string> names;
  for (const train::Photo& photo : photos) names.push_back(photo.name);
  return names;
}

// Throws IoError when none is left.
void keep_photos_of(const data::FeatureFile& file, const std::string& path,
                    const std::string& captions, std::vector<train::Photo>& photos) {
  const std::size_t all = photos.size();
  std::erase_if(photos, [&](const train::Photo& photo) { return file.row(photo.name) < 0; });
  if (photos.empty())
    throw IoError(path, fmt::format("has no features of the {} photos of {}", all, captions));
  if (photos.size() < all) {
    warn(fmt::format("{} has no features of {} of {} photos; they are left out", path,
                     all - photos.size(), all));
  }
}

void check_features(const data::FeatureFile& file, const models::Captioner& captioner) {
  const bool regions = captioner.needs_regions();
  const std::int64_t size = regions ? file.region_size() : file.feature_size();
  const std::int64_t wanted = captioner.sizes().features;
  if (size == wanted) return;
  const char* kind = regions ? "regions" : "global features";
  const std::string has =
      size == 0 ? fmt::format("no {}", kind) : fmt::format("{} of {} numbers", kind, size);
  throw IoError(file.path(), fmt::format("has {}; the model, {}, was built for {} of {}", has,
                                         captioner.architecture(), kind, wanted));
}

PhotoSet from_features(const models::PhotoEnsemble& models, std::vector<train::Photo> photos,
                       const PhotoSetOptions& options) {
  std::vector<std::shared_ptr<const data::FeatureFile>> files;
  for (const std::string& path : options.features)
    files.push_back(std::make_shared<const data::FeatureFile>(path));
  const auto file_of = [&](std::size_t k) { return files.size() == 1 ? files.front() : files[k]; };
  for (std::size_t k = 0; k < models.size(); ++k)
    check_features(*file_of(k), models.model(k).captioner());
  for (const auto& file : files)
    keep_photos_of(*file, file->path().string(), options.captions, photos);
  PhotoSet set{std::move(photos), {}};
  const std::vector<std::string> names = names_of(set.photos);
  for (std::size_t k = 0; k < models.size(); ++k) {
    std::vector<std::int64_t> rows;
    for (const std::string& name : names) rows.push_back(file_of(k)->row(name));
    set.owned.push_back(train::features_from_file(file_of(k), std::move(rows),
                                                  models.model(k).captioner().needs_regions(),
                                                  options.images, names));
  }
  return set;
}

PhotoSet from_images(const models::PhotoEnsemble& models, std::vector<train::Photo> photos,
                     const PhotoSetOptions& options) {
  PhotoSet set{std::move(photos), {}};
  for (std::size_t k = 0; k < models.size(); ++k) {
    const models::PhotoCaptioner& model = models.model(k);
    if (!model.has_encoder())
      throw UsageError("the model holds no encoder and cannot look at photos; give --features");
    const auto load = [folder = std::filesystem::path(options.images), names = names_of(set.photos),
                       preprocessing = model.encoder().preprocessing()](std::int64_t item) {
      return vision::read_and_crop(data::find_photo(folder, names[static_cast<std::size_t>(item)]),
                                   preprocessing);
    };
    set.owned.push_back(train::features_from_pictures(model.encoder(), load));
  }
  return set;
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
  if (!options.names.empty())
    throw IoError(captions, fmt::format("has none of the photos that {} names", options.names));
  throw IoError(captions, fmt::format("has no photo in \"{}\"; it has {}", split, splits_of(set)));
}

void add_photo_set_flags(Command& command, PhotoSetOptions& options) {
  command.add(options.images, {.name = "--images", .value = "DIR", .help = "folder of the photos"});
  command.add(
      options.features,
      {.name = "--features",
       .value = "FILE",
       .help = "their features, by limn features with the model's encoder; of several models "
               "one for all or one for each",
       .one_each = true});
}

std::vector<train::FeatureSource*> PhotoSet::sources() const {
  std::vector<train::FeatureSource*> result;
  for (const auto& source : owned) result.push_back(source.get());
  return result;
}

PhotoSet open_photo_set(const models::PhotoEnsemble& models, const PhotoSetOptions& options) {
  if (options.images.empty() == options.features.empty())
    throw UsageError("give either --images or --features");
  if (options.features.size() > 1 && options.features.size() != models.size()) {
    throw UsageError(
        fmt::format("--features: give one file for all models or one for each; got {} "
                    "for {}",
                    options.features.size(), models.size()));
  }
  std::vector<std::string> warnings;
  std::vector<train::Photo> photos = train::split_captions(
      read_split(options.captions, options.split), models.first().tokenizer(), warnings);
  warn(warnings);
  if (photos.empty()) throw IoError(options.captions, "holds no photo with a caption");
  return options.features.empty() ? from_images(models, std::move(photos), options)
                                  : from_features(models, std::move(photos), options);
}

void report_skipped(const std::vector<std::string>& failures) {
  for (const std::string& failure : failures) fmt::print(stderr, "limn: skipped: {}\n", failure);
  if (!failures.empty())
    warn(fmt::format("{} {} skipped", failures.size(),
                     failures.size() == 1 ? "photo was" : "photos were"));
}

}  // namespace limn::cli
