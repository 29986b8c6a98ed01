// Short ways to what recurrent captioners are made of.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <vector>

#include "limn/models/captioner.h"
#include "limn/nn/linear.h"

namespace limn::models {

inline std::unique_ptr<nn::Linear> make_linear(std::int64_t inputs, std::int64_t outputs,
                                               Generator& generator, bool bias = true) {
  return std::make_unique<nn::Linear>(nn::LinearConfig{inputs, outputs, bias}, generator);
}

/// Weights start as `fill` has them, biases at 0.
inline void start_weights(const nn::Module& module, const std::function<void(Tensor&)>& fill) {
  for (const auto& [name, variable] : module.parameters()) {
    Tensor values = variable.value();  // shares the storage
    if (values.shape().rank() > 1) {
      fill(values);
    } else {
      values.fill(0);
    }
  }
  module.mark_changed();
}

/// That of the regions unless a model's option says otherwise.
inline std::int64_t global_width(std::int64_t option, const CaptionerSizes& sizes) {
  return option > 0 ? option : sizes.features;
}

/// Zeros [B, width] of each width, with the dtype of what is known of the B images.
inline std::vector<Variable> zero_states(const Variable& images,
                                         std::initializer_list<std::int64_t> widths) {
  std::vector<Variable> states;
  for (const std::int64_t width : widths)
    states.emplace_back(Tensor::zeros(Shape{images.shape()[0], width}, images.dtype()));
  return states;
}

}  // namespace limn::models
