#include "limn/encoders/encoder.h"

#include <map>

#include "core/check.h"
#include "core/nearest.h"
#include "encoders/bottleneck_net.h"
#include "encoders/resnet.h"
#include "encoders/small_cnn.h"
#include "encoders/vit.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"

namespace limn::encoders {
namespace {

struct Maker {
  std::unique_ptr<Encoder> (*make)(const EncoderConfig&, Generator&);
  std::vector<OptionHelp> (*options)();
};

template <std::unique_ptr<Encoder> (*make)(Generator&)>
Maker without_options() {
  return {[](const EncoderConfig& config, Generator& generator) {
            require(config.options.empty(), "make_encoder: {} has no option \"{}\"", config.name,
                    config.options.empty() ? "" : config.options.begin()->first);
            return make(generator);
          },
          [] { return std::vector<OptionHelp>(); }};
}

std::unique_ptr<Encoder> make_small_cnn(const EncoderConfig& config, Generator& generator) {
  SmallCnnOptions options;
  const std::vector<Option> described = options_of(options);
  for (const auto& [name, text] : config.options) set_option(described, name, text, "small_cnn");
  return std::make_unique<SmallCnn>(options, generator);
}

std::vector<OptionHelp> small_cnn_options() {
  SmallCnnOptions defaults;
  return option_helps(options_of(defaults));
}

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all = {
      {"efficientnet_lite0", without_options<make_efficientnet_lite0>()},
      {"mobilenet_v2", without_options<make_mobilenet_v2>()},
      {"resnet101", without_options<make_resnet101>()},
      {"resnet152", without_options<make_resnet152>()},
      {"resnet18", without_options<make_resnet18>()},
      {"resnet34", without_options<make_resnet34>()},
      {"resnet50", without_options<make_resnet50>()},
      {"small_cnn", {make_small_cnn, small_cnn_options}},
      {"vit_b_16", without_options<make_vit_b_16>()},
      {"vit_b_32", without_options<make_vit_b_32>()},
  };
  return all;
}

const Maker& maker(const std::string& name, const char* op) {
  const auto found = makers().find(name);
  require(found != makers().end(), "{}: {}", op, unknown_name(name, encoder_names()));
  return found->second;
}

}  // namespace

vision::Preprocessing Encoder::preprocessing() const {
  return preprocessing_.value_or(own_preprocessing());
}

void Encoder::set_preprocessing(const vision::Preprocessing& preprocessing) {
  vision::require_valid(preprocessing, "preprocessing");
  require(takes_side(preprocessing.crop), "{}: pictures of {} x {} pixels do not fit it", name(),
          preprocessing.crop, preprocessing.crop);
  preprocessing_ = preprocessing;
}

std::vector<std::string> encoder_names() {
  std::vector<std::string> names;
  for (const auto& [name, how] : makers()) names.push_back(name);
  return names;
}

std::vector<OptionHelp> encoder_options(const std::string& encoder) {
  return maker(encoder, "encoder_options").options();
}

std::unique_ptr<Encoder> make_encoder(const EncoderConfig& config, Generator& generator) {
  auto encoder = maker(config.name, "make_encoder").make(config, generator);
  if (config.preprocessing) encoder->set_preprocessing(*config.preprocessing);
  return encoder;
}

std::unique_ptr<Encoder> restore_encoder(const std::string& config,
                                         const std::map<std::string, Tensor>& weights,
                                         const std::filesystem::path& source) {
  Generator generator;
  try {
    auto encoder = make_encoder(config_from_text(config, source), generator);
    encoder->load_state_dict(weights);
    encoder->set_trainable(false);
    return encoder;
  } catch (const InvalidArgument& error) {
    throw IoError(source, fmt::format("does not hold the encoder it names: {}", error.what()));
  }
}

void load_weights(Encoder& encoder, const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  try {
    encoder.load_state_dict(file.tensors(), encoder.ignored_weights());
  } catch (const InvalidArgument& error) {
    throw InvalidArgument(fmt::format("{} does not hold weights of {}: {}", path.string(),
                                      encoder.name(), error.what()));
  }
}

}  // namespace limn::encoders
