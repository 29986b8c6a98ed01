// Gradients that a kernel writes or adds.
#pragma once

#include <utility>

#include "limn/autograd/variable.h"

namespace limn {

/// Calls compute(T* gradient, bool add) for the gradient of `variable`, which must require one: to
/// be added to, or, when there is none yet, to be written without having been cleared first.
template <class T, class Compute>
void accumulate(const Variable& variable, Compute&& compute) {
  if (variable.has_grad()) return compute(variable.grad().data<T>(), true);
  Tensor gradient(variable.shape(), variable.dtype());
  compute(gradient.data<T>(), false);
  variable.add_to_grad(std::move(gradient));
}

}  // namespace limn
