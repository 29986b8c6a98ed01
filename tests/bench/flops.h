// Floating-point operations of the matrix products of a workload: 2 for each multiply-add, nothing
// else counted.
#pragma once

namespace limn::bench {

/// [1, inputs] times [inputs, outputs].
constexpr double product(double inputs, double outputs) { return 2 * inputs * outputs; }

/// A step of training, forward and backward, over the forward pass: the gradients of both factors.
inline constexpr double kTraining = 3;

/// The sizes of the captioners of the benchmark: width of words and layers, regions, their width.
struct CaptionerFlops {
  double width, vocabulary, features, regions;

  double nic_word() const { return product(2 * width, 4 * width) + product(width, vocabulary); }
  double attend_image() const { return regions * product(features, width); }
  double attend_word() const {
    return product(2 * width + features, 4 * width) + product(width, width) +
           regions * (product(width, 1) + product(features, 1)) + product(width, vocabulary);
  }
  /// `layers` of encoder and decoder each, with keys and values of the regions for the decoder.
  double transformer_image(double layers, double inner) const {
    const double layer =
        4 * product(width, width) + 2 * product(width, inner) + 2 * product(regions, width);
    return regions * (product(features, width) + layers * (layer + 2 * product(width, width)));
  }
  double transformer_word(double layers, double inner) const {
    const double layer =
        6 * product(width, width) + 2 * product(width, inner) + 2 * product(regions, width);
    return layers * layer + product(width, vocabulary);
  }
};

/// Of a picture of 224x224 (multiply-adds as torchvision and the EfficientNet-Lite authors state
/// them: 4.09e9, 0.30e9 and 0.407e9).
inline constexpr double kResNet50 = 2 * 4.09e9;
inline constexpr double kMobileNetV2 = 2 * 0.30e9;
inline constexpr double kEfficientNetLite0 = 2 * 0.407e9;

}  // namespace limn::bench
