#include "kernels/tile_gemm.h"

#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using namespace limn::kernels;

namespace {

/// Both ways to lay a out, strides longer than the rows; what lies between them stays.
template <class T>
void require_right(std::int64_t m, std::int64_t n, std::int64_t k, bool transposed, bool add) {
  const std::int64_t lda = (transposed ? m : k) + 1, ldb = n + 2, ldc = n + 3;
  const Tensor a = test::random_tensor(Shape{transposed ? k : m, lda}, 1, dtype_of<T>);
  const Tensor b = test::random_tensor(Shape{k, ldb}, 2, dtype_of<T>);
  const Tensor before = test::random_tensor(Shape{m, ldc}, 3, dtype_of<T>);
  Tensor c = before.clone();
  TileGemm<T> product{m, n, k, a.data<T>(), lda, 1, b.data<T>(), ldb, c.data<T>(), ldc, T(1.5)};
  if (transposed) std::swap(product.a_row, product.a_column);
  product.add = add;
  tile_gemm(product);
  INFO(m << " x " << n << " x " << k << (transposed ? ", transposed" : "") << ", add " << add);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < ldc; ++j) {
      const T old = before.data<T>()[i * ldc + j];
      double expected = add || j >= n ? static_cast<double>(old) : 0;
      for (std::int64_t p = 0; p < k && j < n; ++p) {
        const T left = a.data<T>()[transposed ? p * lda + i : i * lda + p];
        expected += 1.5 * static_cast<double>(left) * static_cast<double>(b.data<T>()[p * ldb + j]);
      }
      REQUIRE(static_cast<double>(c.data<T>()[i * ldc + j]) == Approx(expected).margin(1e-5));
    }
  }
}

}  // namespace

TEST_CASE("tile_gemm agrees with the sum that defines it") {
  for (const std::int64_t m : {1, 5, 6, 13, 25}) {
    for (const std::int64_t n : {1, 4, 8, 24, 49}) {
      for (const std::int64_t k : {0, 1, 7}) {
        for (const bool transposed : {false, true}) {
          for (const bool add : {false, true}) {
            require_right<float>(m, n, k, transposed, add);
            require_right<double>(m, n, k, transposed, add);
          }
        }
      }
    }
  }
}
