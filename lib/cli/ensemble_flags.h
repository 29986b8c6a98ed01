// Flags of models that work together.
#pragma once

#include <string>
#include <vector>

#include "cli/program.h"
#include "limn/models/photo_ensemble.h"

namespace limn::cli {

struct EnsembleFlags {
  std::vector<std::string> models;
  std::string averaging = "probabilities";
  std::vector<double> weights;  ///< of each model; none: all the same
};

/// --model, again for each further model, --model-weight and --averaging.
void add_ensemble_flags(Command& command, EnsembleFlags& flags, bool required);
/// Throws UsageError for a flag that means nothing with one model, and for weights of some only.
void check_ensemble(const Command& command, const EnsembleFlags& flags);
models::PhotoEnsemble load_ensemble(const EnsembleFlags& flags);

}  // namespace limn::cli
