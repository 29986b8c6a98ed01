#include "limn/train/feature_source.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "limn/core/error.h"
#include "limn/data/image_loader.h"
#include "limn/data/photo_folder.h"
#include "limn/train/caption_page.h"
#include "limn/train/report.h"
#include "limn/vision/image.h"
#include "limn/vision/transform.h"

namespace limn::train {
namespace {

// What `show` gives, or nothing for a photo that cannot be read.
template <class Show>
std::string picture_or_nothing(const Show& show) {
  try {
    return show();
  } catch (const IoError&) {
    return {};
  }
}

class FileSource : public FeatureSource {
 public:
  FileSource(std::shared_ptr<const data::FeatureFile> file, std::vector<std::int64_t> rows,
             bool regions, std::string folder, std::vector<std::string> names)
      : file_(std::move(file)),
        rows_(std::move(rows)),
        regions_(regions),
        folder_(std::move(folder)),
        names_(std::move(names)) {}

  void start(std::vector<std::vector<std::int64_t>> batches) override {
    batches_ = std::move(batches);
    next_ = 0;
  }

  SourceBatch next(const nn::Pass&) override {
    LIMN_ASSERT(next_ < batches_.size());
    SourceBatch batch;
    batch.items = batches_[next_++];
    std::vector<std::int64_t> rows;
    for (const std::int64_t item : batch.items)
      rows.push_back(rows_.at(static_cast<std::size_t>(item)));
    batch.features = file_->features(rows, regions_);
    return batch;
  }

  std::string picture(std::int64_t item) const override {
    if (folder_.empty()) return {};
    return picture_or_nothing([&] {
      return thumbnail(
          vision::read_image(data::find_photo(folder_, names_.at(static_cast<std::size_t>(item)))));
    });
  }

  const std::vector<std::string>& failures() const override { return none_; }

 private:
  std::shared_ptr<const data::FeatureFile> file_;
  std::vector<std::int64_t> rows_;
  bool regions_;
  std::string folder_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::int64_t>> batches_;
  std::size_t next_ = 0;
  std::vector<std::string> none_;
};

class PictureSource : public FeatureSource {
 public:
  PictureSource(const encoders::Encoder& encoder, std::function<Tensor(std::int64_t)> load)
      : encoder_(encoder), load_(std::move(load)) {}

  void start(std::vector<std::vector<std::int64_t>> batches) override {
    loader_ = std::make_unique<data::ImageLoader>(std::move(batches), load_);
  }

  SourceBatch next(const nn::Pass& pass) override {
    data::LoadedImages loaded = loader_->next();
    for (const auto& failure : loaded.failures) {
      if (failed_.insert(failure.item).second) failures_.push_back(failure.error);
    }
    if (loaded.items.empty()) return {};
    const Variable pictures(vision::normalize(loaded.pictures, encoder_.preprocessing()));
    return {look(pictures, pass), std::move(loaded.items)};
  }

  std::string picture(std::int64_t item) const override {
    return picture_or_nothing(
        [&] { return data_uri("image/png", vision::encode_png(load_(item))); });
  }

  const std::vector<std::string>& failures() const override { return failures_; }

 private:
  // A frozen encoder looks the same way in training as in use.
  nn::Features look(const Variable& pictures, const nn::Pass& pass) const {
    if (encoder_.parameters().front().second.requires_grad())
      return encoder_.forward(pictures, pass);
    const NoGradGuard guard;
    return encoder_.forward(pictures, {});
  }

  const encoders::Encoder& encoder_;
  std::function<Tensor(std::int64_t)> load_;
  std::unique_ptr<data::ImageLoader> loader_;
  std::set<std::int64_t> failed_;
  std::vector<std::string> failures_;
};

}  // namespace

JointBatch next_of(const std::vector<FeatureSource*>& sources) {
  JointBatch joint;
  for (FeatureSource* source : sources) {
    SourceBatch batch = source->next({});
    if (joint.features.empty()) joint.items = batch.items;
    if (joint.items != batch.items) {
      throw Error(
          fmt::format("the models could read {} and {} photos of one batch; do the files "
                      "change?",
                      joint.items.size(), batch.items.size()));
    }
    joint.features.push_back(std::move(batch.features));
  }
  return joint;
}

std::unique_ptr<FeatureSource> features_from_file(std::shared_ptr<const data::FeatureFile> file,
                                                  std::vector<std::int64_t> rows, bool regions,
                                                  std::string folder,
                                                  std::vector<std::string> names) {
  return std::make_unique<FileSource>(std::move(file), std::move(rows), regions, std::move(folder),
                                      std::move(names));
}

std::unique_ptr<FeatureSource> features_from_pictures(
    const encoders::Encoder& encoder, std::function<Tensor(std::int64_t item)> load) {
  return std::make_unique<PictureSource>(encoder, std::move(load));
}

}  // namespace limn::train
