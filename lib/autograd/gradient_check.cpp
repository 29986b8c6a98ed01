#include "limn/autograd/gradient_check.h"

#include <cmath>

#include "core/check.h"

namespace limn {
namespace {

using Function = std::function<Variable(const std::vector<Variable>&)>;

std::vector<Variable> variables_of(const std::vector<Tensor>& inputs, bool requires_grad) {
  std::vector<Variable> variables;
  for (const Tensor& input : inputs) variables.emplace_back(input.clone(), requires_grad);
  return variables;
}

Tensor output_of(const Function& function, const std::vector<Tensor>& inputs) {
  const NoGradGuard guard;
  return function(variables_of(inputs, false)).value();
}

double weighted_sum(const Function& function, const std::vector<Tensor>& inputs,
                    const Tensor& cotangent) {
  const Tensor output = output_of(function, inputs);
  const auto y = output.span<double>(), dy = cotangent.span<double>();
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * dy[i];
  return sum;
}

Tensor random_like(const Tensor& tensor, Generator& generator) {
  Tensor result(tensor.shape(), DType::float64);
  generator.fill_uniform(result, -1, 1);
  return result;
}

// Fills memory that tensors like these will be given with NaN.
void soil_memory(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> soiled;
  for (const Tensor& tensor : tensors)
    soiled.push_back(Tensor::full(tensor.shape(), std::nan(""), tensor.dtype()));
}

// What backward makes of gradients that start as `starts`, of none without.
std::vector<Tensor> gradients(const Function& function, const std::vector<Tensor>& inputs,
                              const Tensor& cotangent, const std::vector<Tensor>& starts) {
  const std::vector<Variable> variables = variables_of(inputs, true);
  for (std::size_t i = 0; i < starts.size(); ++i) variables[i].add_to_grad(starts[i].clone());
  const Variable output = function(variables);
  if (starts.empty()) soil_memory(inputs);
  backward(output, cotangent);
  std::vector<Tensor> result;
  for (const Variable& variable : variables) result.push_back(variable.grad());
  return result;
}

}  // namespace

GradientCheckResult check_gradients(const Function& function, const std::vector<Tensor>& inputs,
                                    const GradientCheckOptions& options) {
  Generator generator(options.seed);
  std::vector<Tensor> starts;
  for (const Tensor& input : inputs) {
    require(input.dtype() == DType::float64, "check_gradients: inputs must be float64; got {}",
            name_of(input.dtype()));
    starts.push_back(random_like(input, generator));
  }
  const Tensor cotangent = random_like(output_of(function, inputs), generator);
  const std::vector<Tensor> added = gradients(function, inputs, cotangent, starts);
  const std::vector<Tensor> written = gradients(function, inputs, cotangent, {});

  GradientCheckResult result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::vector<Tensor> moved = inputs;
    moved[i] = inputs[i].clone();
    double* x = moved[i].data<double>();
    for (std::int64_t e = 0; e < inputs[i].elements(); ++e) {
      const double original = x[e];
      x[e] = original + options.step;
      const double above = weighted_sum(function, moved, cotangent);
      x[e] = original - options.step;
      const double below = weighted_sum(function, moved, cotangent);
      x[e] = original;
      const double numeric = (above - below) / (2 * options.step);
      const double with_start = added[i].data<double>()[e] - starts[i].data<double>()[e];
      for (const double analytic : {with_start, written[i].data<double>()[e]}) {
        const double error = std::abs(numeric - analytic) / std::max(1.0, std::abs(numeric));
        if (error > result.largest_error || !std::isfinite(error)) {
          result.largest_error = error;
          result.worst =
              fmt::format("input {}, element {}: numeric {}, analytic {}", i, e, numeric, analytic);
        }
        if (!(error <= options.tolerance)) result.ok = false;
      }
    }
  }
  return result;
}

}  // namespace limn
