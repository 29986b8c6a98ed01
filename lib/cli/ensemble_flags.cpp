#include "cli/ensemble_flags.h"

#include <fmt/format.h>

#include "cli/failure.h"
#include "limn/core/error.h"
#include "limn/core/precision.h"

namespace limn::cli {

void add_ensemble_flags(Command& command, EnsembleFlags& flags, bool required) {
  command.add(flags.models, {.name = "--model",
                             .value = "FILE",
                             .help = "the model.safetensors of a run; several, each with its "
                                     "--model, caption together",
                             .required = required,
                             .one_each = true});
  command.add(flags.weights, {.name = "--model-weight",
                              .value = "W",
                              .help = "how much a model counts; again for each, in their order; "
                                      "else all the same",
                              .least = 1e-6,
                              .most = 1e6,
                              .one_each = true});
  command.add(flags.averaging, {.name = "--averaging",
                                .help = "what is averaged when there are several models",
                                .choices = {"probabilities", "log-probabilities"}});
  command.add(flags.precision,
              {.name = "--precision", .help = precision_help(), .choices = precision_names()});
}

void check_ensemble(const Command& command, const EnsembleFlags& flags) {
  for (const char* flag : {"--averaging", "--model-weight"}) {
    if (command.given(flag) && flags.models.size() < 2)
      throw UsageError(fmt::format("{} is for several models, each with its --model", flag));
  }
  if (!flags.weights.empty() && flags.weights.size() != flags.models.size()) {
    throw UsageError(fmt::format("--model-weight: give one for each of the {} models; got {}",
                                 flags.models.size(), flags.weights.size()));
  }
  try {
    precision_from(flags.precision);
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

models::PhotoEnsemble load_ensemble(const EnsembleFlags& flags) {
  const auto averaging = flags.averaging == "probabilities" ? decode::Averaging::probabilities
                                                            : decode::Averaging::log_probabilities;
  return models::PhotoEnsemble::load(flags.models, averaging, flags.weights);
}

}  // namespace limn::cli
