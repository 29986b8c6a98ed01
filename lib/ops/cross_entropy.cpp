#include "limn/ops/cross_entropy.h"

#include <algorithm>
#include <vector>

#include "kernels/cross_entropy.h"
#include "limn/core/dispatch.h"
#include "ops/cross_entropy_check.h"

namespace limn::ops {
namespace {

constexpr const char* kCrossEntropy = "cross_entropy";

void check(const Variable& logits, std::span<const std::int32_t> targets,
           const CrossEntropyOptions& options) {
  require(logits.shape().rank() == 2 && logits.shape()[1] >= 1,
          "{}: logits must be [N, V] with V of at least 1; got {}", kCrossEntropy, logits.shape());
  require(static_cast<std::int64_t>(targets.size()) == logits.shape()[0],
          "{}: logits {} need {} targets; got {}", kCrossEntropy, logits.shape(), logits.shape()[0],
          targets.size());
  check_targets(kCrossEntropy, targets, logits.shape()[1], options.ignore);
  check_smoothing(kCrossEntropy, options.label_smoothing);
}

// Rows that count have weight −scale (the loss is minus the kernel's objective), others 0; what
// they are read at does not matter then.
struct Rows {
  std::vector<std::int32_t> targets;
  std::vector<std::uint8_t> counted;
  double scale = 1;

  Rows(std::span<const std::int32_t> given, const CrossEntropyOptions& options)
      : targets(given.begin(), given.end()), counted(given.size()) {
    std::int64_t count = 0;
    for (std::size_t n = 0; n < targets.size(); ++n) {
      counted[n] = targets[n] != options.ignore;
      if (counted[n] != 0)
        ++count;
      else
        targets[n] = 0;
    }
    if (options.reduction == Reduction::mean)
      scale = 1 / static_cast<double>(std::max<std::int64_t>(count, 1));
  }
};

template <class T>
Tensor losses_of(const Variable& logits, const kernels::CrossEntropyRows& shape, const Rows& rows,
                 Reduction reduction) {
  const auto n = static_cast<std::size_t>(shape.rows);
  std::vector<T> log_p(n);
  std::vector<double> objective(n);
  kernels::cross_entropy<T>(shape, logits.value().data<T>(), {log_p.data(), objective.data()});
  if (reduction == Reduction::none) {
    Tensor losses(Shape{shape.rows}, logits.dtype());
    for (std::size_t i = 0; i < n; ++i)
      losses.data<T>()[i] = rows.counted[i] != 0 ? static_cast<T>(-objective[i]) : T(0);
    return losses;
  }
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (rows.counted[i] != 0) sum -= objective[i];
  return Tensor::full(Shape{}, sum * rows.scale, logits.dtype());
}

// Of the kernel's objective, from the gradient of the losses.
template <class T>
std::vector<T> weights_of(const Rows& rows, const Tensor& dloss) {
  const auto dlosses = dloss.span<T>();
  std::vector<T> weights(rows.counted.size());
  for (std::size_t n = 0; n < weights.size(); ++n) {
    const T d = dloss.shape().rank() == 0 ? dlosses[0] : dlosses[n];
    weights[n] = rows.counted[n] != 0 ? -d * static_cast<T>(rows.scale) : T(0);
  }
  return weights;
}

}  // namespace

Variable cross_entropy(const Variable& logits, std::span<const std::int32_t> targets,
                       const CrossEntropyOptions& options) {
  check(logits, targets, options);
  auto rows = std::make_shared<const Rows>(targets, options);
  const kernels::CrossEntropyRows shape{.rows = logits.shape()[0],
                                        .classes = logits.shape()[1],
                                        .targets = rows->targets.data(),
                                        .smoothing = options.label_smoothing};
  return for_floating(logits.dtype(), kCrossEntropy, [&]<class T>() {
    return Variable::make(losses_of<T>(logits, shape, *rows, options.reduction), {logits},
                          [logits, rows, shape](const Tensor& dloss) {
                            kernels::cross_entropy_backward<T>(shape, logits.value().data<T>(),
                                                               weights_of<T>(*rows, dloss).data(),
                                                               logits.grad().data<T>());
                          });
  });
}

}  // namespace limn::ops
