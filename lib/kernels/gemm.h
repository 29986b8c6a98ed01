// Matrix products over plain pointers, row-major.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/strided_matrix.h"
#include "limn/core/precision.h"

namespace limn::kernels {

struct GemmOptions {
  Transpose a = Transpose::no;
  Transpose b = Transpose::no;
  bool add = false;                         ///< to what c holds, which else is overwritten
  std::optional<Precision> precision = {};  ///< absent: product_precision() for float, float64
};

/// c [m, n] = op(a) [m, k] · op(b) [k, n], or c + that. Leading dimensions are the row strides of
/// the stored matrices. On any number of threads the bits are the same. Throws InvalidArgument when
/// `precision` is not available for T on this processor, and Error when there is no memory: in a
/// parallel loop it is for for_each_task.
template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t lda, const T* b,
          std::int64_t ldb, T* c, std::int64_t ldc, const GemmOptions& options = {});

/// The same for tightly stored matrices.
template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, const T* b, T* c,
          const GemmOptions& options = {}) {
  gemm(m, n, k, a, options.a == Transpose::no ? k : m, b, options.b == Transpose::no ? n : k, c, n,
       options);
}

/// The reference of the tests.
template <class T>
void gemm_naive(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, const T* b, T* c,
                const GemmOptions& options = {});

}  // namespace limn::kernels
