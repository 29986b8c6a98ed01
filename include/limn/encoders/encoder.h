// Encoders: from pictures to features.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limn/core/options.h"
#include "limn/nn/features.h"
#include "limn/nn/module.h"
#include "limn/vision/transform.h"

namespace limn::encoders {

/// Turns pictures into what a captioner knows of them. An encoder is trained by passes with
/// `training`; frozen (`set_trainable(false)`) and under a NoGradGuard it runs on packed weights,
/// fastest.
class Encoder : public nn::Module {
 public:
  /// The name that `make_encoder` knows it by.
  virtual std::string name() const = 0;
  /// Its options and their values, all of them.
  virtual std::map<std::string, std::string> options() const { return {}; }
  /// What its pictures go through, unless `set_preprocessing` says otherwise.
  virtual vision::Preprocessing own_preprocessing() const = 0;
  /// Whether `forward` takes square pictures of this side.
  virtual bool takes_side(std::int64_t side) const = 0;
  /// images [B, H, W, 3], float32, normalised as `preprocessing` says. Result: global [B,
  /// feature_size()] and regions [B, R, region_size()], R regions in reading order.
  /// Throws InvalidArgument when the images do not fit.
  virtual nn::Features forward(const Variable& images, const nn::Pass& pass) const = 0;
  virtual std::int64_t feature_size() const = 0;
  virtual std::int64_t region_size() const = 0;
  /// Prefixes of names in published weights that are no part of an encoder: the classifier.
  virtual std::vector<std::string> ignored_weights() const { return {}; }

  /// What its pictures go through.
  vision::Preprocessing preprocessing() const;
  /// Throws InvalidArgument when a value is out of range or `forward` does not take such pictures.
  void set_preprocessing(const vision::Preprocessing& preprocessing);

 private:
  std::optional<vision::Preprocessing> preprocessing_;
};

/// What `make_encoder` builds.
struct EncoderConfig {
  std::string name = "efficientnet_lite0";          ///< see encoder_names
  std::map<std::string, std::string> options = {};  ///< of the encoder; what is absent: its default
  std::optional<vision::Preprocessing> preprocessing = {};  ///< absent: the encoder's own
};
/// What builds such an encoder again, but for its weights.
EncoderConfig config_of(const Encoder& encoder);
/// As JSON text, for feature and model files, and back. `source` names the file in the IoError for
/// text that is none or has values of another kind.
std::string config_text(const EncoderConfig& config);
EncoderConfig config_from_text(const std::string& text, const std::filesystem::path& source);

/// The names that `make_encoder` knows.
std::vector<std::string> encoder_names();
/// The options of an encoder with their defaults and help. Throws InvalidArgument, suggesting the
/// nearest, for an unknown encoder.
std::vector<OptionHelp> encoder_options(const std::string& encoder);

/// Throws InvalidArgument, suggesting the nearest name, for an unknown encoder, and for unknown
/// options or preprocessing that does not fit. Weights start random, drawn from `generator`.
std::unique_ptr<Encoder> make_encoder(const EncoderConfig& config, Generator& generator);

/// The encoder that `config` (of config_text) describes, with these weights, frozen. Throws
/// IoError, naming the file `source`, when the weights do not fit it.
std::unique_ptr<Encoder> restore_encoder(const std::string& config,
                                         const std::map<std::string, Tensor>& weights,
                                         const std::filesystem::path& source);

/// Loads a safetensors file with the encoder's weights under their published names (torchvision's
/// for mobilenet_v2, resnet… and vit…); a classifier in it is ignored. Throws IoError for an
/// unreadable file and InvalidArgument, naming the file, when its tensors do not fit.
void load_weights(Encoder& encoder, const std::filesystem::path& path);

}  // namespace limn::encoders
