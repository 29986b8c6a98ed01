#include "kernels/transpose.h"

#include "support/catch.h"
#include "support/random.h"

using namespace limn;

TEST_CASE("transpose_8x8 makes rows of columns and keeps to its strides") {
  const std::int64_t from_stride = 11, to_stride = 13;
  const auto from = test::random_values<float>(8 * from_stride, 1);
  std::vector<float> to(8 * to_stride, 7.0F);
  kernels::transpose_8x8(from.data(), from_stride, to.data(), to_stride);
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < to_stride; ++j)
      REQUIRE(to[i * to_stride + j] == (j < 8 ? from[j * from_stride + i] : 7.0F));
  }
}
