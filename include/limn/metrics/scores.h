// BLEU, ROUGE-L and CIDEr-D of captions, as the COCO evaluation defines them.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace limn::metrics {

/// One image: what was said of it, and what people said. Words are already split.
struct Candidate {
  std::vector<std::string> hypothesis;
  std::vector<std::vector<std::string>> references;  ///< at least one
};

/// A metric over a set of images: for the whole set and for each image.
struct Score {
  double corpus = 0;
  std::vector<double> images;
};

/// BLEU-1 … BLEU-4 with the closest reference length.
std::array<Score, 4> bleu(const std::vector<Candidate>& candidates);
Score rouge_l(const std::vector<Candidate>& candidates);
/// CIDEr-D with the document frequencies of the candidates' own references.
Score cider_d(const std::vector<Candidate>& candidates);

/// All of them.
struct Scores {
  std::array<Score, 4> bleu;
  Score rouge_l;
  Score cider_d;
};
Scores score(const std::vector<Candidate>& candidates);

}  // namespace limn::metrics
