// Image features in one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "limn/core/safetensors.h"
#include "limn/nn/features.h"

namespace limn::data {

/// What a feature file says of itself.
struct FeatureFileInfo {
  std::vector<std::string> names;  ///< of the photos' files, in order of the rows
  std::string encoder;             ///< what `encoders::config_text` gave
  /// The encoder's weights, so that a model trained on the features can look at new photos.
  std::map<std::string, Tensor> weights;
};

/// A mapped file: "global" [N, F] and maybe "regions" [N, R, F], float16, with the names in the
/// metadata and the encoder's weights under "encoder.…".
class FeatureFile {
 public:
  /// Throws IoError when it is no feature file.
  explicit FeatureFile(const std::filesystem::path& path);

  const std::vector<std::string>& names() const { return names_; }
  /// The row of a photo, or -1.
  std::int64_t row(const std::string& name) const;
  std::int64_t images() const { return static_cast<std::int64_t>(names_.size()); }
  std::int64_t feature_size() const;
  bool has_regions() const;
  std::int64_t region_count() const;
  /// The features of these rows as float32; regions only when asked for.
  nn::Features features(std::span<const std::int64_t> rows, bool regions) const;
  const std::string& encoder() const { return encoder_; }
  std::map<std::string, Tensor> encoder_weights() const;

 private:
  SafetensorsFile file_;
  std::vector<std::string> names_;
  std::map<std::string, std::int64_t> rows_;
  std::string encoder_;
};

}  // namespace limn::data
