// The rows of a step of a recurrence, as array expressions over one row each.
#pragma once

#include <Eigen/Core>
#include <cstdint>

namespace limn::kernels {

/// D elements of a row.
template <class T>
using Segment = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using ConstSegment = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

/// Calls body(row) for m rows of d, in parallel when there is work for several threads.
template <class Body>
void for_each_row(std::int64_t m, std::int64_t d, Body&& body) {
#pragma omp parallel for schedule(static) if (m * d >= 4096)
  for (std::int64_t row = 0; row < m; ++row) body(row);
}

}  // namespace limn::kernels
