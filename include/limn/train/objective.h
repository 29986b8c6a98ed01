// Objectives: what training minimises, a function of a captioner and a batch.
#pragma once

#include <cstdint>

#include "limn/models/captioner.h"

namespace limn::train {

struct ObjectiveResult {
  Variable loss;               ///< one element, to be minimised
  double log_probability = 0;  ///< Σ log P(s_n | s_<n, I) over the batch's targets, in nats
  std::int64_t words = 0;      ///< targets, ends included
};

/// Teacher-forced maximum likelihood: −(1 / N) Σ_n log P(s_n | s_<n, I) over the N targets of the
/// batch (Vinyals et al. 2015, equation (13), averaged over words as every published system does),
/// with label smoothing ε in [0, 1) (Szegedy et al. 2016, section 7; see
/// ops::CrossEntropyOptions), of which `log_probability` knows nothing. Throws InvalidArgument for
/// another ε and for features of another kind or size.
ObjectiveResult maximum_likelihood(const models::Captioner& captioner, const nn::Features& features,
                                   const data::CaptionBatch& batch, double label_smoothing,
                                   const nn::Pass& pass);

}  // namespace limn::train
