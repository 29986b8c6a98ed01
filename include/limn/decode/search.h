// Greedy and beam search: the caption that the model holds most probable, or nearly.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/decode/hypothesis.h"
#include "limn/decode/rules.h"
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

/// What log P is divided by, n the length: the words, and the end of a finished caption.
enum class LengthForm {
  power,  ///< n^λ; λ = 1 is the mean per word ("average")
  wu,     ///< ((5 + n) / 6)^λ (Wu et al. 2016, equation 14; there λ is called α)
};

struct SearchOptions {
  int beam = 3;                  ///< K >= 1, live hypotheses per image, of all groups
  std::int64_t max_length = 20;  ///< >= 1, words of a caption, the end not counted
  std::int64_t min_length = 0;   ///< in [0, max_length]; the end has probability 0 before it
  /// λ of score = log P(S | I) / (`length_form` of the length), finite; 0: score = log P. Above 0
  /// favours long captions, below 0 short ones. im2txt's `length_normalization_factor` (the code of
  /// Vinyals et al., "Show and tell: lessons learned", 2017) is the power, with the begin word
  /// counted too.
  double length_penalty = 0;
  int n_best = 1;  ///< in [1, beam], hypotheses returned per image, at most
  /// Words that are never produced, in any order: the unknown word, the begin word if it is not
  /// the end. The end is refused.
  std::vector<std::int32_t> forbidden = {};
  AtLimit at_limit = AtLimit::finished_only;
  LengthForm length_form = LengthForm::power;
  Rules rules = {};
  /// Groups of beam / groups hypotheses each, that are kept from saying the same: diverse beam
  /// search. Divides `beam`.
  int groups = 1;
  /// What a word loses for each hypothesis of an earlier group that says it at the same place, in
  /// nats, >= 0.
  double diversity = 0.5;
  bool attention = false;  ///< whether hypotheses keep `StepDecoder::attention` of each step
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
/// Required phrases (`rules.required`; dynamic beam allocation, Post and Vilar 2018, section 3):
/// the words that begin a phrase or go on with it are continuations too, however improbable.
/// Hypotheses that need equally many words for what is missing are a bank. Kept are the best of
/// all, then by turns the best of each bank, that which needs the fewest first, until there are
/// `beam`; so banks share the beam evenly. Once only what is required still fits, nothing else may
/// follow: with a beam of 1 that is how phrases are placed.
///
/// Groups (diverse beam search, Vijayakumar et al. 2018, algorithm 1, with Hamming diversity): each
/// is a beam of its own, of beam / groups hypotheses, that is one step behind the group before it,
/// as in ImageCaptioning.pytorch. Where log P is summed, a word at place t of a caption counts
///
///     log P(word | s_<t, I) − diversity · #{hypotheses of earlier groups with this word at t}
///
/// over the hypotheses that an earlier group kept in its last step: those that ended in it too, and
/// when an image has not enough others, what would follow an end. The score has these penalties,
/// log-probabilities do not. Results are the best of each group in their order, then the second
/// best of each, and so on; groups may find the same caption.
///
/// features: those of B images, of the kinds and sizes that `decoder` was made for; the result has
/// B entries in their order. The images are searched together: `step` gets a row for each live
/// hypothesis of each image that is not done. Gradients are not recorded.
///
/// Throws InvalidArgument for options out of range, for rules that contradict each other and for
/// scores that are not float32 or float64 [rows, V] log-probabilities, NumericalError when a score
/// is NaN.
std::vector<std::vector<Hypothesis>> beam_search(const StepDecoder& decoder,
                                                 const nn::Features& features,
                                                 const SearchOptions& options = {});

/// The most probable word at each step, s_i = argmax_w P(w | s_<i, I): one hypothesis for each
/// image, the beam search with one live hypothesis. `beam` and `n_best` are ignored; the other
/// options and the errors are those of `beam_search`.
std::vector<Hypothesis> greedy(const StepDecoder& decoder, const nn::Features& features,
                               const SearchOptions& options = {});

}  // namespace limn::decode
