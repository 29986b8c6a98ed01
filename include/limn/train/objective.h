// Objectives: what training minimises, a function of a captioner and a batch.
#pragma once

#include <cstdint>

#include "limn/models/captioner.h"

namespace limn::train {

struct ObjectiveResult {
  Variable loss;               ///< one element, to be minimised
  double log_probability = 0;  ///< Σ log P(s_n | s_<n, I) over the targets that count, in nats
  std::int64_t words = 0;      ///< N, those targets, ends included
  double reward = 0;           ///< Σ of the rewards of the captions that the model said
  std::int64_t said = 0;       ///< those captions
};

/// What a smoothed target is worth.
enum class Smoothing {
  /// 1 − ε + ε/V, every other word ε/V: cross-entropy with that (Szegedy et al. 2016, section 7).
  uniform,
  /// 1 − ε, every other word ε/(V − 1): the Kullback–Leibler divergence of P from that
  /// (LabelSmoothing of ruotianluo's code). Its gradient is that of `uniform` with
  /// ε V/(V − 1); its value is smaller by the entropy of the targets.
  others,
};

struct LabelSmoothing {
  double epsilon = 0;  ///< ε in [0, 1); of `others` below 1 − 1/V
  Smoothing kind = Smoothing::uniform;
};

/// Teacher-forced maximum likelihood: −(1 / N) Σ_n log P(s_n | s_<n, I) over the N targets of the
/// batch (Vinyals et al. 2015, equation (13), averaged over words as every published system does),
/// with label smoothing, of which `log_probability` knows nothing, plus what the model itself wants
/// added (Likelihood::penalty). Throws InvalidArgument for an ε out of range and for features of
/// another kind or size.
ObjectiveResult maximum_likelihood(const models::Captioner& captioner, const nn::Features& features,
                                   const data::CaptionBatch& batch, const LabelSmoothing& smoothing,
                                   const nn::Pass& pass);

/// share · first + (1 − share) · second, share in [0, 1]; what is counted is that of `first`.
/// Throws InvalidArgument for another share.
ObjectiveResult mixture(const ObjectiveResult& first, const ObjectiveResult& second, double share);

}  // namespace limn::train
