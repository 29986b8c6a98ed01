// The state of a training on disk.
#pragma once

#include <filesystem>

#include "core/json.h"
#include "train/training_state.h"
#include "train/updater.h"

namespace limn::train {

/// The checkpoint file of a training.
class Checkpoint {
 public:
  /// Of `job` only what stays the same during the training is described here, once.
  Checkpoint(std::filesystem::path path, Job& job);

  const std::filesystem::path& path() const { return path_; }

  /// Writes weights, optimiser and state into the file, atomically.
  void save(const Updater& updater, const TrainingState& state);

  /// Puts weights, optimiser and average back and returns the state. Throws IoError when the file
  /// is damaged, no checkpoint, of another version, of other photos or captions, or of a recipe
  /// that may not be resumed with this one (check_same_training).
  TrainingState load(Updater& updater);

 private:
  std::filesystem::path path_;
  Job& job_;
  json description_;
};

}  // namespace limn::train
