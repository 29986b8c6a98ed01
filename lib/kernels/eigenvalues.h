// Eigenvalues of small symmetric matrices.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Of the symmetric a [n, n], whose lower half alone is read: values [n], rising. NaN for a matrix
/// with an element that is not finite.
void symmetric_eigenvalues(std::int64_t n, const double* a, double* values);

}  // namespace limn::kernels
