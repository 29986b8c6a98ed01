// Matrix products with a right-hand side that is packed once and used often, and a write-back that
// adds a bias and a residual and cuts off at an activation's limits.
#pragma once

#include <cstdint>

#include "kernels/packed_matrix.h"
#include "kernels/strided_matrix.h"
#include "kernels/write_back.h"

namespace limn::kernels {

/// c [m, n] = limits(a [m, k] · b + bias + residual) for the panels [panel_begin, panel_end) of b,
/// on the calling thread. Rows of a are tight and `lda` elements apart.
template <class T>
void packed_gemm(std::int64_t m, const T* a, std::int64_t lda, const PackedMatrix<T>& b,
                 std::int64_t panel_begin, std::int64_t panel_end, const WriteBack<T>& write_back,
                 T* c, std::int64_t ldc);

/// The same for the whole of b, on all threads, with the rows or the columns of a tight. On any
/// number of threads the bits are the same.
template <class T>
void packed_gemm(std::int64_t m, const StridedMatrix<T>& a, const PackedMatrix<T>& b,
                 const WriteBack<T>& write_back, T* c, std::int64_t ldc);

}  // namespace limn::kernels
