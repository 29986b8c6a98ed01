#include "kernels/repeated_gemm.h"

#include "kernels/gemm.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using namespace limn::kernels;
using test::random_tensor;

namespace {

enum class Added { nothing, bias, result };

// A product of the first columns of a into the last columns of c, which hold something already.
template <class T>
void check(std::int64_t m, std::int64_t n, std::int64_t k, Transpose transpose,
           std::int64_t times) {
  const std::int64_t lda = k + 2;
  const std::int64_t ldc = n + 3;
  const Tensor a = random_tensor(Shape{m, lda}, 1, dtype_of<T>);
  const Tensor b =
      random_tensor(transpose == Transpose::yes ? Shape{n, k} : Shape{k, n}, 2, dtype_of<T>);
  const Tensor start = random_tensor(Shape{m, ldc}, 3, dtype_of<T>);
  Tensor tight(Shape{m, k}, dtype_of<T>);
  for (std::int64_t row = 0; row < m; ++row)
    std::copy_n(a.data<T>() + row * lda, k, tight.data<T>() + row * k);
  Tensor product(Shape{m, n}, dtype_of<T>);
  gemm_naive<T>(m, n, k, tight.data<T>(), b.data<T>(), product.data<T>(), {.b = transpose});

  const StridedMatrix<T> right =
      strided(b.data<T>(), transpose == Transpose::yes ? k : n, transpose);
  const RepeatedGemm<T> repeated(k, n, right, {.times = times});
  const Tensor bias = random_tensor(Shape{n}, 4, dtype_of<T>);
  for (const Added added : {Added::nothing, Added::bias, Added::result}) {
    Tensor c = start.clone();
    repeated.multiply(
        m, a.data<T>(), lda,
        {.bias = added == Added::bias ? bias.data<T>() : nullptr, .result = added == Added::result},
        c.data<T>() + 3, ldc);
    for (std::int64_t i = 0; i < m * ldc; ++i) {
      const std::int64_t column = i % ldc - 3;
      T expected = start.data<T>()[i];
      if (column >= 0) {
        if (added == Added::nothing) expected = 0;
        if (added == Added::bias) expected = bias.data<T>()[column];
        expected += product.data<T>()[i / ldc * n + column];
      }
      INFO(m << " x " << n << " x " << k << ", element " << i << ", " << times << " times");
      REQUIRE(c.data<T>()[i] == Approx(expected).margin(1e-5));
    }
  }
}

}  // namespace

TEST_CASE("a repeated product, packed or not") {
  for (const Transpose transpose : {Transpose::no, Transpose::yes}) {
    for (const std::int64_t times : {0, 1, 2, 9}) {
      for (const std::int64_t m : {1, 7, 30}) {
        check<float>(m, 37, 11, transpose, times);
        check<double>(m, 37, 11, transpose, times);
        check<float>(m, 1, 1, transpose, times);
        check<double>(m, 5, 1, transpose, times);
      }
    }
  }
}

TEST_CASE("a repeated product of no rows") {
  check<float>(0, 5, 4, Transpose::no, 3);
  check<float>(0, 5, 4, Transpose::no, 1);
}
