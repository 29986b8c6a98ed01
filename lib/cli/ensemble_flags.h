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
  std::string precision = "float32";
};

/// --model, again for each further model, --model-weight, --averaging and --precision.
void add_ensemble_flags(Command& command, EnsembleFlags& flags, bool required);
/// Throws UsageError for a flag that means nothing with one model, for weights of some only and for
/// a precision that this processor lacks.
void check_ensemble(const Command& command, const EnsembleFlags& flags);
models::PhotoEnsemble load_ensemble(const EnsembleFlags& flags);

}  // namespace limn::cli
