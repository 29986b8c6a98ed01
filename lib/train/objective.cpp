#include "limn/train/objective.h"

#include <numeric>

namespace limn::train {

ObjectiveResult maximum_likelihood(const models::Captioner& captioner, const nn::Features& features,
                                   const data::CaptionBatch& batch, double label_smoothing,
                                   const nn::Pass& pass) {
  const std::int64_t words = batch.words();
  models::LikelihoodOptions options;
  options.weights.assign(static_cast<std::size_t>(words), -1.0F / static_cast<float>(words));
  options.label_smoothing = label_smoothing;
  models::Likelihood likelihood = captioner.log_likelihood(features, batch, options, pass);
  const Tensor each = likelihood.log_probabilities.to(DType::float64);
  const auto values = each.span<double>();
  return {.loss = std::move(likelihood.total),
          .log_probability = std::accumulate(values.begin(), values.end(), 0.0),
          .words = words};
}

}  // namespace limn::train
