#include "limn/train/extract_features.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/check.h"
#include "limn/data/batch.h"
#include "limn/data/captions.h"
#include "limn/data/feature_writer.h"
#include "limn/data/image_loader.h"
#include "limn/data/photo_folder.h"
#include "limn/vision/transform.h"

namespace limn::train {
namespace {

namespace fs = std::filesystem;

// Of the photos, each once.
std::vector<std::string> photo_names(const FeatureExtraction& options) {
  std::vector<std::string> names;
  if (options.names.empty()) {
    for (const fs::path& path : data::photos_in(options.images))
      names.push_back(path.filename().string());
    return names;
  }
  std::set<std::string> seen;
  for (std::string& name : data::read_names(options.names)) {
    if (seen.insert(name).second) names.push_back(std::move(name));
  }
  if (names.empty()) throw IoError(options.names, "names no photo");
  return names;
}

std::unique_ptr<encoders::Encoder> read_encoder(const FeatureExtraction& options) {
  Generator generator;  // of weights that are replaced at once
  auto encoder = encoders::make_encoder(options.encoder, generator);
  encoders::load_weights(*encoder, options.weights);
  encoder->set_trainable(false);
  return encoder;
}

data::FeatureFileInfo describe(const encoders::Encoder& encoder, std::vector<std::string> names) {
  const auto state = encoder.state_dict();
  return {.names = std::move(names),
          .encoder = encoders::config_text(encoders::config_of(encoder)),
          .weights = {state.begin(), state.end()}};
}

nn::Features look(const encoders::Encoder& encoder, const Tensor& pictures) {
  const NoGradGuard guard;
  return encoder.forward(Variable(vision::normalize(pictures, encoder.preprocessing())), {});
}

}  // namespace

ExtractedFeatures extract_features(const FeatureExtraction& options, const Progress& progress) {
  require(options.batch >= 1 && options.threads >= 1,
          "extract_features: batch and threads must be at least 1; got {} and {}", options.batch,
          options.threads);
  const std::vector<std::string> names = photo_names(options);
  const auto encoder = read_encoder(options);
  data::FeatureWriter writer(options.out, describe(*encoder, names), options.regions);
  const auto load = [&](std::int64_t item) {
    const fs::path path = data::find_photo(options.images, names[static_cast<std::size_t>(item)]);
    return vision::read_and_crop(path, encoder->preprocessing());
  };
  ExtractedFeatures result;
  const std::int64_t total = std::ssize(names);
  data::ImageLoader loader(data::ordered_batches(total, options.batch), load, options.threads);
  while (!loader.done()) {
    const data::LoadedImages batch = loader.next();
    for (const auto& failure : batch.failures) result.failures.push_back(failure.error);
    if (!batch.items.empty()) {
      const nn::Features features = look(*encoder, batch.pictures);
      std::vector<std::string> of_batch;
      for (const std::int64_t item : batch.items)
        of_batch.push_back(names[static_cast<std::size_t>(item)]);
      writer.add(of_batch, features);
      if (options.regions) result.regions = features.regions.shape()[1];
    }
    if (progress) progress(writer.images() + std::ssize(result.failures), total);
  }
  if (writer.images() == 0) {
    throw IoError(options.images, fmt::format("none of its {} photos could be read; the first: {}",
                                              total, result.failures.front()));
  }
  writer.finish();
  result.photos = writer.images();
  result.feature_size = encoder->feature_size();
  return result;
}

}  // namespace limn::train
