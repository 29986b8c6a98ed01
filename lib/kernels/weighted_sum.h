// Sums of the regions of images, weighted by each row that describes them.
#pragma once

#include <cstdint>

#include "kernels/row_groups.h"

namespace limn::kernels {

/// weights [rows, regions], values [images, regions, features], sums [rows, features].
struct WeightedSumShape {
  std::int64_t rows;
  std::int64_t regions;
  std::int64_t features;
};

/// sums[m] = Σ_i weights[m, i] values[image of m, i]. The values are read once per image, and all
/// of these functions give the same bits on any number of threads.
template <class T>
void weighted_sum(const WeightedSumShape& shape, const RowGroups& groups, const T* weights,
                  const T* values, T* sums);
/// dweights[m, i] += values[image of m, i] · dsums[m]
template <class T>
void weighted_sum_backward_weights(const WeightedSumShape& shape, const RowGroups& groups,
                                   const T* values, const T* dsums, T* dweights);
/// dvalues[b, i] += Σ weights[m, i] dsums[m] over the rows of image b
template <class T>
void weighted_sum_backward_values(const WeightedSumShape& shape, const RowGroups& groups,
                                  const T* weights, const T* dsums, T* dvalues);

}  // namespace limn::kernels
