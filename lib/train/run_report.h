// The report of a training run.
#pragma once

#include "limn/train/report.h"
#include "train/training_state.h"

namespace limn::train {

/// The captions of an evaluation that a report shows: evenly spread from the best to the worst by
/// CIDEr-D.
std::vector<SampleCaption> choose_samples(const Evaluation& evaluation);

/// Curves of losses and scores, a summary, and the samples with their photos.
Report run_report(const Job& job, const TrainingState& state);

}  // namespace limn::train
