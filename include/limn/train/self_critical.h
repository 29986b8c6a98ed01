// Self-critical training: captions that the model says itself, weighed by how good they are.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "limn/core/generator.h"
#include "limn/train/objective.h"

namespace limn::train {

/// A caption that the model said of an image of a batch, and what it is worth.
struct SaidCaption {
  std::int64_t image = 0;  ///< of the batch
  std::vector<std::int32_t> words = {};
  bool finished = true;  ///< whether the end was said too
  double reward = 0;     ///< r
  double baseline = 0;   ///< b, what r is compared with
};

/// The reward of a caption of an image of the batch, by its words without the end.
using RewardFunction =
    std::function<double(std::int64_t image, std::span<const std::int32_t> words, bool finished)>;

/// Which captions are said, and what their reward is compared with.
enum class Baseline {
  /// Sampled; b = mean reward of the image's other samples (Luo, "A better variant of
  /// self-critical sequence training", 2020, equation 5).
  others,
  /// Sampled; b = reward of the greedy caption (Rennie et al., "Self-critical sequence training
  /// for image captioning", CVPR 2017, equation 9).
  greedy,
  /// The hypotheses of a beam search; b = their mean reward (Cornia et al., "Meshed-memory
  /// transformer", CVPR 2020, section 3.3).
  beam,
};

struct SelfCriticalOptions {
  Baseline baseline = Baseline::others;
  std::int64_t samples = 5;      ///< K captions an image; of `others` and `beam` >= 2
  std::int64_t max_length = 20;  ///< words, the end not counted
  /// What searches never say (PhotoCaptioner::never_said). Samples may: they are drawn from all of
  /// P(S | I), so that the gradient is that of the expected reward.
  std::vector<std::int32_t> never_said = {};
};

/// Lets the model say captions of each image, without gradient and without dropout (ruotianluo's
/// code draws with it), and weighs them. An image's captions are neighbours; a beam search may find
/// fewer than K. Throws InvalidArgument for options out of range.
std::vector<SaidCaption> say_captions(const decode::StepDecoder& decoder,
                                      const nn::Features& features, const RewardFunction& reward,
                                      const SelfCriticalOptions& options, Generator& generator);

/// b = mean reward of the image's other captions; of a single caption its own reward.
void compare_with_others(std::vector<SaidCaption>& captions);
/// b = mean reward of all captions of the image.
void compare_with_mean(std::vector<SaidCaption>& captions);

/// −(1 / M) Σ_k (r_k − b_k) Σ_t log P(s_kt | s_k<t, I) over the M words of the captions, those ends
/// among them that were said (Rennie et al. 2017, equation 8). Its gradient estimates that of −E[r]
/// (REINFORCE), scaled by captions / M, as long as the captions were drawn from the P of this pass,
/// which dropout of its own changes. Likelihood::penalty is left out, and with it
/// what hard attention would draw: captions are said with the mean of the regions, through which
/// the attention has its gradient. Throws InvalidArgument for no captions and those that have
/// neither word nor end.
ObjectiveResult policy_gradient(const models::Captioner& captioner, const nn::Features& features,
                                std::span<const SaidCaption> captions, const nn::Pass& pass);

}  // namespace limn::train
