// How rich captions are, whatever people said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

/// Whether a caption breaks off at one of "a an at for her his in of on that the this to with", by
/// which self-critical.pytorch measures what training on CIDEr-D does to sentences (its
/// `bad_count_rate`). False for the empty caption.
bool ends_badly(const std::vector<std::string>& caption);

/// Captions that occur nowhere in `training`.
std::int64_t novel_captions(const std::vector<std::vector<std::string>>& captions,
                            const std::vector<std::vector<std::string>>& training);

/// distinct-n in [0, 1] of several captions of one image: different n-grams over words, both of all
/// its captions together; Shetty et al., "Speaking the Same Language: Matching Machine to Human
/// Captions by Adversarial Training", ICCV 2017 ("Div-n"). 0 without words. The value
/// of a set is the mean over its images. After Li et al., NAACL 2016, who divide by words too.
/// Throws InvalidArgument unless n >= 1.
double distinct_n(const std::vector<std::vector<std::string>>& captions, std::int64_t n);

}  // namespace limn::metrics
