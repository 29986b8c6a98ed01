// Captioners: P(S | I) = ∏ P(s_i | s_<i, I) as one function of whole captions and as one of steps.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "limn/core/options.h"
#include "limn/data/batch.h"
#include "limn/decode/step_decoder.h"
#include "limn/nn/module.h"

namespace limn::models {

/// What a captioner must know of its words and pictures.
struct CaptionerSizes {
  std::int64_t vocabulary = 0;  ///< V
  std::int32_t begin = 1;
  std::int32_t end = 0;
  std::int64_t features = 0;     ///< F of `Features::regions` if it needs them, else of `global`
  double most_parameters = 1e9;  ///< options that make more are refused before memory is asked for
};

/// How much each target of a batch counts, and how.
struct LikelihoodOptions {
  /// [N], packed like the batch's targets; empty: 1 each.
  std::vector<float> weights = {};
  /// ε in [0, 1): each log P becomes (1 − ε) log P(target) + ε · mean of log P over the vocabulary
  /// (Szegedy et al. 2016, section 7; see ops::CrossEntropyOptions).
  double label_smoothing = 0;
  /// Whether Likelihood::penalty is wanted. Without it hard attention sees the mean of the regions
  /// in training too: what a drawn one teaches the attention is in the penalty.
  bool penalty = true;
};

struct Likelihood {
  /// Σ_n weights[n] · log P(s_n | s_<n, I), one element; differentiable.
  Variable total;
  /// log P(s_n | s_<n, I) of every target [N], packed; values only.
  Tensor log_probabilities;
  /// What the model itself wants added to a loss that is minimised, one element; undefined:
  /// nothing, or not asked for.
  Variable penalty = {};
};

/// The two views of one distribution. Teacher forcing: `log_likelihood` takes whole captions.
/// Search: `StepDecoder` takes a word at a time. A property test holds them to each other.
class Captioner : public nn::Module, public decode::StepDecoder {
 public:
  /// The name that `make_captioner` knows it by.
  virtual std::string architecture() const = 0;
  /// Its options and their values, for the model file.
  virtual std::vector<std::pair<std::string, std::string>> options() const = 0;
  virtual const CaptionerSizes& sizes() const = 0;
  /// Which features it reads.
  virtual bool needs_regions() const = 0;

  /// log P of the captions of `batch` given `features` of its images; all steps at once. Throws
  /// InvalidArgument when the features are not of the kind or size it was built for.
  virtual Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                                    const LikelihoodOptions& options,
                                    const nn::Pass& pass) const = 0;

  std::int64_t vocabulary_size() const override { return sizes().vocabulary; }
  std::int32_t begin() const override { return sizes().begin; }
  std::int32_t end() const override { return sizes().end; }
};

/// An entry of the registry.
struct Architecture {
  std::string name;
  std::string summary;  ///< one line
  bool regions =
      false;  ///< whether it reads regions, and `CaptionerSizes::features` is their width
  bool language_model = false;  ///< whether a PretrainedGpt2 fits into it
};
const std::vector<Architecture>& architectures();

/// Throws InvalidArgument, suggesting the nearest, for an unknown name.
const Architecture& architecture_called(const std::string& name);

/// The options of an architecture with their defaults and help. Throws InvalidArgument, suggesting
/// the nearest, for an unknown architecture.
std::vector<OptionHelp> architecture_options(const std::string& architecture);

/// Builds a captioner with random weights drawn from `generator`. Throws InvalidArgument,
/// suggesting the nearest, for an unknown architecture or option.
std::unique_ptr<Captioner> make_captioner(const std::string& architecture,
                                          const std::map<std::string, std::string>& options,
                                          const CaptionerSizes& sizes, Generator& generator);

}  // namespace limn::models
