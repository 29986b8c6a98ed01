#include "kernels/packed_gemm.h"

#include <algorithm>
#include <array>
#include <vector>

#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using namespace limn::kernels;
using test::random_floats;

TEST_CASE("packed_gemm agrees with gemm_naive") {
  const std::vector<std::array<std::int64_t, 3>> sizes = {
      {1, 1, 1},     {6, 16, 5}, {13, 24, 7}, {5, 40, 3},     {100, 33, 20},
      {395, 63, 17}, {7, 9, 0},  {0, 4, 2},   {130, 70, 1300}};
  for (const auto& [m, n, k] : sizes) {
    for (const Transpose transpose : {Transpose::no, Transpose::yes}) {
      const Tensor a = random_floats(Shape{m, k}, 1);
      const Tensor b = random_floats(transpose == Transpose::yes ? Shape{n, k} : Shape{k, n}, 2);
      Tensor expected(Shape{m, n});
      Tensor c(Shape{m, n});
      gemm_naive<float>(m, n, k, a.data<float>(), b.data<float>(), expected.data<float>(),
                        {.b = transpose});
      const auto right = strided(b.data<float>(), transpose == Transpose::yes ? k : n, transpose);
      packed_gemm<float>(m, strided(a.data<float>(), k), PackedMatrix<float>(k, n, right), {},
                         c.data<float>(), n);
      INFO(m << " x " << n << " x " << k);
      for (std::int64_t i = 0; i < m * n; ++i)
        REQUIRE(c.data<float>()[i] == Approx(expected.data<float>()[i]).margin(1e-6 * (10 + k)));
    }
  }
}

TEST_CASE("a part of a matrix is packed from where it lies") {
  const std::int64_t m = 7, n = 21, k = 19, stride = 30;
  const Tensor a = random_floats(Shape{m, k}, 1), b = random_floats(Shape{stride, stride}, 2);
  for (const Transpose transpose : {Transpose::no, Transpose::yes}) {
    const auto part = strided(b.data<float>(), stride, transpose).from(3, 5);
    Tensor tight(Shape{k, n}), expected(Shape{m, n}), c(Shape{m, n});
    for (std::int64_t i = 0; i < k * n; ++i) tight.data<float>()[i] = *part.from(i / n, i % n).data;
    gemm_naive<float>(m, n, k, a.data<float>(), tight.data<float>(), expected.data<float>());
    packed_gemm<float>(m, strided(a.data<float>(), k), PackedMatrix<float>(k, n, part), {},
                       c.data<float>(), n);
    for (std::int64_t i = 0; i < m * n; ++i)
      REQUIRE(c.data<float>()[i] == Approx(expected.data<float>()[i]).margin(1e-5));
  }
}

TEST_CASE("packed_gemm shares its work out over any number of threads") {
  for (const auto& [m, n] : {std::array<std::int64_t, 2>{1, 300},
                             {49, 90},
                             {196, 40},
                             {784, 17},
                             {100, 16},
                             {2500, 33}}) {
    constexpr std::int64_t k = 230;
    const Tensor a = random_floats(Shape{m, k}, 1), b = random_floats(Shape{k, n}, 2);
    const Tensor residual = random_floats(Shape{m, n}, 3);
    const PackedMatrix<float> packed(k, n, strided(b.data<float>(), n));
    Tensor expected(Shape{m, n});
    packed_gemm<float>(m, a.data<float>(), k, packed, 0, packed.panels(),
                       {.residual = residual.data<float>()}, expected.data<float>(), n);
    for (const int count : {1, 2, 3, 7}) {
      const test::ThreadCount threads(count);
      Tensor c = Tensor::full(Shape{m, n}, 1e9);
      packed_gemm<float>(m, strided(a.data<float>(), k), packed,
                         {.residual = residual.data<float>()}, c.data<float>(), n);
      INFO(m << " x " << n << ", threads " << count);
      REQUIRE(std::equal(c.data<float>(), c.data<float>() + m * n, expected.data<float>()));
    }
  }
}

TEST_CASE("the write-back scales, adds and cuts off") {
  for (const std::int64_t n : {16, 21}) {
    const std::int64_t m = 9;
    const Tensor a = random_floats(Shape{m, 1}, 1);
    const Tensor b = random_floats(Shape{1, n}, 2);
    const Tensor scale = random_floats(Shape{n}, 3);
    const Tensor bias = random_floats(Shape{n}, 4);
    const Tensor residual = random_floats(Shape{m, n}, 5);
    Tensor c(Shape{m, n});
    const PackedMatrix<float> packed(1, n, strided(b.data<float>(), n), scale.data<float>());
    packed_gemm<float>(m, strided(a.data<float>(), 1), packed,
                       {.bias = bias.data<float>(),
                        .residual = residual.data<float>(),
                        .limits = {.low = -0.5f, .high = 0.75f}},
                       c.data<float>(), n);
    for (std::int64_t i = 0; i < m * n; ++i) {
      const std::int64_t j = i % n;
      const float value = a.data<float>()[i / n] * b.data<float>()[j] * scale.data<float>()[j] +
                          bias.data<float>()[j] + residual.data<float>()[i];
      REQUIRE(c.data<float>()[i] == Approx(std::clamp(value, -0.5f, 0.75f)).margin(1e-6));
    }
  }
}
