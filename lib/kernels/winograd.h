// Convolutions of 3 x 3 taps with fewer multiplications.
#pragma once

#include <vector>

#include "kernels/conv2d.h"
#include "kernels/packed_matrix.h"
#include "kernels/write_back.h"

namespace limn::kernels {

/// y = limits(scale · (x ∗ w) + bias + residual) by F(2 x 2, 3 x 3) of Lavin and Gray, "Fast
/// Algorithms for Convolutional Neural Networks" (2016), section 4.1: Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)]
/// A makes 2 x 2 results of a channel with 16 multiplications, not 36. All four see the whole patch
/// d of 4 x 4 pixels: rounding errors are relative to its largest, and what is no number spreads.
class WinogradConv2d {
 public:
  /// Whether it can do these convolutions: 3 x 3 taps that are neighbours, at every pixel, of one
  /// group, with whole vectors of channels.
  static bool fits(const Conv2dShape& shape);

  WinogradConv2d() = default;
  /// w [O, C, 3, 3]; scale [O] may be nullptr.
  WinogradConv2d(const Conv2dShape& shape, const float* w, const float* scale);

  bool defined() const { return !products_.empty(); }
  /// `bias` and `residual` of `write_back` are [O] and as y, or nullptr.
  void operator()(const Conv2dShape& shape, const float* x, const WriteBack<float>& write_back,
                  float* y) const;

 private:
  std::vector<PackedMatrix<float>> products_;  // for each place in a tile of 4 x 4: [C, O]
};

}  // namespace limn::kernels
