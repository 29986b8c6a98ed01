#include "kernels/eigenvalues.h"

#include <cmath>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using Values = std::vector<double>;

namespace {

Values eigenvalues_of(const Values& matrix) {
  Values values(static_cast<std::size_t>(std::sqrt(matrix.size())));
  kernels::symmetric_eigenvalues(static_cast<std::int64_t>(values.size()), matrix.data(),
                                 values.data());
  return values;
}

}  // namespace

TEST_CASE("eigenvalues of matrices worked by hand, rising") {
  CHECK(eigenvalues_of({3}) == Values{3});
  const Values two = eigenvalues_of({2, 1, 1, 2});
  CHECK(two[0] == Approx(1));
  CHECK(two[1] == Approx(3));
  const Values ones = eigenvalues_of(Values(9, 1.0));
  CHECK(ones[0] == Approx(0).margin(1e-12));
  CHECK(ones[1] == Approx(0).margin(1e-12));
  CHECK(ones[2] == Approx(3));
}

TEST_CASE("eigenvalues sum to the trace, their squares to the squared norm") {
  constexpr std::size_t n = 7;
  Values matrix = test::random_values<double>(n * n, 3);
  double trace = 0, squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) matrix[j * n + i] = matrix[i * n + j];
    trace += matrix[i * n + i];
  }
  for (const double element : matrix) squares += element * element;
  double sum = 0, sum_of_squares = 0;
  for (const double value : eigenvalues_of(matrix)) {
    sum += value;
    sum_of_squares += value * value;
  }
  CHECK(sum == Approx(trace));
  CHECK(sum_of_squares == Approx(squares));
}

TEST_CASE("Hilbert's matrix of order 4 has the eigenvalues of the literature") {
  Values hilbert;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) hilbert.push_back(1.0 / (i + j + 1));
  const Values values = eigenvalues_of(hilbert);
  const Values expected{9.670230402258609e-05, 0.006738273605760763, 0.16914122022144998,
                        1.5002142800592426};
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(values[i] == Approx(expected[i]).epsilon(0).margin(1e-14));
}

TEST_CASE("only the lower half is read, and a diagonal matrix is sorted") {
  CHECK(eigenvalues_of({5, 99, 99, 0, -1, 99, 0, 0, 2}) == Values{-1, 2, 5});
  CHECK(eigenvalues_of(Values(4, 0.0)) == Values{0, 0});
}
