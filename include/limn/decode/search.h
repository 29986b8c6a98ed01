// Greedy and beam search: the caption that the model holds most probable, or nearly.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/decode/hypothesis.h"
#include "limn/decode/step_decoder.h"

namespace limn::decode {

/// What becomes of a hypothesis that has `max_length` words and no end.
enum class AtLimit {
  /// One more step is made, in which only the end can be kept; who does not end is dropped. When
  /// no hypothesis of an image ended, the best unfinished ones are returned instead, never a
  /// mixture (im2txt's caption_generator.py).
  finished_only,
  /// It competes as it is, unfinished, with the score of its words; a caption that ends has fewer
  /// than `max_length` words (the beam search of ImageCaptioning.pytorch with its `max_length`).
  keep,
};

struct SearchOptions {
  int beam = 3;                  ///< K >= 1, live hypotheses per image
  std::int64_t max_length = 20;  ///< >= 1, words of a caption, the end not counted
  std::int64_t min_length = 0;   ///< in [0, max_length]; the end has probability 0 before it
  /// λ of score = log P(S | I) / length^λ, finite; 0: score = log P. Above 0 favours long captions
  /// (λ = 1 is the mean per word), below 0 short ones. length counts the words, and the end of a
  /// finished caption; im2txt's `length_normalization_factor` (the code of Vinyals et al., "Show
  /// and tell: lessons learned", 2017) counts the begin word too.
  double length_penalty = 0;
  int n_best = 1;  ///< in [1, beam], hypotheses returned per image, at most
  /// Words that are never produced, in any order: the unknown word, the begin word if it is not
  /// the end. The end is refused.
  std::vector<std::int32_t> forbidden = {};
  AtLimit at_limit = AtLimit::finished_only;
};

/// The best hypotheses of each image by beam search, at most `n_best`, best first; there is always
/// one (Vinyals et al., "Show and tell", 2015, section 3.1: the k best sentences up to time t are
/// the candidates for those of length t + 1). A step extends S = s_1 … s_t of each live hypothesis
///
///     log P(s_1 … s_{t+1} | I) = log P(s_1 … s_t | I) + log P(s_{t+1} | s_1 … s_t, I)
///
/// in nats. Each step keeps the `beam` best continuations of an image's live hypotheses by log P;
/// those that end are finished, the others live on. An image is done as soon as nothing live can
/// reach the score of the worst of `n_best` finished ones; the result is that of a search that goes
/// on to the limit. Equal scores: the lower word, then the better parent, then the earlier finish.
///
/// features: those of B images, of the kinds and sizes that `decoder` was made for; the result has
/// B entries in their order. The images are searched together: `step` gets a row for each live
/// hypothesis of each image that is not done. Gradients are not recorded.
///
/// Throws InvalidArgument for options out of range and for scores that are not float32 or float64
/// [rows, V] log-probabilities, NumericalError when a score is NaN.
std::vector<std::vector<Hypothesis>> beam_search(const StepDecoder& decoder,
                                                 const nn::Features& features,
                                                 const SearchOptions& options = {});

/// The most probable word at each step, s_i = argmax_w P(w | s_<i, I): one hypothesis for each
/// image, the beam search with one live hypothesis. `beam` and `n_best` are ignored; the other
/// options and the errors are those of `beam_search`.
std::vector<Hypothesis> greedy(const StepDecoder& decoder, const nn::Features& features,
                               const SearchOptions& options = {});

}  // namespace limn::decode
