// The best model of a training, back from its file.
#pragma once

#include <filesystem>

#include "limn/train/trainer.h"

namespace limn::train {

/// The model of the file `path`, which must be that of the epoch `best`. Throws IoError when there
/// is none, and when it has other scores: it belongs to another checkpoint.
models::PhotoCaptioner read_best_model(const std::filesystem::path& path, const EpochReport& best);
/// Gives `model` its weights and scores.
void load_best_model(const std::filesystem::path& path, const EpochReport& best,
                     models::PhotoCaptioner& model);

}  // namespace limn::train
