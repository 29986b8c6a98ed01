#include "kernels/bf16_gemm.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "support/difference.h"
#include "support/random.h"
#include "support/threads.h"

using namespace limn;
using namespace limn::kernels;
using test::random_values;

namespace {

double as_bf16(float value) {
  return static_cast<double>(std::bit_cast<float>(bf16_pair(value, 0) << 16));
}

/// The processor's own instructions too, where it has them.
std::vector<Bf16Tile> tiles() {
  std::vector<Bf16Tile> all = {bf16_tile_naive, bf16_tile(Precision::emulated_bfloat16)};
  if (is_available(Precision::bfloat16)) all.push_back(bf16_tile(Precision::bfloat16));
  return all;
}

struct Case {
  std::int64_t m, n, k;
  bool a_transposed = false, b_transposed = false;
  bool add = false;
  std::int64_t gap = 0;  ///< between rows of all three
  bool packed = false;
};

/// Against sums in double of the rounded operands, and against those of the operands themselves.
void check(const Case& c, Bf16Tile tile) {
  INFO(c.m << " x " << c.n << " x " << c.k << " transposed " << c.a_transposed << c.b_transposed
           << " adds " << c.add << " gap " << c.gap << " packed " << c.packed);
  const std::int64_t lda = (c.a_transposed ? c.m : c.k) + c.gap;
  const std::int64_t ldb = (c.b_transposed ? c.k : c.n) + c.gap, ldc = c.n + c.gap;
  const auto a = random_values<float>((c.a_transposed ? c.k : c.m) * lda, 1);
  const auto b = random_values<float>((c.b_transposed ? c.n : c.k) * ldb, 2);
  const auto before = random_values<float>(c.m * ldc, 3);
  auto result = before;
  const StridedMatrix<float> left{a.data(), c.a_transposed ? 1 : lda, c.a_transposed ? lda : 1};
  const StridedMatrix<float> right{b.data(), c.b_transposed ? 1 : ldb, c.b_transposed ? ldb : 1};
  Bf16Gemm product{c.m, c.n, c.k, left, right, result.data(), ldc};
  if (c.add) product.write_back.residual = result.data();
  Bf16Matrix packed;
  if (c.packed) {
    packed = Bf16Matrix(c.k, c.n, right);
    product.packed = &packed;
    product.b = {};
  }
  bf16_gemm(product, tile);
  const double unit = 0x1p-23;
  for (std::int64_t i = 0; i < c.m; ++i) {
    for (std::int64_t j = 0; j < ldc; ++j) {
      const auto at = static_cast<std::size_t>(i * ldc + j);
      if (j >= c.n) {
        REQUIRE(result[at] == before[at]);
        continue;
      }
      double rounded = 0, exact = 0, sizes = 0;
      for (std::int64_t p = 0; p < c.k; ++p) {
        const float x = *left.from(i, p).data, y = *right.from(p, j).data;
        rounded += as_bf16(x) * as_bf16(y);
        exact += static_cast<double>(x) * static_cast<double>(y);
        sizes += std::abs(static_cast<double>(x) * static_cast<double>(y));
      }
      const double kept = c.add ? static_cast<double>(before[at]) : 0;
      const double k = static_cast<double>(c.k);
      const double last = 2 * unit * (std::abs(kept) + sizes);  // of what was there
      const double mine = static_cast<double>(result[at]);
      REQUIRE(std::abs(mine - rounded - kept) <= 1.01 * k * unit * sizes + last);
      REQUIRE(std::abs(mine - exact - kept) <= (0x1p-7 + 0x1p-16 + k * unit) * sizes + last);
    }
  }
}

}  // namespace

TEST_CASE("bfloat16 products hold their error bound over awkward sizes") {
  for (const Bf16Tile tile : tiles()) {
    for (const auto& [m, n, k] : {std::array<std::int64_t, 3>{1, 1, 1},
                                  {8, 48, 2},
                                  {9, 49, 3},
                                  {7, 47, 1},
                                  {17, 100, 31},
                                  {3, 500, 20},
                                  {70, 5, 64}}) {
      for (const bool a : {false, true})
        for (const bool b : {false, true})
          for (const bool packed : {false, true})
            check({.m = m, .n = n, .k = k, .a_transposed = a, .b_transposed = b, .packed = packed},
                  tile);
    }
    check({.m = 9, .n = 500, .k = 1101, .b_transposed = true, .packed = true}, tile);
    check({.m = 600, .n = 51, .k = 515, .add = true, .gap = 2, .packed = true}, tile);
    check({5, 490, 1030, false, true, true}, tile);
    check({20, 30, 40, true, false, true, 3}, tile);
    check({30, 20, 513, false, true, true, 1}, tile);
  }
}

TEST_CASE("the write-back of a bfloat16 product scales, adds and cuts off, once") {
  const test::ThreadCount threads(3);
  for (const auto& [m, n, k] :
       {std::array<std::int64_t, 3>{9, 53, 1}, {9, 153, 700}, {600, 51, 700}}) {
    const auto a = random_values<float>(m * k, 1), b = random_values<float>(k * n, 2);
    const auto scale = random_values<float>(n, 3), bias = random_values<float>(n, 4);
    const auto residual = random_values<float>(m * n, 5);
    std::vector<float> scaled = b, plain(residual.size()), c(residual.size());
    for (std::size_t i = 0; i < b.size(); ++i) scaled[i] *= scale[i % scale.size()];
    bf16_gemm({m, n, k, strided(a.data(), k), strided(scaled.data(), n), plain.data(), n},
              bf16_tile_naive);
    const Bf16Matrix packed(k, n, strided(b.data(), n), scale.data());
    bf16_gemm({.m = m,
               .n = n,
               .k = k,
               .a = strided(a.data(), k),
               .b = {},
               .c = c.data(),
               .ldc = n,
               .write_back = {.bias = bias.data(),
                              .residual = residual.data(),
                              .limits = {.low = -0.5F, .high = 2}},
               .packed = &packed},
              bf16_tile_naive);
    for (std::size_t i = 0; i < c.size(); ++i) {
      const float value = plain[i] + bias[i % bias.size()] + residual[i];
      REQUIRE(c[i] == Approx(std::clamp(value, -0.5F, 2.0F)).margin(1e-5));
    }
  }
}

TEST_CASE("bfloat16 products do not depend on the number of threads") {
  const auto a = random_values<float>(100 * 600, 1), b = random_values<float>(600 * 200, 2);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 3}) {
    const test::ThreadCount threads(count);
    results.emplace_back(100 * 200);
    bf16_gemm({100, 200, 600, {a.data(), 600, 1}, {b.data(), 200, 1}, results.back().data(), 200},
              bf16_tile_naive);
  }
  REQUIRE(results[0] == results[1]);
  REQUIRE(results[0] == results[2]);
}

TEST_CASE("bfloat16 rounds to nearest, halves to even, and keeps what is no number") {
  const auto rounded = [](float x) { return std::bit_cast<float>(bf16_pair(x, 0) << 16); };
  REQUIRE(rounded(1.0F) == 1.0F);
  REQUIRE(rounded(1.0F + 0x1p-8F) == 1.0F);              // half of a unit, 1 is even
  REQUIRE(rounded(1.0F + 0x3p-8F) == 1.0F + 0x1p-6F);    // half, the next one is even
  REQUIRE(rounded(1.0F + 0x1.1p-8F) == 1.0F + 0x1p-7F);  // more than half
  REQUIRE(rounded(-1.0F - 0x1.1p-8F) == -1.0F - 0x1p-7F);
  REQUIRE(bf16_pair(0, -2.0F) == 0xc0000000u);
  const float infinity = std::numeric_limits<float>::infinity();
  REQUIRE(rounded(infinity) == infinity);
  REQUIRE(rounded(-std::numeric_limits<float>::max()) == -infinity);
  REQUIRE(std::isnan(rounded(std::bit_cast<float>(0x7f800001u))));
  REQUIRE(std::isnan(rounded(std::bit_cast<float>(0xffffffffu))));
}

TEST_CASE("a bfloat16 product of empty sums is 0, or what was there") {
  std::vector<float> c(6, 3);
  const Bf16Gemm overwrites{2, 3, 0, {nullptr, 0, 1}, {nullptr, 3, 1}, c.data(), 3};
  Bf16Gemm adds = overwrites;
  adds.write_back.residual = c.data();
  bf16_gemm(adds, bf16_tile_naive);
  REQUIRE(c == std::vector<float>(6, 3));
  c.assign(6, std::numeric_limits<float>::quiet_NaN());
  bf16_gemm(overwrites, bf16_tile_naive);
  REQUIRE(c == std::vector<float>(6, 0));
}
