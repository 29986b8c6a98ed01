// A small convolutional network for small pictures, to be trained with its captioner.
#pragma once

#include <memory>
#include <vector>

#include "limn/core/options.h"
#include "limn/encoders/encoder.h"
#include "limn/nn/conv_norm.h"

namespace limn::encoders {

struct SmallCnnOptions {
  std::int64_t side = 48;   ///< pixels of the pictures
  std::int64_t width = 32;  ///< channels of the first layer
};
std::vector<Option> options_of(SmallCnnOptions& options);

/// Four 3x3 convolutions of stride 2, 2, 2, 1 with batch normalisation and ReLU, to width and three
/// times to 2 width channels. The pixels of the last map [B, h, w, C], an eighth of the side
/// rounded up, are the regions; the global feature [B, h·w·C] is that map as it is, not its mean,
/// because where things are matters to captions.
class SmallCnn : public Encoder {
 public:
  /// Throws InvalidArgument when an option is out of range.
  SmallCnn(const SmallCnnOptions& options, Generator& generator);

  std::string name() const override { return "small_cnn"; }
  std::map<std::string, std::string> options() const override;
  vision::Preprocessing own_preprocessing() const override;
  bool takes_side(std::int64_t side) const override { return side == options_.side; }
  /// Images [B, side, side, 3].
  nn::Features forward(const Variable& images, const nn::Pass& pass) const override;
  std::int64_t feature_size() const override;
  std::int64_t region_size() const override { return 2 * options_.width; }

 private:
  SmallCnnOptions options_;
  std::vector<std::unique_ptr<nn::ConvNorm>> layers_;
};

}  // namespace limn::encoders
