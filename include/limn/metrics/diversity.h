// How rich captions are, whatever people said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "limn/metrics/scores.h"

namespace limn::metrics {

/// What a set of captions is made of. Words are taken as they are.
struct CaptionStatistics {
  std::int64_t captions = 0;
  std::int64_t words = 0;        ///< in all captions
  std::int64_t vocabulary = 0;   ///< different words
  std::int64_t distinct = 0;     ///< different captions
  std::int64_t longest = 0;      ///< words of the longest
  std::int64_t bad_endings = 0;  ///< captions that end where none should, see `ends_badly`

  /// Words a caption; 0 without captions.
  double mean_length() const;
};
CaptionStatistics caption_statistics(const std::vector<std::vector<std::string>>& captions);

/// Words that no English caption ends with: "a an at for her his in of on that the this to with",
/// by which self-critical.pytorch measures what training on CIDEr-D does to sentences (its
/// `bad_count_rate`).
std::vector<std::string> bad_endings();

/// Whether a caption breaks off at one of `bad_endings`. False for the empty caption.
bool ends_badly(const std::vector<std::string>& caption);

/// Captions that occur nowhere in `training`.
std::int64_t novel_captions(const std::vector<std::vector<std::string>>& captions,
                            const std::vector<std::vector<std::string>>& training);

/// distinct-n in [0, 1] of several captions of one image: the number of different n-grams by that
/// of words, over all its captions; Shetty et al., "Speaking the Same Language: Matching Machine to
/// Human Captions by Adversarial Training", ICCV 2017 ("Div-n"). 0 without words. The value of a
/// set is the mean over its images. After Li et al., NAACL 2016, who divide by words too. Throws
/// InvalidArgument unless n >= 1.
double distinct_n(const std::vector<std::vector<std::string>>& captions, std::int64_t n);

/// The captions that were made of one image.
using CaptionSample = std::vector<std::vector<std::string>>;

/// mBLEU-1 … mBLEU-4 in [0, 1], lower is richer: the mean, over the captions of an image, of the
/// BLEU of one against the others; Shetty et al., ICCV 2017. Caption k of all images
/// gives one BLEU of the set, and the mean over k is the corpus value. Throws InvalidArgument
/// unless there are images, all with the same number of captions, two at least.
std::array<Score, 4> mbleu(const std::vector<CaptionSample>& samples);

/// self-CIDEr in [0, 1], higher is richer: Wang and Chan, "Describing like Humans: on Diversity in
/// Image Captioning", CVPR 2019. For n captions of an image,
///
///   −ln( √λ_max / Σ √λ_i ) / ln n
///
/// where λ are the eigenvalues of the n x n matrix of CIDEr values between them: 0 when all say the
/// same, 1 when no two of at least four words share an n-gram. CIDEr is the plain one over 10, with
/// the document frequency of `references` (what people said of these or other images). As there,
/// what is negative by rounding counts as 0; beyond the paper, captions without a weighed n-gram
/// give 0. The corpus value is the mean over images. Throws InvalidArgument for no images or
/// references, and for an image with fewer than two captions.
Score self_cider(const std::vector<CaptionSample>& samples,
                 const std::vector<CaptionSample>& references);

}  // namespace limn::metrics
