#include "limn/nn/xavier.h"

#include <cmath>

#include "core/check.h"

namespace limn::nn {

void fill_xavier(Tensor& values, Generator& generator) {
  const Shape& shape = values.shape();
  require(shape.rank() >= 2, "fill_xavier: needs a tensor of two or more axes; got {}", shape);
  const auto rest =
      static_cast<double>(shape.elements()) / static_cast<double>(shape[0] * shape[1]);
  const double bound = std::sqrt(6 / (static_cast<double>(shape[0] + shape[1]) * rest));
  generator.fill_uniform(values, -bound, bound);
}

void start_xavier(const Module& module, Generator& generator) {
  for (const auto& [name, variable] : module.parameters()) {
    Tensor values = variable.value();  // shares the storage
    if (values.shape().rank() >= 2) fill_xavier(values, generator);
  }
  module.mark_changed();
}

}  // namespace limn::nn
