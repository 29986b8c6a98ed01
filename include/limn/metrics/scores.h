// BLEU, ROUGE-L and CIDEr-D of captions, as the COCO evaluation defines them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace limn::metrics {

/// One image: what was said of it, and what people said. Words are already split.
///
/// The COCO evaluation keeps captions as text, words joined by a blank, and splits them again: at
/// white space for BLEU and CIDEr-D, at each blank for ROUGE-L. So do these functions, which
/// matters where a "word" holds a blank or a no-break space ("22 3/4" of its tokeniser), or is
/// empty.
struct Candidate {
  std::vector<std::string> hypothesis;               ///< UTF-8; may be empty
  std::vector<std::vector<std::string>> references;  ///< at least one
};

/// A metric over a set of images: for the whole set and for each image, in their order.
struct Score {
  double corpus = 0;
  std::vector<double> images;
};

// All of these throw InvalidArgument for an empty list and for a candidate without references,
// naming its index; BLEU and CIDEr-D also for a word that is not UTF-8. Memory is proportional to
// the text, and time nearly so, but for ROUGE-L: |hypothesis|·|reference|/64 for each pair.

/// BLEU-1 … BLEU-4, each in [0, 1]: Papineni et al., "BLEU: a Method for Automatic Evaluation of
/// Machine Translation", ACL 2002, section 2.3,
///
///   BLEU-k = min(1, e^(1 − r/c)) · (Π_{n≤k} p_n)^(1/k),  p_n = Σ correct_n / Σ possible_n
///
/// correct_n: n-grams of the hypothesis, each at most as often as in the one reference that has it
/// most often; possible_n = max(0, c − n + 1); c: words of the hypothesis, r: of the reference
/// whose length is closest. The corpus value comes from the sums over images, it is not a mean.
///
/// Beyond the paper: of two references equally close the shorter counts; p_n is (correct + 1e−15) /
/// (possible + 1e−9) and c/r is (c + 1e−15) / (r + 1e−9), so that an image without a match of some
/// order has a small value and not 0, and equality gives 1 − 1e−10 or so and not 1.
std::array<Score, 4> bleu(const std::vector<Candidate>& candidates);

/// What BLEU counts of an image, or of many; at index n − 1 for n-grams.
struct BleuStatistics {
  std::array<std::int64_t, 4> correct{};
  std::array<std::int64_t, 4> possible{};
  std::int64_t length = 0;            ///< c
  std::int64_t reference_length = 0;  ///< r

  void add(const BleuStatistics& other);
  /// BLEU-1 … BLEU-4, by the equations of `bleu`.
  std::array<double, 4> scores() const;
};

/// ROUGE-L in [0, 1]: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004,
/// equations (2)–(4), with L(r) the longest common subsequence of the hypothesis h and a reference
/// r,
///
///   P = max_r L(r)/|h|,  R = max_r L(r)/|r|,  F = (1 + β²) P R / (R + β² P),  β = 1.2
///
/// and 0 where P or R is; the corpus value is the mean over images. Beyond the paper: P and R may
/// come from different references, where the paper takes the best F; no jackknifing; an empty
/// caption is one empty word, so that two of them agree.
Score rouge_l(const std::vector<Candidate>& candidates);

/// CIDEr-D with the document frequencies of the candidates' own references; equations and range:
/// `CiderD`. The corpus value is the mean over images. Of a single image it is 0, as every n-gram
/// of the references then occurs in all images. With `documents` (captions of other images) those
/// give the document frequencies: a small set is then scored like a part of a large one.
Score cider_d(const std::vector<Candidate>& candidates,
              const std::vector<std::vector<std::vector<std::string>>>& documents = {});

/// CIDEr in [0, 10] as the paper has it before the variant D: the equations of `CiderD` with
/// w_h(g) · w_r(g) in place of its minimum, and without the factor for the lengths. Words are not
/// stemmed, where the paper stems. Published "CIDEr" of COCO is CIDEr-D, not this.
Score cider(const std::vector<Candidate>& candidates);

/// What is reported together.
struct Scores {
  std::array<Score, 4> bleu;  ///< BLEU-1 first
  Score rouge_l;
  Score cider_d;
  std::vector<BleuStatistics> bleu_statistics;  ///< of each image
};
/// `documents`: as in `cider_d`.
Scores score(const std::vector<Candidate>& candidates,
             const std::vector<std::vector<std::vector<std::string>>>& documents = {});

}  // namespace limn::metrics
