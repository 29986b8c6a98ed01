// Makes a feature file, batch by batch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "limn/core/safetensors_writer.h"
#include "limn/data/feature_file.h"

namespace limn::data {

/// Writes what a FeatureFile reads. Batches go to disk as they come, so that the regions of all
/// photos need not fit in memory; with regions, the global features are kept till the end. Nothing
/// is at `path` before `finish`, and what was there stays until then.
class FeatureWriter {
 public:
  /// `info.names` are the photos to come, in any order; some may fail to. Throws InvalidArgument
  /// for a name that is there twice or no UTF-8, IoError when no file can be made.
  FeatureWriter(const std::filesystem::path& path, const FeatureFileInfo& info, bool regions);

  /// The features of these photos: float32, global [B, F] and, when the writer was made for them,
  /// regions [B, R, F'] without a mask. Throws InvalidArgument, before anything changes, for names
  /// that were not announced or came before, for shapes unlike the first ones, and, naming the
  /// photo, for a number that float16 cannot hold; IoError when the disk is full.
  void add(std::span<const std::string> names, const nn::Features& features);
  /// Photos added so far.
  std::int64_t images() const { return static_cast<std::int64_t>(names_.size()); }
  /// Completes the file. Throws InvalidArgument when no photo was added.
  void finish();

 private:
  void check_names(std::span<const std::string> names) const;

  std::string encoder_;
  bool regions_;
  std::unordered_map<std::string, bool> added_;  // of all names announced
  std::vector<std::string> names_;               // in order of the rows
  std::vector<Tensor> global_;                   // to be written behind the regions
  Shape global_shape_, regions_shape_;           // of one photo
  SafetensorsWriter file_;
};

}  // namespace limn::data
