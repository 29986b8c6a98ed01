// The best model of a training, back from its file.
#pragma once

#include <filesystem>

#include "limn/train/trainer.h"

namespace limn::train {

/// Gives `model` the weights and scores of the file `path`, which must be those of the epoch
/// `best`. Throws IoError when it has other scores: it belongs to another checkpoint.
void load_best_model(const std::filesystem::path& path, const EpochReport& best,
                     models::PhotoCaptioner& model);

}  // namespace limn::train
