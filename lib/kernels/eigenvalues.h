// Eigenvalues of small symmetric matrices.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Of the symmetric a [n, n], whose lower half alone is read: values [n], rising, to about 1e-15 of
/// the largest. Elements must be finite. Takes a dozen sweeps of O(n³).
void symmetric_eigenvalues(std::int64_t n, const double* a, double* values);

}  // namespace limn::kernels
