#include <fmt/format.h>

#include <filesystem>

#include "cli/caption_output.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/photo_set.h"
#include "cli/progress.h"
#include "cli/search_flags.h"
#include "limn/data/batch.h"
#include "limn/data/image_loader.h"
#include "limn/data/photo_folder.h"
#include "limn/decode/sample.h"
#include "limn/train/caption_page.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCaptionBatch = 16;

struct CaptionOptions {
  std::string model;
  std::vector<std::string> photos;
  std::string format = "text";
  std::string out;
  decode::SearchOptions search;
  bool samples = false;
  decode::SampleOptions sample;
  std::uint64_t seed = 1;
};

// --sample, or a flag that only means something with it.
bool draws(const CaptionOptions& options) {
  const CaptionOptions usual;
  return options.samples || options.sample.samples != usual.sample.samples ||
         options.sample.temperature != usual.sample.temperature ||
         options.sample.top_k != usual.sample.top_k ||
         options.sample.nucleus != usual.sample.nucleus || options.seed != usual.seed;
}

std::vector<std::string> paths_of(const std::vector<std::string>& photos) {
  std::vector<std::string> paths;
  for (const std::string& photo : photos) {
    if (!fs::is_directory(photo)) {
      paths.push_back(photo);
    } else {
      for (const fs::path& path : data::photos_in(photo)) paths.push_back(path.string());
    }
  }
  return paths;
}

void check_paths(const CaptionOptions& options) {
  std::vector<FlaggedFile> inputs{{"--model", options.model}};
  for (const std::string& photo : options.photos) inputs.push_back({"PHOTO", photo});
  check_files(inputs, {{"--out", options.out}});
}

class Captioning {
 public:
  Captioning(const CaptionOptions& options, const models::PhotoCaptioner& model,
             std::vector<std::string> paths)
      : options_(options), model_(model), generator_(options.seed) {
    for (std::string& path : paths) photos_.push_back({std::move(path), "", {}});
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
      caption(batch);
      for (const auto& failure : batch.failures) failures.push_back(failure.error);
      done += static_cast<std::int64_t>(batch.items.size() + batch.failures.size());
      counter(done, count);
    }
    std::erase_if(photos_, [](const CaptionedPhoto& photo) { return photo.captions.empty(); });
    return std::move(photos_);
  }

 private:
  // On a background thread; no other one has the same item.
  Tensor load(std::int64_t item) {
    CaptionedPhoto& photo = photos_[static_cast<std::size_t>(item)];
    const Tensor picture = vision::read_image(photo.path);
    if (options_.format == "html") photo.picture_uri = train::thumbnail(picture);
    return vision::resize_and_crop(picture, model_.encoder().preprocessing());
  }

  void caption(const data::LoadedImages& batch) {
    if (batch.items.empty()) return;
    const Tensor& all = batch.pictures;
    const Shape one{all.shape()[1], all.shape()[2], all.shape()[3]};
    std::vector<Tensor> pictures;
    for (std::int64_t i = 0; i < all.shape()[0]; ++i)
      pictures.push_back(all.rows(i, i + 1).reshaped(one));
    const nn::Features features = model_.look(pictures);
    auto captions = draws(options_) ? drawn(features) : model_.caption(features, options_.search);
    for (std::size_t i = 0; i < batch.items.size(); ++i)
      photos_[static_cast<std::size_t>(batch.items[i])].captions = std::move(captions[i]);
  }

  std::vector<std::vector<models::Caption>> drawn(const nn::Features& features) {
    decode::SampleOptions sample = options_.sample;
    sample.min_length = options_.search.min_length;
    sample.max_length = options_.search.max_length;
    sample.forbidden = model_.never_said();
    std::vector<std::vector<models::Caption>> captions;
    for (const auto& hypotheses :
         decode::sample(model_.captioner(), features, generator_, sample)) {
      auto& of_photo = captions.emplace_back();
      for (const auto& hypothesis : hypotheses) of_photo.push_back(model_.describe(hypothesis));
    }
    return captions;
  }

  const CaptionOptions& options_;
  const models::PhotoCaptioner& model_;
  Generator generator_;
  std::vector<CaptionedPhoto> photos_;
};

std::string rendered(const CaptionOptions& options, const std::vector<CaptionedPhoto>& photos,
                     bool single) {
  if (options.format == "json") return captions_json(photos);
  if (options.format == "coco") return captions_coco(photos);
  if (options.format == "html") return captions_html(photos, options.model);
  return single ? captions_text(photos.front()) : captions_text(photos);
}

int caption_photos(const CaptionOptions& options) {
  check_search(options.search);
  if (draws(options) && options.search.n_best > 1)
    throw UsageError("--n-best ranks what a search found; with sampling, --samples draws several");
  check_paths(options);
  const bool single = options.photos.size() == 1 && !fs::is_directory(options.photos.front());
  std::vector<std::string> paths = paths_of(options.photos);
  const auto model = models::PhotoCaptioner::load(options.model);
  if (!model.has_encoder()) {
    throw IoError(options.model,
                  "holds no encoder: it was trained on features of another program and cannot look "
                  "at photos");
  }
  std::vector<std::string> failures;
  const auto photos = Captioning(options, model, std::move(paths)).run(failures);
  if (single && !failures.empty()) throw Error(failures.front());
  report_skipped(failures);
  if (photos.empty()) throw Error("none of the photos could be read");
  put_out(rendered(options, photos, single), options.out);
  return kDone;
}

void add_sample_flags(Command& command, CaptionOptions& options) {
  command.group("Sampling");
  command.add(
      options.samples,
      {.name = "--sample",
       .help = "draw captions from P(S | I) instead of searching; what follows implies it"});
  command.add(options.sample.samples, {.name = "--samples",
                                       .value = "N",
                                       .help = "captions drawn for each photo",
                                       .least = 1,
                                       .most = 10000});
  command.add(options.sample.temperature, {.name = "--temperature",
                                           .value = "T",
                                           .help = "words are drawn from softmax(log P / T)",
                                           .least = 1e-3,
                                           .most = 1e3});
  command.add(options.sample.top_k, {.name = "--top-k",
                                     .value = "K",
                                     .help = "only the K most probable words; 0: all",
                                     .least = 0});
  command.add(options.sample.nucleus,
              {.name = "--nucleus",
               .value = "P",
               .help = "only the fewest words that have probability P together",
               .least = 1e-6,
               .most = 1});
  command.add(options.seed, {.name = "--seed",
                             .value = "N",
                             .help = "the same seed draws the same captions",
                             .least = 0});
}

}  // namespace

void define_caption(Program& program) {
  Command& command = program.command("caption", "says what is on photos");
  const auto options = std::make_shared<CaptionOptions>();
  command.add(
      options->photos,
      {.name = "PHOTO", .value = "FILE", .help = "photos, or folders of photos", .required = true});
  command.add(options->model, {.name = "--model",
                               .value = "FILE",
                               .help = "the model.safetensors of a run",
                               .required = true});
  command.add(options->format,
              {.name = "--format",
               .help = "text: the caption, after the photo's name if there are several; json: with "
                       "log P of each word; html: a page with the photos; coco: a COCO result file",
               .choices = {"text", "json", "html", "coco"}});
  command.add(options->search.n_best, {.name = "--n-best",
                                       .value = "K",
                                       .help = "captions of each photo, with their log P",
                                       .least = 1,
                                       .most = 1000});
  command.add(options->out,
              {.name = "--out", .value = "FILE", .help = "write there, not to standard output"});
  add_search_flags(command, options->search);
  add_sample_flags(command, *options);
  command.run([options] { return caption_photos(*options); });
}

}  // namespace limn::cli
