// The parts of additive attention over the regions of images. Rows say which image they describe,
// so that captions of one image share its regions: nothing is copied per row.
#pragma once

#include <cstdint>
#include <span>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// φ of `additive_scores`.
enum class ScoreActivation { tanh, relu };

/// What each row thinks of each region of its image (Bahdanau et al., "Neural machine translation
/// by jointly learning to align and translate", 2015, appendix A.1.2):
///
///     e[m, i] = w · φ(keys[images[m], i] + query[m])
///
/// keys [B, R, A], query [M, A], weight w [A] or one for each row [M, A] (so that units can be
/// dropped row by row), images [M] in [0, B), in any order; float32 or float64, all the same.
/// Result [M, R]. φ of all M·R·A sums is never held: backward computes it
/// again. Throws InvalidArgument when they do not fit, naming the first image outside [0, B).
Variable additive_scores(const Variable& keys, const Variable& query, const Variable& weight,
                         std::span<const std::int64_t> images,
                         ScoreActivation activation = ScoreActivation::tanh);

/// softmax of each row of scores [M, R] over the regions that row's image has: `mask` uint8 [B, R],
/// 1 = the region exists; undefined: all do, and `images` is not read. 0 for the others, whose
/// scores have neither influence nor gradient. Throws InvalidArgument when they do not fit and for
/// a row whose image has no region.
Variable masked_softmax(const Variable& scores, const Tensor& mask,
                        std::span<const std::int64_t> images);

/// Σ_i weights[m, i] · values[images[m], i]. weights [M, R], values [B, R, F], images [M] in
/// [0, B), in any order; float32 or float64, both the same. Result [M, F]. Throws InvalidArgument
/// when they do not fit, naming the first image outside [0, B).
Variable weighted_sum(const Variable& weights, const Variable& values,
                      std::span<const std::int64_t> images);

}  // namespace limn::ops
