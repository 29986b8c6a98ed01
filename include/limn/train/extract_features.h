// Features of a folder of photos, once for many trainings.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "limn/encoders/encoder.h"
#include "limn/train/evaluate.h"

namespace limn::train {

struct FeatureExtraction {
  encoders::EncoderConfig encoder;
  std::string weights;      ///< safetensors with the encoder's weights
  std::string images;       ///< folder of the photos
  std::string names;        ///< a list of file names in it; empty: all photos, sorted by name
  std::string out;          ///< the feature file
  bool regions = false;     ///< features of every region too
  std::int64_t batch = 16;  ///< photos at a time
  int threads = 2;          ///< that decode photos in the background
};

struct ExtractedFeatures {
  std::int64_t photos = 0;
  std::int64_t feature_size = 0;           ///< F
  std::int64_t regions = 0;                ///< R; 0: none were asked for
  std::vector<std::string> failures = {};  ///< one line for each photo that could not be read
};

/// Looks at all photos and writes their features, float16, with the encoder and its weights
/// (data::FeatureFile). The file appears when all is done; what `progress` throws ends the work and
/// leaves nothing. Photos that cannot be read are left out. Throws IoError when there are no photos
/// or none can be read, InvalidArgument for options out of range and an unknown encoder.
ExtractedFeatures extract_features(const FeatureExtraction& options, const Progress& progress = {});

}  // namespace limn::train
