// Encoders: from pictures to features.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "limn/nn/features.h"
#include "limn/nn/module.h"

namespace limn::encoders {

/// Turns pictures into what a captioner knows of them. An encoder is trained by passes with
/// `training`; frozen (`set_trainable(false)`) and under a NoGradGuard it runs on packed weights,
/// fastest.
class Encoder : public nn::Module {
 public:
  /// The name that `make_encoder` knows it by.
  virtual std::string name() const = 0;
  /// images [B, H, W, 3], float32, normalised as `preprocessing` says. Result: global [B,
  /// feature_size()] and regions [B, R, region_size()], R regions in reading order.
  /// Throws InvalidArgument when the images do not fit.
  virtual nn::Features forward(const Variable& images, const nn::Pass& pass) const = 0;
  virtual std::int64_t feature_size() const = 0;
  virtual std::int64_t region_size() const = 0;
  /// Prefixes of names in published weights that are no part of an encoder: the classifier.
  virtual std::vector<std::string> ignored_weights() const { return {}; }
};

/// What `make_encoder` builds; the part after `name` is for "small_cnn" alone.
struct EncoderConfig {
  /// "efficientnet_lite0", "mobilenet_v2", "small_cnn".
  std::string name = "efficientnet_lite0";
};

/// Throws InvalidArgument, listing the known names, for another one. Weights start random, drawn
/// from `generator`.
std::unique_ptr<Encoder> make_encoder(const EncoderConfig& config, Generator& generator);

/// Loads a safetensors file with the encoder's weights under their published names (torchvision's
/// for mobilenet_v2); a classifier in it is ignored. Throws IoError for an unreadable file and
/// InvalidArgument, naming the file, when its tensors do not fit.
void load_weights(Encoder& encoder, const std::filesystem::path& path);

}  // namespace limn::encoders
