// Where the features of a batch of photos come from: a file, or an encoder that looks at pictures.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "limn/data/feature_file.h"
#include "limn/encoders/encoder.h"

namespace limn::train {

/// Features of some photos, and which of those asked for they are: photos that cannot be read are
/// left out.
struct SourceBatch {
  nn::Features features;
  std::vector<std::int64_t> items;
};

/// Gives the features of batches of photos, known by their number, in an order told beforehand, so
/// that the next batches can be made ready in the background.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  virtual void start(std::vector<std::vector<std::int64_t>> batches) = 0;
  /// The next batch of what was started.
  virtual SourceBatch next(const nn::Pass& pass) = 0;
  /// "data:image/…" of a photo for a report; empty when there is none to show.
  virtual std::string picture(std::int64_t item) const = 0;
  /// One line for each photo that could not be read so far.
  virtual const std::vector<std::string>& failures() const = 0;
};

/// Photos as several models see them: features[k] is of source k.
struct JointBatch {
  std::vector<nn::Features> features;
  std::vector<std::int64_t> items;
};
/// The next batch of each source; all were started with the same. Throws Error when they could not
/// read the same photos.
JointBatch next_of(const std::vector<FeatureSource*>& sources);

/// Photo i has row `rows[i]` of `file`. `folder`, if not empty, holds the photos `names` for
/// reports.
std::unique_ptr<FeatureSource> features_from_file(std::shared_ptr<const data::FeatureFile> file,
                                                  std::vector<std::int64_t> rows, bool regions,
                                                  std::string folder,
                                                  std::vector<std::string> names);

/// `load` gives photo i as a uint8 picture of the encoder's size; it is called on background
/// threads. While `training` passes are made the encoder is trained along (unless it is frozen).
std::unique_ptr<FeatureSource> features_from_pictures(
    const encoders::Encoder& encoder, std::function<Tensor(std::int64_t item)> load);

}  // namespace limn::train
