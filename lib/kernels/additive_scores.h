// Additive attention's scores of the regions of images, without the matrix inside φ.
#pragma once

#include <cstdint>

#include "kernels/activation.h"
#include "kernels/row_groups.h"

namespace limn::kernels {

/// keys [images, regions, width], query [rows, width], weight [width] or, with `weight_stride`
/// width instead of 0, [rows, width]; φ is tanh or relu.
template <class T>
struct AdditiveScores {
  std::int64_t rows;
  std::int64_t regions;
  std::int64_t width;
  std::int64_t weight_stride;
  Activation activation;
  const T* keys;
  const T* query;
  const T* weight;
};

/// scores [rows, regions]: weight · φ(keys[images[m], i] + query[m]).
template <class T>
void additive_scores(const AdditiveScores<T>& inputs, const std::int64_t* images, T* scores);

template <class T>
struct AdditiveGradients {
  T* dkeys;
  T* dquery;
  T* dweight;
};
/// Adds to all three; φ is computed again. The same bits on any number of threads.
template <class T>
void additive_scores_backward(const AdditiveScores<T>& inputs, const RowGroups& groups,
                              const T* dscores, const AdditiveGradients<T>& gradients);

}  // namespace limn::kernels
