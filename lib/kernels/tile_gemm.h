// Small matrix products on the calling thread, without packing: as one head of attention needs
// them.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// c [m, n] = alpha · a [m, k] · b [k, n], or c += that. Element (i, p) of a is a[i · a_row + p ·
/// a_column], so a may be transposed; b and c have rows of `ldb` and `ldc` elements. Fast where n
/// is a multiple of the vector's width.
template <class T>
struct TileGemm {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  const T* a;
  std::int64_t a_row;
  std::int64_t a_column;
  const T* b;
  std::int64_t ldb;
  T* c;
  std::int64_t ldc;
  T alpha = 1;
  bool add = false;
};
template <class T>
void tile_gemm(const TileGemm<T>& product);

}  // namespace limn::kernels
