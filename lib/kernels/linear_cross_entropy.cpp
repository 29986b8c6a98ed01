#include "kernels/linear_cross_entropy.h"

#include <algorithm>

#include "kernels/blocks.h"
#include "kernels/column_sums.h"
#include "kernels/gemm.h"
#include "kernels/repeated_gemm.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kBlockLogits = std::int64_t{1} << 21;

std::int64_t most_rows(const CrossEntropyRows& all) {
  return std::max<std::int64_t>(kBlockLogits / all.classes, 16);
}

std::int64_t block_count(const CrossEntropyRows& all) {
  return ceil_divide(all.rows, most_rows(all));
}

// Calls body(block of the rows, first row, logits without bias) for blocks of about equal size.
template <class T, class Body>
void for_each_block(const CrossEntropyRows& all, const LinearLogits<T>& linear, Body&& body) {
  const std::int64_t blocks = block_count(all);
  Scratch<T> logits(std::min(most_rows(all), all.rows) * all.classes);
  const RepeatedGemm<T> product(linear.inputs, all.classes,
                                strided(linear.weight, linear.inputs, Transpose::yes),
                                {.times = blocks});
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t first = block * all.rows / blocks;
    CrossEntropyRows rows = all;
    rows.rows = (block + 1) * all.rows / blocks - first;
    rows.targets += first;
    product.multiply(rows.rows, linear.x + first * linear.inputs, linear.inputs, {}, logits.data(),
                     all.classes);
    body(rows, first, logits.data());
  }
}

template <class T>
CrossEntropyTerms<T> terms_from(const CrossEntropyTerms<T>& terms, std::int64_t first) {
  return {terms.log_probability + first, terms.objective + first};
}

// Of one block: its part of the sums over all blocks.
template <class T>
void add_gradients(const CrossEntropyRows& rows, const LinearLogits<T>& linear, std::int64_t first,
                   const T* dlogits, const LinearCrossEntropyGradients<T>& gradients) {
  if (gradients.dweight != nullptr) {
    gemm<T>(rows.classes, linear.inputs, rows.rows, dlogits, linear.x + first * linear.inputs,
            gradients.dweight, {.a = Transpose::yes, .add = first > 0});
  }
  if (gradients.dbias != nullptr) {
    if (first == 0) std::fill_n(gradients.dbias, rows.classes, T(0));
    add_column_sums<T>(rows.rows, rows.classes, dlogits, gradients.dbias);
  }
}

template <class T>
void clear(const CrossEntropyRows& rows, const LinearLogits<T>& linear,
           const LinearCrossEntropyGradients<T>& gradients) {
  if (gradients.dweight != nullptr)
    std::fill_n(gradients.dweight, rows.classes * linear.inputs, T(0));
  if (gradients.dbias != nullptr) std::fill_n(gradients.dbias, rows.classes, T(0));
}

}  // namespace

template <class T>
void linear_cross_entropy(const CrossEntropyRows& all, const LinearLogits<T>& linear,
                          const CrossEntropyTerms<T>& terms) {
  if (all.rows == 0) return;
  for_each_block<T>(all, linear, [&](const CrossEntropyRows& rows, std::int64_t first, T* logits) {
    cross_entropy_in_place<T>(rows, linear.bias, logits, terms_from(terms, first));
  });
}

template <class T>
void linear_cross_entropy_gradient(const CrossEntropyRows& all, const LinearLogits<T>& linear,
                                   const CrossEntropyTerms<T>& terms,
                                   const LinearCrossEntropyGradients<T>& gradients) {
  if (all.rows == 0) return clear(all, linear, gradients);
  const bool wants_dx = gradients.dx != nullptr;
  const RepeatedGemm<T> product(all.classes, linear.inputs, strided(linear.weight, linear.inputs),
                                {.times = wants_dx ? block_count(all) : 0});
  for_each_block<T>(all, linear, [&](const CrossEntropyRows& rows, std::int64_t first, T* logits) {
    cross_entropy_gradient_in_place<T>(rows, linear.bias, gradients.weights + first, logits,
                                       terms_from(terms, first));
    if (wants_dx) {
      product.multiply(rows.rows, logits, all.classes, {}, gradients.dx + first * linear.inputs,
                       linear.inputs);
    }
    add_gradients<T>(rows, linear, first, logits, gradients);
  });
}

#define LIMN_INSTANTIATE(T)                                                                    \
  template void linear_cross_entropy(const CrossEntropyRows&, const LinearLogits<T>&,          \
                                     const CrossEntropyTerms<T>&);                             \
  template void linear_cross_entropy_gradient(const CrossEntropyRows&, const LinearLogits<T>&, \
                                              const CrossEntropyTerms<T>&,                     \
                                              const LinearCrossEntropyGradients<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
