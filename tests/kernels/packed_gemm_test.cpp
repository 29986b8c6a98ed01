#include "kernels/packed_gemm.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "kernels/gemm.h"
#include "support/catch.h"
#include "support/difference.h"
#include "support/random.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using namespace limn::kernels;
using test::largest_difference;
using test::random_floats;
using test::random_values;

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

namespace {

struct Layout {
  std::int64_t m, n, k;
  Transpose a;
  bool in_place;  // the residual is what c holds
};

template <class T>
void check_write_back(const Layout& s) {
  INFO(s.m << " x " << s.n << " x " << s.k << ", transposed " << (s.a == Transpose::yes)
           << ", in place " << s.in_place);
  const auto a = random_values<T>(s.m * s.k, 1), b = random_values<T>(s.k * s.n, 2);
  const auto scale = random_values<T>(s.n, 3), bias = random_values<T>(s.n, 4);
  const auto residual = random_values<T>(s.m * s.n, 5);
  std::vector<T> expected(residual.size());
  gemm_naive<T>(s.m, s.n, s.k, a.data(), b.data(), expected.data(), {.a = s.a});
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::size_t j = i % scale.size();
    expected[i] = std::clamp<T>(expected[i] * scale[j] + bias[j] + residual[i], -0.5, 0.75);
  }
  std::vector<T> c = s.in_place ? residual : std::vector<T>(residual.size(), 99);
  packed_gemm<T>(s.m, strided(a.data(), s.a == Transpose::yes ? s.m : s.k, s.a),
                 PackedMatrix<T>(s.k, s.n, strided(b.data(), s.n), scale.data()),
                 {.bias = bias.data(),
                  .residual = s.in_place ? c.data() : residual.data(),
                  .limits = {.low = -0.5f, .high = 0.75f}},
                 c.data(), s.n);
  const double unit = static_cast<double>(std::numeric_limits<T>::epsilon());
  REQUIRE(largest_difference(c, expected) <= unit * static_cast<double>(8 + 4 * s.k));
}

}  // namespace

// One block of rows of b and more, whole tiles and parts, panels that are packed together.
TEMPLATE_TEST_CASE("the write-back scales, adds and cuts off", "", float, double) {
  const test::ThreadCount threads(3);
  for (const Transpose a : {Transpose::no, Transpose::yes}) {
    for (const bool in_place : {false, true}) {
      check_write_back<TestType>({9, 16, 1, a, in_place});
      check_write_back<TestType>({9, 21, 1, a, in_place});
      check_write_back<TestType>({9, 53, 700, a, in_place});
      check_write_back<TestType>({14, 5 * kPanel<TestType> + 3, 40, a, in_place});
      check_write_back<TestType>({600, 51, 1100, a, in_place});
    }
  }
}
