// CIDEr-D of one hypothesis at a time: the reward of a training.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace limn::metrics {

/// CIDEr-D in [0, 10]: Vedantam, Zitnick and Parikh, "CIDEr: Consensus-based Image Description
/// Evaluation", CVPR 2015, its variant D with n-grams of n = 1 … 4 and σ = 6. For an image with m
/// references r and a hypothesis h,
///
///   CIDEr-D = 10/(4m) Σ_n Σ_r e^(−(l_h − l_r)²/2σ²) · dot_n(h, r) / (‖w_h‖_n ‖w_r‖_n)
///
///   dot_n(h, r) = Σ_g min(w_h(g), w_r(g)) · w_r(g)
///
///   w_s(g) = count of g in s · ln(N / max(1, images with g in a reference))
///
/// where g are the n-grams of order n, l is the number of words and N that of images. A term with a
/// norm of 0 is 0. Published values are ours × 100.
///
/// Beyond the paper, as coco-caption does it: the term frequency is the count itself, not its share
/// of the sentence, which matters where it is clipped; an n-gram of no reference counts as one of
/// one image.
///
/// The references' n-grams are counted once, when this is made. Words are taken as in `Candidate`.
/// For a reward on the words of a model, first pass references and hypotheses through its
/// vocabulary; append the end word to both if stopping early is to cost something.
class CiderD {
 public:
  /// references[i]: what people said of image i, each a list of words. documents[i]: captions of
  /// another image, those by which n-grams are weighed; N is their number. None: the references.
  /// Throws InvalidArgument for no images, an image without references, and a word that is not
  /// UTF-8.
  explicit CiderD(const std::vector<std::vector<std::vector<std::string>>>& references,
                  const std::vector<std::vector<std::vector<std::string>>>& documents = {});
  CiderD(CiderD&& other) noexcept;
  CiderD& operator=(CiderD&& other) noexcept;
  ~CiderD();

  /// That have references.
  std::int64_t images() const;
  /// Of a hypothesis for image `image`. Safe to call from several threads at once. Throws
  /// InvalidArgument for an image outside [0, images()) and a word that is not UTF-8.
  double score(std::int64_t image, const std::vector<std::string>& hypothesis) const;

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

}  // namespace limn::metrics
