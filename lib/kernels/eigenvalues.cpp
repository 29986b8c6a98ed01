#include "kernels/eigenvalues.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace limn::kernels {
namespace {

constexpr int kMostSweeps = 50;  // a dozen are enough for any size that is used

// Cyclic Jacobi rotations: Golub and Van Loan, "Matrix Computations", section 8.5. (A library's
// solver for large matrices would take longer to compile than all that calls it.)
class Jacobi {
 public:
  Jacobi(std::int64_t n, const double* lower) : n_(n), a_(static_cast<std::size_t>(n * n)) {
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j <= i; ++j) at(i, j) = at(j, i) = lower[i * n + j];
  }

  double& at(std::int64_t i, std::int64_t j) { return a_[static_cast<std::size_t>(i * n_ + j)]; }

  void sweep() {
    for (std::int64_t p = 0; p < n_; ++p)
      for (std::int64_t q = p + 1; q < n_; ++q)
        if (at(p, q) != 0) rotate(p, q);
  }

  // The sum of squares beside the diagonal is below rounding.
  bool is_diagonal() {
    double beside = 0, all = 0;
    for (std::int64_t i = 0; i < n_; ++i) {
      for (std::int64_t j = 0; j < n_; ++j) {
        const double square = at(i, j) * at(i, j);
        all += square;
        if (i != j) beside += square;
      }
    }
    return beside <= 1e-32 * all;
  }

 private:
  // By the angle that makes a(p, q) zero.
  void rotate(std::int64_t p, std::int64_t q) {
    const double tau = (at(q, q) - at(p, p)) / (2 * at(p, q));
    const double tangent = std::copysign(1 / (std::abs(tau) + std::sqrt(1 + tau * tau)), tau);
    const double cosine = 1 / std::sqrt(1 + tangent * tangent);
    const double sine = tangent * cosine;
    for (std::int64_t k = 0; k < n_; ++k) turn(at(k, p), at(k, q), cosine, sine);
    for (std::int64_t k = 0; k < n_; ++k) turn(at(p, k), at(q, k), cosine, sine);
  }

  static void turn(double& x, double& y, double cosine, double sine) {
    const double old = x;
    x = cosine * old - sine * y;
    y = sine * old + cosine * y;
  }

  std::int64_t n_;
  std::vector<double> a_;
};

}  // namespace

void symmetric_eigenvalues(std::int64_t n, const double* a, double* values) {
  Jacobi matrix(n, a);
  for (int sweep = 0; sweep < kMostSweeps && !matrix.is_diagonal(); ++sweep) matrix.sweep();
  for (std::int64_t i = 0; i < n; ++i) values[i] = matrix.at(i, i);
  std::sort(values, values + n);
}

}  // namespace limn::kernels
