// Captioned photos that a model is evaluated or scored on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/program.h"
#include "limn/data/captions.h"
#include "limn/models/photo_ensemble.h"
#include "limn/train/feature_source.h"
#include "limn/train/photo.h"

namespace limn::cli {

/// Which photos of a caption file.
struct SplitOptions {
  std::string split;   ///< as the caption file says, or what `names` are called
  std::string names;   ///< a list of file names
  bool lossy = false;  ///< bytes that are no UTF-8 become U+FFFD
};
/// --split, --names and --lossy.
void add_split_flags(Command& command, SplitOptions& options);
/// A whole caption file. What is odd about it goes to stderr.
data::CaptionSet read_whole(const std::string& captions, bool lossy);
/// The photos of the caption file, or those of a split. What is odd about them goes to stderr.
/// Throws Error when there are none.
std::vector<data::CaptionedImage> read_split(const std::string& captions,
                                             const SplitOptions& options);

struct PhotoSetOptions {
  std::string captions;               ///< a caption file
  std::string images;                 ///< a folder of photos, or
  std::vector<std::string> features;  ///< a feature file of all models, or one of each
  SplitOptions split;
};
/// Where photos are seen: --images and --features.
void add_photo_set_flags(Command& command, PhotoSetOptions& options);

/// Photo i is item i of every source; source k is of model k.
struct PhotoSet {
  std::vector<train::Photo> photos;
  std::vector<std::unique_ptr<train::FeatureSource>> owned;

  std::vector<train::FeatureSource*> sources() const;
  /// A line for each photo that could not be read.
  const std::vector<std::string>& failures() const { return owned.front()->failures(); }
};
/// Photos that a feature file lacks are left out, with a line on stderr. The models must outlive
/// the set. Throws UsageError unless there is one of images and features, and files of these for
/// all models.
PhotoSet open_photo_set(const models::PhotoEnsemble& models, const PhotoSetOptions& options);

/// A line on stderr for each photo that could not be read, and their number.
void report_skipped(const std::vector<std::string>& failures);

}  // namespace limn::cli
