#include "limn/optim/clip.h"

#include <cmath>

#include "core/check.h"
#include "kernels/clip.h"
#include "limn/core/dtype.h"

namespace limn::optim {
namespace {

template <class T>
std::vector<kernels::Range<T>> gradients(const std::vector<Variable>& parameters) {
  std::vector<kernels::Range<T>> found;
  for (const Variable& parameter : parameters) {
    if (!parameter.requires_grad() || !parameter.has_grad()) continue;
    Tensor& gradient = parameter.grad();
    if (gradient.dtype() == dtype_of<T>) found.push_back({gradient.elements(), gradient.data<T>()});
  }
  return found;
}

}  // namespace

void clip_value(const std::vector<Variable>& parameters, double limit) {
  require(limit > 0, "clip_value: limit must be above 0; got {}", limit);
  kernels::clamp<float>(limit, gradients<float>(parameters));
  kernels::clamp<double>(limit, gradients<double>(parameters));
}

double clip_norm(const std::vector<Variable>& parameters, double limit) {
  require(limit > 0, "clip_norm: limit must be above 0; got {}", limit);
  const auto singles = gradients<float>(parameters);
  const auto doubles = gradients<double>(parameters);
  const double norm =
      std::sqrt(kernels::sum_of_squares<float>(singles) + kernels::sum_of_squares<double>(doubles));
  const double factor = limit / (norm + 1e-6);
  if (std::isfinite(norm) && factor < 1) {
    kernels::scale<float>(factor, singles);
    kernels::scale<double>(factor, doubles);
  }
  return norm;
}

void scale_gradients(const std::vector<Variable>& parameters, double factor) {
  require(std::isfinite(factor), "scale_gradients: factor must be finite; got {}", factor);
  kernels::scale<float>(factor, gradients<float>(parameters));
  kernels::scale<double>(factor, gradients<double>(parameters));
}

}  // namespace limn::optim
