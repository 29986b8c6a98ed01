#include "kernels/rows.h"

#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;

TEST_CASE("copy_rows repeats one row") {
  for (const std::int64_t n : {1, 3, 1000}) {
    const auto row = test::random_values<float>(n, 1);
    std::vector<float> y(static_cast<std::size_t>(100 * n));
    copy_rows({.rows = 100, .n = n, .to_stride = n}, sizeof(float), row.data(), y.data());
    for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == row[i % row.size()]);
  }
}

TEST_CASE("gather_rows_backward agrees with the naive loops") {
  for (const std::int64_t n : {1, 5, 700}) {
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < 200; ++i) rows.push_back(i % 11 == 3 ? -1 : i * i % 13);
    const auto dy = test::random_values<float>(200 * n, 1);
    std::vector<float> dx(static_cast<std::size_t>(13 * n), 1);
    std::vector<float> expected = dx;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::int64_t j = 0; j < n && rows[i] >= 0; ++j)
        expected[static_cast<std::size_t>(rows[i] * n + j)] +=
            dy[i * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)];
    }
    gather_rows_backward<float>(rows, n, dy.data(), dx.data());
    REQUIRE(dx == expected);
  }
}

TEST_CASE("copy_rows and add_rows keep to their strides") {
  for (const std::int64_t n : {1, 4, 900}) {
    const RowCopy copy{.rows = 90, .n = n, .from_stride = n + 2, .to_stride = n + 3};
    const auto from = test::random_values<double>(copy.rows * copy.from_stride, 1);
    const auto before = test::random_values<double>(copy.rows * copy.to_stride, 2);
    std::vector<double> copied = before;
    std::vector<double> added = before;
    copy_rows(copy, sizeof(double), from.data(), copied.data());
    add_rows<double>(copy, from.data(), added.data());
    for (std::int64_t i = 0; i < copy.rows * copy.to_stride; ++i) {
      const std::int64_t row = i / copy.to_stride;
      const std::int64_t column = i % copy.to_stride;
      const auto at = static_cast<std::size_t>(i);
      const double value =
          column < n ? from[static_cast<std::size_t>(row * copy.from_stride + column)] : before[at];
      REQUIRE(copied[at] == value);
      REQUIRE(added[at] == (column < n ? before[at] + value : before[at]));
    }
  }
}
