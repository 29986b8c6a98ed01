#include "kernels/gather_rows.h"

#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;

TEST_CASE("gather_rows picks, repeats and leaves out rows of any length") {
  for (const std::int64_t columns : {1, 3, 700}) {
    const auto x = test::random_values<float>(11 * columns, 1);
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < 150; ++i) rows.push_back(i * i % 10);  // in parallel when long
    std::vector<float> y(rows.size() * static_cast<std::size_t>(columns), -9);
    kernels::gather_rows(rows, static_cast<std::size_t>(columns) * sizeof(float), x.data(),
                         y.data());
    std::vector<float> expected;
    for (const std::int64_t row : rows)
      expected.insert(expected.end(), x.begin() + row * columns, x.begin() + (row + 1) * columns);
    REQUIRE(y == expected);
  }
}

TEST_CASE("no rows, and rows of nothing, are gathered") {
  REQUIRE_NOTHROW(kernels::gather_rows({}, 4, nullptr, nullptr));
  const std::vector<std::int64_t> rows = {2, 0};
  char here = 'x';
  REQUIRE_NOTHROW(kernels::gather_rows(rows, 0, &here, &here));
  REQUIRE(here == 'x');
}
