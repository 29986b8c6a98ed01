#include "limn/nn/xavier.h"

#include <cmath>

namespace limn::nn {

void start_xavier(const Module& module, Generator& generator) {
  for (const auto& [name, variable] : module.parameters()) {
    const Shape& shape = variable.shape();
    if (shape.rank() < 2) continue;
    const auto rest =
        static_cast<double>(shape.elements()) / static_cast<double>(shape[0] * shape[1]);
    const double fans = static_cast<double>(shape[0] + shape[1]) * rest;
    const double bound = std::sqrt(6 / fans);
    Tensor values = variable.value();  // shares the storage
    generator.fill_uniform(values, -bound, bound);
  }
  module.mark_changed();
}

}  // namespace limn::nn
