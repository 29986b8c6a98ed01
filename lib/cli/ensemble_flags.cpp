#include "cli/ensemble_flags.h"

#include "cli/failure.h"

namespace limn::cli {

void add_ensemble_flags(Command& command, EnsembleFlags& flags, bool required) {
  command.add(flags.models, {.name = "--model",
                             .value = "FILE",
                             .help = "the model.safetensors of a run; several, each with its "
                                     "--model, caption together",
                             .required = required,
                             .one_each = true});
  command.add(flags.averaging, {.name = "--averaging",
                                .help = "what is averaged when there are several models",
                                .choices = {"probabilities", "log-probabilities"}});
}

void check_ensemble(const Command& command, const EnsembleFlags& flags) {
  if (command.given("--averaging") && flags.models.size() < 2)
    throw UsageError("--averaging is for several models, each with its --model");
}

models::PhotoEnsemble load_ensemble(const EnsembleFlags& flags) {
  return models::PhotoEnsemble::load(flags.models, flags.averaging == "probabilities"
                                                       ? decode::Averaging::probabilities
                                                       : decode::Averaging::log_probabilities);
}

}  // namespace limn::cli
