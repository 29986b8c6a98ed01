#include <algorithm>
#include <filesystem>

#include "core/check.h"
#include "limn/core/precision.h"
#include "limn/data/photo_folder.h"
#include "limn/data/photo_names.h"
#include "limn/train/trainer.h"
#include "limn/vision/transform.h"
#include "train/language_model.h"
#include "train/new_model.h"
#include "train/new_text.h"

namespace limn::train {
namespace {

namespace fs = std::filesystem;

fs::path within(const std::string& folder, const std::string& path) {
  return path.empty() ? fs::path() : fs::path(folder) / path;
}

bool has_split(const data::CaptionSet& set, const std::string& split) {
  return std::any_of(set.images.begin(), set.images.end(),
                     [&](const data::CaptionedImage& image) { return image.split == split; });
}

void put_all(data::CaptionSet& set, const std::string& from, const std::string& to) {
  for (data::CaptionedImage& image : set.images)
    if (image.split == from) image.split = to;
}

// The photos that a list names become the split; those that the caption file has in it and the list
// has not are not used.
void assign(data::CaptionSet& set, const std::string& split, const fs::path& list) {
  std::vector<data::CaptionedImage*> before;
  for (data::CaptionedImage& image : set.images)
    if (image.split == split) before.push_back(&image);
  for (data::CaptionedImage* image : before) image->split.clear();
  data::assign_split(set, split, data::read_names(list));
  if (!has_split(set, split)) {
    throw IoError(list, fmt::format("names no photo that has captions; data.{} needs one", split));
  }
  for (data::CaptionedImage* image : before)
    if (image->split.empty()) image->split = "unused";
}

// Lists decide first, then what the caption file says, then chance. Returns which of them did.
std::string decide_splits(data::CaptionSet& set, const Recipe& recipe) {
  const Recipe::Data& data = recipe.data;
  if (!data.train.empty()) assign(set, "train", within(data.folder, data.train));
  if (!data.dev.empty()) assign(set, "dev", within(data.folder, data.dev));
  if (has_split(set, "dev")) {
    if (data.train.empty()) put_all(set, "", "train");
    return data.dev.empty() ? "as the caption file says" : "as data.dev says";
  }
  if (!data.train.empty()) put_all(set, "", "unused");
  put_all(set, "train", "");
  data::split_randomly(set, {.dev = data.dev_share,
                             .most = data.dev_most,
                             .seed = static_cast<std::uint64_t>(recipe.train.seed)});
  return fmt::format("drawn by train.seed {}, data.dev_share {} and data.dev_most {}",
                     recipe.train.seed, data.dev_share, data.dev_most);
}

// Keeps the photos for which `known` holds; the others are a warning.
void keep_known(std::vector<Photo>& photos, const std::function<bool(const Photo&)>& known,
                const std::string& where, std::vector<std::string>& warnings) {
  std::size_t missing = 0;
  std::string example;
  std::erase_if(photos, [&](const Photo& photo) {
    if (known(photo)) return false;
    if (missing++ == 0) example = photo.name;
    return true;
  });
  if (missing == 0) return;
  warnings.push_back(fmt::format("{} photos with captions are not in {} and left out, such as {}",
                                 missing, where, example));
}

void warn_of_photos_without_captions(const fs::path& folder, const data::CaptionSet& set,
                                     std::vector<std::string>& warnings) {
  data::PhotoIndex named;
  for (const data::CaptionedImage& image : set.images) named.add(image.file, 0);
  std::size_t count = 0;
  std::string example;
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (!data::names_photo(name) || named.find(name) >= 0) continue;
    if (count++ == 0) example = name;
  }
  if (count == 0) return;
  warnings.push_back(fmt::format("{} photos in {} have no caption and are not used, such as {}",
                                 count, folder.string(), example));
}

std::vector<std::string> names_of(const std::vector<Photo>& photos) {
  std::vector<std::string> names;
  for (const Photo& photo : photos) names.push_back(photo.name);
  return names;
}

// Captions, split and words.
struct Text {
  std::unique_ptr<text::Tokenizer> tokenizer;
  data::CaptionSet set;
  std::vector<Photo> train, dev;
  std::vector<std::string> warnings;
  std::string split;  // what decided
};

Text read_text(const Recipe& recipe) {
  require(!recipe.data.captions.empty(),
          "recipe: data.captions is missing; name the file with the captions");
  Text text;
  text.set = data::read_captions(
      within(recipe.data.folder, recipe.data.captions),
      {.lossy = recipe.data.lossy, .tokens = recipe.data.tokens, .restval = recipe.data.restval});
  text.split = decide_splits(text.set, recipe);
  text.warnings = text.set.warnings;
  const std::vector<data::CaptionedImage> training = data::images_of(text.set, "train");
  text.tokenizer = new_tokenizer(recipe.text, training);
  text.train = split_captions(training, *text.tokenizer, text.warnings);
  text.dev = split_captions(data::images_of(text.set, "dev"), *text.tokenizer, text.warnings);
  return text;
}

void check_not_empty(const Text& text, const std::string& where) {
  require(!text.train.empty() && !text.dev.empty(),
          "train: {} training and {} dev photos have captions and are in {}; at least one of each "
          "is needed{}{}",
          text.train.size(), text.dev.size(), where, text.warnings.empty() ? "" : "; ",
          fmt::join(text.warnings, "; "));
}

// Their likelihood is asked for after every epoch, of whole captions.
void check_lengths(const std::vector<Photo>& dev, const models::Captioner& captioner) {
  const std::string architecture = captioner.architecture();
  for (const Photo& photo : dev) {
    for (const auto& words : photo.words) {
      require(std::ssize(words) <= captioner.longest(),
              "train: a caption of the dev photo {} has {} words, but {} can say captions of {} at "
              "most; shorten it, or raise model.positions",
              photo.name, words.size(), architecture, captioner.longest());
    }
  }
}

// What made the features of a file; null when the file does not say.
std::unique_ptr<encoders::Encoder> encoder_of(const data::FeatureFile& file,
                                              const std::string& path) {
  if (file.encoder().empty()) return nullptr;
  return encoders::restore_encoder(file.encoder(), file.encoder_weights(), path);
}

std::string split_note(const Text& text) {
  return fmt::format("{} photos to train on, {} dev photos, {}", text.train.size(), text.dev.size(),
                     text.split);
}

// `source` gives the features of some photos.
template <class Source>
Job job_of(const Recipe& recipe, models::PhotoCaptioner model, Text text, const Source& source) {
  check_lengths(text.dev, model.captioner());
  std::vector<std::string> notes = {split_note(text)};
  if (!recipe.model.pretrained.empty()) notes.push_back(load_pretrained(recipe, model));
  auto train_source = source(text.train);
  auto dev_source = source(text.dev);
  return {.recipe = recipe,
          .model = std::move(model),
          .train = std::move(text.train),
          .dev = std::move(text.dev),
          .train_features = std::move(train_source),
          .dev_features = std::move(dev_source),
          .warnings = std::move(text.warnings),
          .notes = std::move(notes)};
}

Job job_from_features(const Recipe& recipe, Text text) {
  const std::string path = within(recipe.data.folder, recipe.data.features).string();
  const auto file = std::make_shared<const data::FeatureFile>(path);
  const auto known = [&](const Photo& photo) { return file->row(photo.name) >= 0; };
  keep_known(text.train, known, path, text.warnings);
  keep_known(text.dev, known, path, text.warnings);
  check_not_empty(text, path);
  models::PhotoCaptioner model =
      new_model(recipe, encoder_of(*file, path),
                {.global = file->feature_size(), .regions = file->region_size()}, text.train,
                std::move(text.tokenizer));
  const bool regions = model.captioner().needs_regions();
  const auto source = [&](const std::vector<Photo>& photos) {
    std::vector<std::int64_t> rows;
    for (const Photo& photo : photos) rows.push_back(file->row(photo.name));
    return features_from_file(file, std::move(rows), regions,
                              within(recipe.data.folder, recipe.data.images).string(),
                              names_of(photos));
  };
  return job_of(recipe, std::move(model), std::move(text), source);
}

Job job_from_photos(const Recipe& recipe, Text text) {
  const fs::path folder = within(recipe.data.folder, recipe.data.images);
  require(!folder.empty(), "recipe: data.images is missing; name the folder of the photos");
  std::error_code none;  // the name may be one that no file can have
  if (!fs::is_directory(folder, none)) throw IoError(folder, "is no folder; data.images names it");
  const auto known = [&](const Photo& photo) {
    return fs::exists(data::find_photo(folder, photo.name), none);
  };
  keep_known(text.train, known, folder.string(), text.warnings);
  keep_known(text.dev, known, folder.string(), text.warnings);
  warn_of_photos_without_captions(folder, text.set, text.warnings);
  check_not_empty(text, folder.string());
  auto encoder = new_encoder(recipe);
  const encoders::Encoder& eye = *encoder;
  models::PhotoCaptioner model =
      new_model(recipe, std::move(encoder), sizes_of(eye), text.train, std::move(text.tokenizer));
  const auto source = [&](const std::vector<Photo>& photos) {
    return features_from_pictures(
        eye, [folder, names = names_of(photos), how = eye.preprocessing()](std::int64_t item) {
          const fs::path path = data::find_photo(folder, names.at(static_cast<std::size_t>(item)));
          return vision::read_and_crop(path, how);
        });
  };
  return job_of(recipe, std::move(model), std::move(text), source);
}

}  // namespace

Job prepare(const Recipe& asked) {
  precision_from(asked.train.precision);  // refused before the data is read
  Text text = read_text(asked);
  const Recipe recipe = with_pretrained_sizes(asked);
  return recipe.data.features.empty() ? job_from_photos(recipe, std::move(text))
                                      : job_from_features(recipe, std::move(text));
}

}  // namespace limn::train
