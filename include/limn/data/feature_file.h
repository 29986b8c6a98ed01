// Image features in one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "limn/core/safetensors.h"
#include "limn/data/photo_names.h"
#include "limn/nn/features.h"

namespace limn::data {

/// What a feature file says of itself.
struct FeatureFileInfo {
  std::vector<std::string> names = {};  ///< of the photos' files, in order of the rows
  std::string encoder = {};             ///< what `encoders::config_text` gave
  /// The encoder's weights, so that a model trained on the features can look at new photos.
  std::map<std::string, Tensor> weights = {};
};

/// A mapped file: "global" [N, F], "regions" [N, R, F'] or both, float16, with the names in the
/// metadata and the encoder's weights under "encoder.…". Photos with fewer than R regions have
/// "mask", uint8 [N, R], 1 where a region exists, at least one of a photo. Any program that writes
/// safetensors can make one: "names" in the metadata is a JSON list of N texts; "encoder" there may
/// be absent.
class FeatureFile {
 public:
  /// Throws IoError, saying what does not hold, when it is no feature file.
  explicit FeatureFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const std::vector<std::string>& names() const { return names_; }
  /// The row of a photo, known by its name or COCO's other name for it, or -1.
  std::int64_t row(const std::string& name) const { return rows_.find(name); }
  std::int64_t images() const { return static_cast<std::int64_t>(names_.size()); }
  bool has_global() const { return global_.defined(); }
  /// F; 0 when there are no global features.
  std::int64_t feature_size() const { return has_global() ? global_.shape()[1] : 0; }
  bool has_regions() const { return regions_.defined(); }
  /// R; 0 when there are none.
  std::int64_t region_count() const { return has_regions() ? regions_.shape()[1] : 0; }
  /// F'; 0 when there are none.
  std::int64_t region_size() const { return has_regions() ? regions_.shape()[2] : 0; }
  /// Whether photos have different numbers of regions.
  bool has_mask() const { return mask_.defined(); }
  /// The features of these rows as float32; rows may repeat; regions and their mask only when asked
  /// for, global ones when the file has them. Throws InvalidArgument for a row that there is not,
  /// and for regions, or global features alone, that the file lacks.
  nn::Features features(std::span<const std::int64_t> rows, bool regions) const;
  /// Empty when the file does not say.
  const std::string& encoder() const { return encoder_; }
  std::map<std::string, Tensor> encoder_weights() const;

 private:
  void read_names();
  Tensor stored(const std::string& name, int rank) const;
  Tensor stored_mask() const;

  SafetensorsFile file_;
  std::vector<std::string> names_;
  PhotoIndex rows_;
  std::string encoder_;
  Tensor global_, regions_, mask_;
};

}  // namespace limn::data
