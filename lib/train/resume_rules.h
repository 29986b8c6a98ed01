// What a resumption may change.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "limn/train/recipe.h"
#include "train/training_state.h"

namespace limn::train {

/// All keys and values.
std::map<std::string, std::string> recipe_entries(const Recipe& recipe);

/// Throws IoError, in the name of the checkpoint `path`, unless its recipe `there`, which stood at
/// `state`, may go on as `here`: with other epochs, patience, learning rate, clipping,
/// checkpoint_every, places of files and [reward], in which from_epoch and batch stay once reward
/// training began. Keys that the checkpoint does not know had their defaults.
void check_same_training(const std::filesystem::path& path,
                         const std::map<std::string, std::string>& there, const Recipe& here,
                         const TrainingState& state);

}  // namespace limn::train
