#include "kernels/few_rows_gemm.h"

#include "kernels/gemm.h"
#include "limn/core/threads.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using namespace limn::kernels;
using test::random_floats;

TEST_CASE("few_rows_gemm agrees with gemm_naive") {
  for (std::int64_t m = 0; m <= 13; ++m) {
    for (const std::int64_t n : {1, 3, 4, 9}) {
      for (const std::int64_t k : {0, 1, 7, 16, 37}) {
        for (const bool add : {false, true}) {
          const Tensor a = random_floats(Shape{m, k}, 1);
          const Tensor b = random_floats(Shape{n, k}, 2);
          const Tensor before = random_floats(Shape{m, n}, 3);
          Tensor product(Shape{m, n});
          Tensor c = before.clone();
          gemm_naive<float>(m, n, k, a.data<float>(), b.data<float>(), product.data<float>(),
                            {.b = Transpose::yes});
          few_rows_gemm(
              {m, n, k, a.data<float>(), k, b.data<float>(), k, c.data<float>(), n, 1.5f, add});
          INFO(m << " x " << n << " x " << k << ", adds " << add);
          for (std::int64_t i = 0; i < m * n; ++i) {
            const float kept = add ? before.data<float>()[i] : 0;
            const float expected = kept + 1.5f * product.data<float>()[i];
            REQUIRE(c.data<float>()[i] == Approx(expected).margin(1e-5));
          }
        }
      }
    }
  }
}

TEST_CASE("gemm of few rows with strides leaves what is between them") {
  const std::int64_t m = 3;
  const std::int64_t n = 5;
  const std::int64_t k = 9;
  const Tensor a = random_floats(Shape{m, k + 2}, 1);
  const Tensor b = random_floats(Shape{n, k + 1}, 2);
  Tensor c = Tensor::full(Shape{m, n + 3}, 7);
  gemm<float>(m, n, k, a.data<float>(), k + 2, b.data<float>(), k + 1, c.data<float>(), n + 3,
              {.b = Transpose::yes});
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n + 3; ++j) {
      double sum = j < n ? 0 : 7;
      for (std::int64_t p = 0; p < k && j < n; ++p)
        sum += a.data<float>()[i * (k + 2) + p] * b.data<float>()[j * (k + 1) + p];
      REQUIRE(c.data<float>()[i * (n + 3) + j] == Approx(sum).margin(1e-5));
    }
  }
}

TEST_CASE("few_rows_gemm has the same bits on any number of threads") {
  const int threads = thread_count();
  const Tensor a = random_floats(Shape{5, 300}, 1);
  const Tensor b = random_floats(Shape{501, 300}, 2);
  const auto run = [&](int count) {
    set_thread_count(count);
    Tensor c(Shape{5, 501});
    few_rows_gemm({5, 501, 300, a.data<float>(), 300, b.data<float>(), 300, c.data<float>(), 501});
    return test::elements_of<float>(c);
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}
