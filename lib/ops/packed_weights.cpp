#include "ops/packed_weights.h"

#include <type_traits>

#include "autograd/after_backward.h"

namespace limn::ops {
namespace {

thread_local std::weak_ptr<PackedWeights> weights_of_backward;

bool same_storage(const std::weak_ptr<const void>& a, const std::weak_ptr<const void>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

PackedWeights::Product PackedWeights::product(const Tensor& weight, std::int64_t k, std::int64_t n,
                                              const kernels::StridedMatrix<float>& b,
                                              std::int64_t times) {
  Entry& entry = entries_[{b.data, b.row, b.column, k, n, product_precision()}];
  if (!same_storage(entry.storage, weight.storage())) entry = {weight.storage()};
  entry.asked += times;
  if (entry.product == nullptr || !entry.product->is_packed()) {
    entry.product = std::make_shared<const kernels::RepeatedGemm<float>>(
        k, n, b, kernels::RepeatedGemmOptions{.times = entry.asked});
  }
  return entry.product;
}

template <class T>
std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product(const Tensor& weight, std::int64_t k,
                                                               std::int64_t n,
                                                               const kernels::StridedMatrix<T>& b,
                                                               std::int64_t times) {
  if constexpr (std::is_same_v<T, float>) {
    if (PackedWeights* weights = PackedWeightsGuard::current())
      return weights->product(weight, k, n, b, times);
  }
  return std::make_shared<const kernels::RepeatedGemm<T>>(
      k, n, b, kernels::RepeatedGemmOptions{.times = times});
}

template <class T>
std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product_of_backward(
    const Tensor& weight, std::int64_t k, std::int64_t n, const kernels::StridedMatrix<T>& b) {
  auto weights = weights_of_backward.lock();
  if (weights == nullptr) {
    weights = std::make_shared<PackedWeights>();
    weights_of_backward = weights;
    after_backward([weights] {});  // which lets go of them
  }
  const PackedWeightsGuard guard(*weights);
  return weight_product<T>(weight, k, n, b);
}

#define LIMN_INSTANTIATE(T)                                                                       \
  template std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product(                        \
      const Tensor&, std::int64_t, std::int64_t, const kernels::StridedMatrix<T>&, std::int64_t); \
  template std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product_of_backward(            \
      const Tensor&, std::int64_t, std::int64_t, const kernels::StridedMatrix<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::ops
