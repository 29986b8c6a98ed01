// Gradients against central differences, in double.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "limn/autograd/gradient_check.h"
#include "support/catch.h"

namespace limn::test {

/// What `function` adds to the gradients of its inputs, which have elements, is right.
inline void require_gradients(const std::function<Variable(const std::vector<Variable>&)>& function,
                              const std::vector<Tensor>& inputs,
                              const GradientCheckOptions& options = {}) {
  std::int64_t elements = 0;
  for (const Tensor& input : inputs) elements += input.elements();
  REQUIRE(elements > 0);
  const GradientCheckResult check = check_gradients(function, inputs, options);
  INFO(check.worst);
  REQUIRE(check.ok);
}

/// The gradient of `total`, one element, by every variable. Looks at `elements` elements of each;
/// changes the variables to float64 first.
inline void require_gradients_of(const std::vector<std::pair<std::string, Variable>>& variables,
                                 const std::function<Variable()>& total, std::int64_t elements) {
  for (const auto& [name, variable] : variables) {
    Variable shared = variable;
    shared.value() = shared.value().to(DType::float64);
    variable.clear_grad();
  }
  backward(total());
  Generator generator(5);
  const NoGradGuard guard;
  for (const auto& [name, variable] : variables) {
    Tensor values = variable.value();
    double* x = values.data<double>();
    for (std::int64_t k = 0; k < elements; ++k) {
      const std::int64_t e = generator.below(values.elements());
      const double original = x[e], step = 1e-5;
      x[e] = original + step;
      const double above = total().value().item();
      x[e] = original - step;
      const double below = total().value().item();
      x[e] = original;
      INFO(name << " element " << e);
      REQUIRE(variable.grad().data<double>()[e] ==
              Approx((above - below) / (2 * step)).margin(1e-6));
    }
  }
}

}  // namespace limn::test
