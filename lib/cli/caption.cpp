#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/caption_output.h"
#include "cli/commands.h"
#include "cli/ensemble_flags.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "cli/sample_flags.h"
#include "cli/search_flags.h"
#include "limn/core/precision.h"
#include "limn/data/batch.h"
#include "limn/data/image_loader.h"
#include "limn/data/photo_folder.h"
#include "limn/models/photo_ensemble.h"
#include "limn/train/caption_page.h"
#include "limn/vision/image.h"
#include "limn/vision/transform.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCaptionBatch = 16;

struct CaptionOptions {
  EnsembleFlags ensemble;
  std::vector<std::string> photos;
  std::string format = "text";
  std::string out;
  SearchFlags search;
  bool attention = false;
  SampleFlags sample;
};

std::vector<std::string> paths_of(const std::vector<std::string>& photos) {
  std::error_code none;
  std::vector<std::string> paths;
  for (const std::string& photo : photos) {
    if (!fs::is_directory(photo, none)) {
      paths.push_back(photo);
    } else {
      for (const fs::path& path : data::photos_in(photo)) paths.push_back(path.string());
    }
  }
  return paths;
}

void check_paths(const CaptionOptions& options) {
  std::vector<FlaggedFile> inputs;
  for (const std::string& model : options.ensemble.models) inputs.push_back({"--model", model});
  for (const std::string& photo : options.photos) inputs.push_back({"PHOTO", photo});
  check_files(inputs, {{"--out", options.out}});
}

class Captioning {
 public:
  Captioning(const CaptionOptions& options, const models::PhotoEnsemble& models,
             std::vector<std::string> paths)
      : options_(options),
        models_(models),
        search_(search_of(options.search, models)),
        generator_(options.sample.seed) {
    search_.attention = options.attention;
    if (search_.n_best == 1) search_.n_best = search_.groups;
    for (std::string& path : paths) photos_.push_back({std::move(path), "", {}});
    seen_by_others_.resize(photos_.size());
  }

  /// The photos that could be read; a line in `failures` for each other one.
  std::vector<CaptionedPhoto> run(std::vector<std::string>& failures) {
    const auto count = static_cast<std::int64_t>(photos_.size());
    Progress progress;
    Counter counter(progress, "photos");
    data::ImageLoader loader(data::ordered_batches(count, kCaptionBatch),
                             [this](std::int64_t item) { return load(item); });
    for (std::int64_t done = 0; !loader.done();) {
      const data::LoadedImages batch = loader.next();
      caption(batch, failures);
      for (const auto& failure : batch.failures) failures.push_back(failure.error);
      done += static_cast<std::int64_t>(batch.items.size() + batch.failures.size());
      counter(done, count);
    }
    std::erase_if(photos_, [](const CaptionedPhoto& photo) { return photo.captions.empty(); });
    note_shortcomings();
    return std::move(photos_);
  }

 private:
  // On a background thread; no other one has the same item.
  Tensor load(std::int64_t item) {
    CaptionedPhoto& photo = photos_[static_cast<std::size_t>(item)];
    const Tensor picture = vision::read_image(photo.path, enough_pixels());
    if (options_.format == "html") photo.picture_uri = train::thumbnail(picture);
    for (std::size_t k = 1; k < models_.size(); ++k)
      seen_by_others_[static_cast<std::size_t>(item)].push_back(seen_by(k, picture));
    return seen_by(0, picture);
  }

  // For all models, and for the page.
  std::int64_t enough_pixels() const {
    std::int64_t enough = options_.format == "html" ? train::kThumbnailSide : 0;
    for (std::size_t k = 0; k < models_.size(); ++k)
      enough = std::max(enough, vision::enough_pixels(models_.model(k).encoder().preprocessing()));
    return enough;
  }

  Tensor seen_by(std::size_t model, const Tensor& picture) const {
    const encoders::Encoder& encoder = models_.model(model).encoder();
    return vision::resize_and_crop(picture, encoder.preprocessing());
  }

  // What each model sees of the photos.
  std::vector<nn::Features> look(const data::LoadedImages& batch) {
    const Tensor& all = batch.pictures;
    const Shape one{all.shape()[1], all.shape()[2], all.shape()[3]};
    std::vector<std::vector<Tensor>> pictures(models_.size());
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      pictures.front().push_back(all.rows(at, at + 1).reshaped(one));
      auto& others = seen_by_others_[static_cast<std::size_t>(batch.items[i])];
      for (std::size_t k = 0; k < others.size(); ++k)
        pictures[k + 1].push_back(std::move(others[k]));
      others.clear();
    }
    std::vector<nn::Features> features;
    for (std::size_t k = 0; k < pictures.size(); ++k)
      features.push_back(models_.model(k).look(pictures[k]));
    return features;
  }

  void caption(const data::LoadedImages& batch, std::vector<std::string>& failures) {
    if (batch.items.empty()) return;
    const std::vector<nn::Features> features = look(batch);
    auto captions = found(features);
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
      CaptionedPhoto& photo = photos_[static_cast<std::size_t>(batch.items[i])];
      photo.captions = std::move(captions[i]);
      if (photo.captions.empty())
        failures.push_back(photo.path + ": no caption keeps to all that is asked of its words");
    }
  }

  // What looks like a mistake of the program and is none.
  void note_shortcomings() const {
    std::int64_t unfinished = 0;
    bool attends = false;
    for (const CaptionedPhoto& photo : photos_) {
      for (const models::Caption& caption : photo.captions) {
        unfinished += caption.finished ? 0 : 1;
        attends = attends || caption.attention.defined();
      }
    }
    if (unfinished > 0 && !options_.sample.sample) {
      fmt::print(
          stderr,
          "limn: captions without an end: {}; the search found none that ends within "
          "--max-length {} and keeps to the rules; a larger --beam or --max-length may find some\n",
          unfinished, search_.max_length);
    }
    if (options_.attention && !attends && !photos_.empty()) {
      fmt::print(stderr, "limn: --attention: {}\n",
                 models_.size() == 1 ? "this model does not weigh regions"
                                     : "these models do not weigh regions, or not equally many");
    }
  }

  std::vector<std::vector<models::Caption>> found(const std::vector<nn::Features>& features) {
    if (!options_.sample.sample) return models_.caption(features, search_);
    if (!options_.sample.distinct)
      return models_.sample(features, generator_, drawn_like(options_.sample.options));
    return models_.sample_distinct(
        features, generator_,
        drawn_like(decode::DistinctOptions{.samples = options_.sample.options.samples,
                                           .temperature = options_.sample.options.temperature}));
  }

  template <class Options>
  Options drawn_like(Options options) const {
    options.min_length = search_.min_length;
    options.max_length = search_.max_length;
    options.forbidden = search_.forbidden;
    options.rules = search_.rules;
    options.attention = search_.attention;
    return options;
  }

  const CaptionOptions& options_;
  const models::PhotoEnsemble& models_;
  decode::SearchOptions search_;
  Generator generator_;
  std::vector<CaptionedPhoto> photos_;
  std::vector<std::vector<Tensor>> seen_by_others_;  // of each photo, what models but the first see
};

std::string rendered(const CaptionOptions& options, const std::vector<CaptionedPhoto>& photos,
                     bool single) {
  if (options.format == "json") return captions_json(photos);
  if (options.format == "coco") return captions_coco(photos);
  if (options.format == "html") return captions_html(photos, options.ensemble.models);
  return single ? captions_text(photos.front()) : captions_text(photos);
}

models::PhotoEnsemble load(const CaptionOptions& options) {
  auto models = load_ensemble(options.ensemble);
  for (std::size_t k = 0; k < models.size(); ++k) {
    if (models.model(k).has_encoder()) continue;
    throw IoError(options.ensemble.models[k],
                  "holds no encoder: it was trained on features of another program and cannot look "
                  "at photos");
  }
  return models;
}

void check(const Command& command, CaptionOptions& options) {
  if (options.attention && options.format != "json")
    throw UsageError("--attention is for --format json");
  check_ensemble(command, options.ensemble);
  imply_sampling(command, options.sample);
  check_search(command, options.search);
  const bool several = options.search.options.n_best > 1 || options.search.options.groups > 1 ||
                       options.sample.options.samples > 1;
  if (options.format == "coco" && several)
    throw UsageError(
        "--format coco has one caption of a photo; leave out --n-best, --groups and --samples");
}

int caption_photos(const CaptionOptions& options) {
  check_paths(options);
  std::error_code none;
  const bool single = options.photos.size() == 1 && !fs::is_directory(options.photos.front(), none);
  std::vector<std::string> paths = paths_of(options.photos);
  if (options.format == "coco") check_told_apart(paths);
  const models::PhotoEnsemble models = load(options);
  const PrecisionGuard guard(precision_from(options.ensemble.precision));
  std::vector<std::string> failures;
  const auto photos = Captioning(options, models, std::move(paths)).run(failures);
  if (single && !failures.empty()) throw Error(failures.front());
  report_skipped(failures);
  if (photos.empty()) throw Error("none of the photos could be captioned");
  put_out(rendered(options, photos, single), options.out);
  return kDone;
}

}  // namespace

void define_caption(Program& program) {
  Command& command = program.command("caption", "says what is on photos");
  const auto options = std::make_shared<CaptionOptions>();
  command.add(
      options->photos,
      {.name = "PHOTO", .value = "FILE", .help = "photos, or folders of photos", .required = true});
  add_ensemble_flags(command, options->ensemble, true);
  command.add(options->format,
              {.name = "--format",
               .help = "text: the caption, after the photo's name if there are several; json: with "
                       "log P of each word; html: a page with the photos; coco: a COCO result file",
               .choices = {"text", "json", "html", "coco"}});
  command.add(options->search.options.n_best, {.name = "--n-best",
                                               .value = "K",
                                               .help = "captions of each photo, with their log P",
                                               .least = 1,
                                               .most = 1000});
  command.add(
      options->attention,
      {.name = "--attention",
       .help = "with json: the weights of the photo's regions for each word, of models that "
               "have them"});
  command.add(options->out,
              {.name = "--out", .value = "FILE", .help = "write there, not to standard output"});
  add_search_flags(command, options->search);
  add_sample_flags(command, options->sample);
  command.run([options, &command] {
    check(command, *options);
    return caption_photos(*options);
  });
}

}  // namespace limn::cli
