#include "limn/ops/additive_attention.h"

#include <vector>

#include "core/check.h"
#include "kernels/additive_scores.h"
#include "kernels/softmax.h"
#include "kernels/weighted_sum.h"
#include "limn/core/dispatch.h"
#include "limn/ops/softmax.h"

namespace limn::ops {
namespace {

void check_images(const char* op, std::span<const std::int64_t> images, std::int64_t rows,
                  std::int64_t count) {
  require(std::ssize(images) == rows, "{}: every row needs its image; got {} rows and {} images",
          op, rows, images.size());
  for (std::size_t m = 0; m < images.size(); ++m)
    require(0 <= images[m] && images[m] < count, "{}: row {} has image {} of {}", op, m, images[m],
            count);
}

// Kernels add to all gradients: who wants none gets another place.
Tensor gradient_place(const Variable& variable) {
  if (variable.requires_grad()) return variable.grad();
  return Tensor(variable.shape(), variable.dtype());
}

void check_scores(const Variable& keys, const Variable& query, const Variable& weight) {
  const bool ranks = keys.shape().rank() == 3 && query.shape().rank() == 2;
  require(ranks && query.shape()[1] == keys.shape()[2] &&
              (weight.shape() == Shape{keys.shape()[2]} || weight.shape() == query.shape()),
          "additive_scores: keys [B, R, A], query [M, A] and weight [A] or [M, A] must have one A; "
          "got {}, {} and {}",
          keys.shape(), query.shape(), weight.shape());
  require(query.dtype() == keys.dtype() && weight.dtype() == keys.dtype(),
          "additive_scores: keys are {}, but query is {} and weight {}", name_of(keys.dtype()),
          name_of(query.dtype()), name_of(weight.dtype()));
}

template <class T>
kernels::AdditiveScores<T> inputs_of(const Variable& keys, const Variable& query,
                                     const Variable& weight, ScoreActivation activation) {
  return {.rows = query.shape()[0],
          .regions = keys.shape()[1],
          .width = keys.shape()[2],
          .weight_stride = weight.shape().rank() == 1 ? 0 : keys.shape()[2],
          .activation = activation == ScoreActivation::tanh ? kernels::Activation::tanh
                                                            : kernels::Activation::relu,
          .keys = keys.value().data<T>(),
          .query = query.value().data<T>(),
          .weight = weight.value().data<T>()};
}

// Some region of each row's image must exist.
void check_mask(const Variable& scores, const Tensor& mask, std::span<const std::int64_t> images) {
  const std::int64_t regions = scores.shape()[1];
  require(mask.shape().rank() == 2 && mask.shape()[1] == regions && mask.dtype() == DType::uint8,
          "masked_softmax: scores {} need a mask uint8 [B, {}]; got {}", scores.shape(), regions,
          mask);
  check_images("masked_softmax", images, scores.shape()[0], mask.shape()[0]);
  for (std::size_t m = 0; m < images.size(); ++m) {
    const std::uint8_t* exists = mask.data<std::uint8_t>() + images[m] * regions;
    require(std::any_of(exists, exists + regions, [](std::uint8_t one) { return one != 0; }),
            "masked_softmax: row {} needs a region of its image {}; all {} are masked", m,
            images[m], regions);
  }
}

template <class T>
void weighted_sum_backward(const Variable& weights, const Variable& values,
                           const kernels::WeightedSumShape& shape, const kernels::RowGroups& groups,
                           const Tensor& dsums) {
  if (weights.requires_grad()) {
    kernels::weighted_sum_backward_weights<T>(shape, groups, values.value().data<T>(),
                                              dsums.data<T>(), weights.grad().data<T>());
  }
  if (values.requires_grad()) {
    kernels::weighted_sum_backward_values<T>(shape, groups, weights.value().data<T>(),
                                             dsums.data<T>(), values.grad().data<T>());
  }
}

}  // namespace

Variable additive_scores(const Variable& keys, const Variable& query, const Variable& weight,
                         std::span<const std::int64_t> images, ScoreActivation activation) {
  check_scores(keys, query, weight);
  check_images("additive_scores", images, query.shape()[0], keys.shape()[0]);
  Tensor scores(Shape{query.shape()[0], keys.shape()[1]}, keys.dtype());
  for_floating(keys.dtype(), "additive_scores", [&]<class T>() {
    kernels::additive_scores<T>(inputs_of<T>(keys, query, weight, activation), images.data(),
                                scores.data<T>());
  });
  const kernels::RowGroups groups(keys.shape()[0], images);
  return Variable::make(scores, {keys, query, weight}, [=](const Tensor& dscores) {
    Tensor dkeys = gradient_place(keys);
    Tensor dquery = gradient_place(query);
    Tensor dweight = gradient_place(weight);
    for_floating(keys.dtype(), "additive_scores", [&]<class T>() {
      kernels::additive_scores_backward<T>(inputs_of<T>(keys, query, weight, activation), groups,
                                           dscores.data<T>(),
                                           {dkeys.data<T>(), dquery.data<T>(), dweight.data<T>()});
    });
  });
}

Variable masked_softmax(const Variable& scores, const Tensor& mask,
                        std::span<const std::int64_t> images) {
  require(scores.shape().rank() == 2, "masked_softmax: scores must be [M, R]; got {}",
          scores.shape());
  if (!mask.defined()) return softmax(scores);
  check_mask(scores, mask, images);
  const std::int64_t rows = scores.shape()[0], regions = scores.shape()[1];
  Tensor y(scores.shape(), scores.dtype());
  for_floating(scores.dtype(), "masked_softmax", [&]<class T>() {
    kernels::masked_softmax<T>(rows, regions, mask.data<std::uint8_t>(), images.data(),
                               scores.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {scores}, [scores, y, rows, regions](const Tensor& dy) {
    for_floating(dy.dtype(), "masked_softmax", [&]<class T>() {
      kernels::softmax_backward<T>({rows, regions, 1}, y.data<T>(), dy.data<T>(),
                                   scores.grad().data<T>());
    });
  });
}

Variable weighted_sum(const Variable& weights, const Variable& values,
                      std::span<const std::int64_t> images) {
  const bool ranks = weights.shape().rank() == 2 && values.shape().rank() == 3;
  require(ranks && weights.shape()[1] == values.shape()[1] && weights.dtype() == values.dtype(),
          "weighted_sum: weights [M, R] and values [B, R, F] must have one R and one dtype; got {} "
          "and {}",
          weights, values);
  check_images("weighted_sum", images, weights.shape()[0], values.shape()[0]);
  const kernels::WeightedSumShape shape{weights.shape()[0], values.shape()[1], values.shape()[2]};
  const kernels::RowGroups groups(values.shape()[0], images);
  Tensor sums(Shape{shape.rows, shape.features}, values.dtype());
  for_floating(values.dtype(), "weighted_sum", [&]<class T>() {
    kernels::weighted_sum<T>(shape, groups, weights.value().data<T>(), values.value().data<T>(),
                             sums.data<T>());
  });
  return Variable::make(sums, {weights, values}, [=](const Tensor& dsums) {
    for_floating(dsums.dtype(), "weighted_sum", [&]<class T>() {
      weighted_sum_backward<T>(weights, values, shape, groups, dsums);
    });
  });
}

}  // namespace limn::ops
