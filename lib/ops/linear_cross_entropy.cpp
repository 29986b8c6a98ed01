#include <algorithm>
#include <vector>

#include "kernels/elementwise.h"
#include "kernels/gather_rows.h"
#include "kernels/linear_cross_entropy.h"
#include "kernels/rows.h"
#include "limn/core/dispatch.h"
#include "limn/ops/cross_entropy.h"
#include "ops/cross_entropy_check.h"
#include "ops/linear_shape.h"

namespace limn::ops {
namespace {

constexpr const char* kLinearCrossEntropy = "linear_cross_entropy";

struct Inputs {
  const Variable& x;
  const Variable& weight;
  const Variable& bias;
  std::span<const std::int32_t> targets;
  std::span<const float> weights;
  double smoothing;
};

void check(const Inputs& in) {
  const LinearShape s = linear_shape(kLinearCrossEntropy, in.x, in.weight, in.bias);
  require(in.x.shape().rank() == 2, "{}: x must be [N, D]; got {}", kLinearCrossEntropy,
          in.x.shape());
  const auto rows = static_cast<std::size_t>(s.rows);
  require(in.targets.size() == rows && in.weights.size() == rows,
          "{}: x {} needs {} targets and weights; got {} and {}", kLinearCrossEntropy, in.x.shape(),
          rows, in.targets.size(), in.weights.size());
  check_targets(kLinearCrossEntropy, in.targets, s.outputs);
  check_smoothing(kLinearCrossEntropy, in.smoothing);
}

// Of the total; undefined where nobody wants one.
struct Gradients {
  Tensor x;
  Tensor weight;
  Tensor bias;

  explicit Gradients(const Inputs& in)
      : x(wanted(in.x)), weight(wanted(in.weight)), bias(wanted(in.bias)) {}

  bool any() const { return x.defined() || weight.defined() || bias.defined(); }

 private:
  static Tensor wanted(const Variable& input) {
    const bool yes = gradients_are_recorded() && input.requires_grad();
    return yes ? Tensor(input.shape(), input.dtype()) : Tensor();
  }
};

// The rows in the order of work: those that have a gradient come first.
struct Order {
  std::vector<std::int64_t> rows;
  std::int64_t with_gradient = 0;
  bool as_given = true;

  Order(std::span<const float> weights, bool gradient) : rows(weights.size()) {
    for (std::size_t n = 0; n < rows.size(); ++n) rows[n] = static_cast<std::int64_t>(n);
    const auto middle = std::stable_partition(rows.begin(), rows.end(), [&](std::int64_t n) {
      return gradient && weights[static_cast<std::size_t>(n)] != 0;
    });
    with_gradient = middle - rows.begin();
    as_given = std::is_sorted(rows.begin(), rows.end());
  }

  template <class T>
  std::vector<T> apply(std::span<const T> values) const {
    std::vector<T> result;
    result.reserve(rows.size());
    for (const std::int64_t row : rows) result.push_back(values[static_cast<std::size_t>(row)]);
    return result;
  }

  Tensor apply(const Tensor& x) const {
    if (as_given) return x;
    Tensor result(x.shape(), x.dtype());
    kernels::gather_rows(rows, x.rows(0, 1).bytes(), x.raw(), result.raw());
    return result;
  }

  template <class T>
  Tensor undo(const Tensor& ordered) const {
    if (as_given || !ordered.defined()) return ordered;
    Tensor result = Tensor::zeros(ordered.shape(), ordered.dtype());
    kernels::gather_rows_backward<T>(rows, ordered.rows(0, 1).elements(), ordered.data<T>(),
                                     result.data<T>());
    return result;
  }
};

template <class T>
T* data_or_null(Tensor& tensor) {
  return tensor.defined() ? tensor.data<T>() : nullptr;
}

// Fills in log p of the targets and the gradients, whose rows are still in the order of work;
// returns the objective of each row.
template <class T>
std::vector<double> evaluate(const Inputs& in, const Order& order, Tensor& log_p,
                             Gradients& gradients) {
  const std::vector<std::int32_t> targets = order.apply(in.targets);
  const std::vector<float> weights = order.apply(in.weights);
  const Tensor x = order.apply(in.x.value());
  std::vector<double> objective(order.rows.size());
  kernels::CrossEntropyTerms<T> terms{log_p.data<T>(), objective.data()};
  kernels::CrossEntropyRows rows{.rows = order.with_gradient,
                                 .classes = in.weight.shape()[0],
                                 .targets = targets.data(),
                                 .smoothing = in.smoothing};
  kernels::LinearLogits<T> linear{.inputs = x.shape()[1],
                                  .x = x.data<T>(),
                                  .weight = in.weight.value().data<T>(),
                                  .bias = in.bias.defined() ? in.bias.value().data<T>() : nullptr};
  kernels::linear_cross_entropy_gradient<T>(rows, linear, terms,
                                            {.weights = weights.data(),
                                             .dx = data_or_null<T>(gradients.x),
                                             .dweight = data_or_null<T>(gradients.weight),
                                             .dbias = data_or_null<T>(gradients.bias)});
  if (gradients.x.defined()) gradients.x.rows(order.with_gradient, x.shape()[0]).fill(0);
  rows.rows = x.shape()[0] - order.with_gradient;
  rows.targets += order.with_gradient;
  linear.x += order.with_gradient * linear.inputs;
  terms.log_probability += order.with_gradient;
  terms.objective += order.with_gradient;
  kernels::linear_cross_entropy<T>(rows, linear, terms);
  return objective;
}

double weighted_sum(const Order& order, std::span<const float> weights,
                    const std::vector<double>& objective) {
  double sum = 0;
  for (std::size_t i = 0; i < objective.size(); ++i) {
    const auto weight = static_cast<double>(weights[static_cast<std::size_t>(order.rows[i])]);
    if (weight != 0) sum += weight * objective[i];
  }
  return sum;
}

// variable's gradient += scale · gradient, handing it over where that is enough.
template <class T>
void add_scaled(const Variable& variable, T scale, Tensor gradient) {
  if (!gradient.defined()) return;
  const std::int64_t n = gradient.elements();
  if (variable.has_grad()) {
    kernels::axpy<T>(n, scale, gradient.data<T>(), variable.grad().data<T>());
    return;
  }
  if (scale != 1) kernels::affine<T>(n, scale, T(0), gradient.data<T>(), gradient.data<T>());
  variable.add_to_grad(std::move(gradient));
}

}  // namespace

LinearCrossEntropy linear_cross_entropy(const Variable& x, const Variable& weight,
                                        const Variable& bias, std::span<const std::int32_t> targets,
                                        std::span<const float> weights, double label_smoothing) {
  const Inputs in{x, weight, bias, targets, weights, label_smoothing};
  check(in);
  Gradients gradients(in);
  const Order order(weights, gradients.any());
  Tensor total(Shape{}, x.dtype());
  Tensor log_p(Shape{x.shape()[0]}, x.dtype());
  for_floating(x.dtype(), kLinearCrossEntropy, [&]<class T>() {
    const std::vector<double> objective = evaluate<T>(in, order, log_p, gradients);
    *total.data<T>() = static_cast<T>(weighted_sum(order, weights, objective));
    log_p = order.undo<T>(log_p);
    gradients.x = order.undo<T>(gradients.x);
  });
  std::vector<Variable> inputs = {x, weight};
  if (bias.defined()) inputs.push_back(bias);
  const auto backward = [x, weight, bias, gradients](const Tensor& dtotal) mutable {
    for_floating(dtotal.dtype(), kLinearCrossEntropy, [&]<class T>() {
      const T scale = *dtotal.data<T>();
      add_scaled<T>(x, scale, std::move(gradients.x));
      add_scaled<T>(weight, scale, std::move(gradients.weight));
      add_scaled<T>(bias, scale, std::move(gradients.bias));
    });
  };
  return {Variable::make(total, std::move(inputs), backward), log_p};
}

}  // namespace limn::ops
