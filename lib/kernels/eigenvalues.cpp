#include "kernels/eigenvalues.h"

#include <Eigen/Eigenvalues>

namespace limn::kernels {

void symmetric_eigenvalues(std::int64_t n, const double* a, double* values) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(Eigen::Map<const Matrix>(a, n, n),
                                                     Eigen::EigenvaluesOnly);
  Eigen::Map<Eigen::VectorXd>(values, n) = solver.eigenvalues();
}

}  // namespace limn::kernels
