// Weights that stay as they are for a while, such as a search or a backward pass, and are packed
// once for all of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>

#include "core/in_use.h"
#include "kernels/repeated_gemm.h"
#include "limn/core/tensor.h"

namespace limn::ops {

/// What products have asked for under a PackedWeightsGuard: what is packed takes the weights'
/// memory once more. For one thread at a time.
class PackedWeights {
 public:
  using Product = std::shared_ptr<const kernels::RepeatedGemm<float>>;

  /// Of rows with b [k, n], which lies in the storage of `weight`, asked for `times` times now.
  /// Packed as soon as RepeatedGemm finds that as many times pay.
  Product product(const Tensor& weight, std::int64_t k, std::int64_t n,
                  const kernels::StridedMatrix<float>& b, std::int64_t times);

 private:
  using Key =
      std::tuple<const float*, std::int64_t, std::int64_t, std::int64_t, std::int64_t, Precision>;
  struct Entry {
    std::weak_ptr<const void> storage;  ///< what the product was made of, unless that is gone
    std::int64_t asked = 0;
    Product product = nullptr;
  };
  std::map<Key, Entry> entries_;
};

/// While it lives, the products of this thread's ops with weights go through these. No weight may
/// change as long as they are used.
using PackedWeightsGuard = InUse<PackedWeights>;

/// For `times` products of rows with b [k, n], which lies in the storage of `weight`.
template <class T>
std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product(const Tensor& weight, std::int64_t k,
                                                               std::int64_t n,
                                                               const kernels::StridedMatrix<T>& b,
                                                               std::int64_t times = 1);
/// The same for a closure of a backward pass, which keeps until its end what is asked for twice.
template <class T>
std::shared_ptr<const kernels::RepeatedGemm<T>> weight_product_of_backward(
    const Tensor& weight, std::int64_t k, std::int64_t n, const kernels::StridedMatrix<T>& b);

}  // namespace limn::ops
