#include "kernels/gemm.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/bf16_gemm.h"
#include "kernels/tasks.h"
#include "limn/core/error.h"
#include "support/difference.h"
#include "support/random.h"
#include "support/threads.h"

using namespace limn;
using namespace limn::kernels;
using test::largest_difference;
using test::random_values;

namespace {

struct Sizes {
  std::int64_t m, n, k;
};

template <class T>
void check(const Sizes& s, const GemmOptions& options) {
  INFO(s.m << " x " << s.n << " x " << s.k << " transposed " << (options.a == Transpose::yes)
           << (options.b == Transpose::yes) << " adds " << options.add);
  const auto a = random_values<T>(s.m * s.k, 1);
  const auto b = random_values<T>(s.k * s.n, 2);
  auto c = random_values<T>(s.m * s.n, 3);
  auto expected = c;
  gemm(s.m, s.n, s.k, a.data(), b.data(), c.data(), options);
  gemm_naive(s.m, s.n, s.k, a.data(), b.data(), expected.data(), options);
  const double unit = static_cast<double>(std::numeric_limits<T>::epsilon());
  REQUIRE(largest_difference(c, expected) <= unit * static_cast<double>(8 + 4 * s.k));
}

// Row r of `stored` moved to rows of `stride`, with `between` in the gaps.
std::vector<float> spread(const std::vector<float>& stored, std::int64_t columns,
                          std::int64_t stride, float between) {
  const auto rows = static_cast<std::int64_t>(stored.size()) / columns;
  std::vector<float> wide(static_cast<std::size_t>(rows * stride), between);
  for (std::int64_t r = 0; r < rows; ++r)
    std::copy_n(stored.begin() + r * columns, columns, wide.begin() + r * stride);
  return wide;
}

}  // namespace

TEMPLATE_TEST_CASE("gemm agrees with the naive loops for all transposes", "", float, double) {
  const Sizes sizes[] = {{1, 1, 1},     {2, 3, 4},  {13, 5, 1},     {1, 64, 33},
                         {40, 17, 100}, {65, 1, 7}, {13, 70, 1100}, {300, 33, 530}};
  for (const Transpose a : {Transpose::no, Transpose::yes}) {
    for (const Transpose b : {Transpose::no, Transpose::yes}) {
      for (const Sizes& s : sizes) {
        check<TestType>(s, {.a = a, .b = b});
        check<TestType>(s, {.a = a, .b = b, .add = true});
      }
    }
  }
}

TEMPLATE_TEST_CASE("a product of empty sums is 0, or what was there", "", float, double) {
  for (const std::int64_t m : {1, 20}) {
    for (const Transpose b : {Transpose::no, Transpose::yes}) {
      std::vector<TestType> c(static_cast<std::size_t>(m * 2), 3);
      gemm<TestType>(m, 2, 0, nullptr, nullptr, c.data(), {.b = b, .add = true});
      REQUIRE(c.back() == 3);
      gemm<TestType>(m, 2, 0, nullptr, nullptr, c.data(), {.b = b});
      REQUIRE(c == std::vector<TestType>(c.size(), 0));
    }
  }
}

TEST_CASE("products without rows or columns touch nothing") {
  REQUIRE_NOTHROW(gemm<float>(0, 3, 2, nullptr, nullptr, nullptr));
  REQUIRE_NOTHROW(gemm<double>(3, 0, 2, nullptr, nullptr, nullptr, {.a = Transpose::yes}));
}

TEMPLATE_TEST_CASE("a product overwrites whatever was there", "", float, double) {
  for (const std::int64_t m : {2, 30}) {
    for (const Transpose b : {Transpose::no, Transpose::yes}) {
      const std::vector<TestType> ones(static_cast<std::size_t>(m * 5), 1);
      std::vector<TestType> c(static_cast<std::size_t>(m * m),
                              std::numeric_limits<TestType>::quiet_NaN());
      gemm<TestType>(m, m, 5, ones.data(), ones.data(), c.data(), {.b = b});
      REQUIRE(c == std::vector<TestType>(c.size(), 5));
    }
  }
}

TEST_CASE("gemm keeps to the strides of its matrices") {
  const std::int64_t m = 20, n = 7, k = 9;
  for (const Transpose ta : {Transpose::no, Transpose::yes}) {
    for (const Transpose tb : {Transpose::no, Transpose::yes}) {
      const GemmOptions options = {.a = ta, .b = tb, .add = true};
      const std::int64_t a_columns = ta == Transpose::no ? k : m;
      const std::int64_t b_columns = tb == Transpose::no ? n : k;
      const auto a = random_values<float>(m * k, 1);
      const auto b = random_values<float>(k * n, 2);
      auto c = random_values<float>(m * n, 3);
      auto wide_c = spread(c, n, n + 3, 77);
      const float nan = std::nanf("");  // never read
      gemm<float>(m, n, k, spread(a, a_columns, a_columns + 2, nan).data(), a_columns + 2,
                  spread(b, b_columns, b_columns + 5, nan).data(), b_columns + 5, wide_c.data(),
                  n + 3, options);
      gemm<float>(m, n, k, a.data(), b.data(), c.data(), options);
      const auto expected = spread(c, n, n + 3, 77);
      REQUIRE(largest_difference(wide_c, expected) < 1e-5);
    }
  }
}

TEMPLATE_TEST_CASE("a product has the same bits on any number of threads", "", float, double) {
  for (const auto& [m, n, k] : {Sizes{400, 33, 600}, Sizes{20, 500, 1030}, Sizes{130, 140, 50},
                                Sizes{13, 20, 700}, Sizes{5, 300, 700}}) {
    const auto a = random_values<TestType>(m * k, 1), b = random_values<TestType>(k * n, 2);
    const auto before = random_values<TestType>(m * n, 3);
    for (const Transpose ta : {Transpose::no, Transpose::yes}) {
      for (const Transpose tb : {Transpose::no, Transpose::yes}) {
        for (const bool add : {false, true}) {
          std::vector<std::vector<TestType>> results;
          for (const int count : {1, 2, 3, 16}) {
            const test::ThreadCount threads(count);
            results.push_back(before);
            gemm(m, n, k, a.data(), b.data(), results.back().data(),
                 {.a = ta, .b = tb, .add = add});
            REQUIRE(results.back() == results.front());
          }
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("a product within a parallel loop has the bits of one alone", "", float,
                   double) {
  const test::ThreadCount threads(3);
  const std::int64_t m = 50, n = 70, k = 600, tasks = 4;
  const auto a = random_values<TestType>(m * k, 1), b = random_values<TestType>(k * n, 2);
  for (const Transpose ta : {Transpose::no, Transpose::yes}) {
    for (const Transpose tb : {Transpose::no, Transpose::yes}) {
      std::vector<TestType> alone(static_cast<std::size_t>(m * n));
      gemm(m, n, k, a.data(), b.data(), alone.data(), {.a = ta, .b = tb});
      std::vector<std::vector<TestType>> within(tasks, std::vector<TestType>(alone.size()));
      for_each_task(tasks, true, [&](std::int64_t task) {
        gemm(m, n, k, a.data(), b.data(), within[static_cast<std::size_t>(task)].data(),
             {.a = ta, .b = tb});
      });
      for (const auto& result : within) REQUIRE(result == alone);
    }
  }
}

TEST_CASE("gemm refuses bfloat16 products of float64") {
  double x = 1;
  REQUIRE_THROWS_TEXT(gemm<double>(1, 1, 1, &x, &x, &x, {.precision = Precision::bfloat16}),
                      InvalidArgument,
                      "gemm: bfloat16 products are for float32 tensors; got float64");
}

TEST_CASE("gemm multiplies in bfloat16 where it is told to") {
  const auto a = random_values<float>(6 * 30, 1), b = random_values<float>(20 * 30, 2);
  std::vector<float> c(6 * 20), expected(6 * 20);
  if (!is_available(Precision::bfloat16)) {
    REQUIRE_THROWS_TEXT(gemm<float>(6, 20, 30, a.data(), b.data(), c.data(),
                                    {.b = Transpose::yes, .precision = Precision::bfloat16}),
                        InvalidArgument,
                        "gemm: bfloat16 products need AVX512-BF16; use float32 on this processor");
  }
  const PrecisionGuard guard(Precision::emulated_bfloat16);
  gemm<float>(6, 20, 30, a.data(), b.data(), c.data(), {.b = Transpose::yes});
  const double x = 1 + 0x1p-20;
  double square = 0;
  gemm<double>(1, 1, 1, &x, &x, &square);
  REQUIRE(square == x * x);
  bf16_gemm({6, 20, 30, {a.data(), 30, 1}, {b.data(), 1, 30}, expected.data(), 20},
            bf16_tile_naive);
  REQUIRE(largest_difference(c, expected) < 1e-4);
}
