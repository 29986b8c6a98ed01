#include <fmt/format.h>

#include "core/json_value.h"
#include "limn/core/error.h"
#include "limn/encoders/encoder.h"

namespace limn::encoders {
namespace {

constexpr const char* kBilinear = "bilinear";
constexpr const char* kBicubic = "bicubic";

json to_json(const vision::Preprocessing& p) {
  return {{"shorter", p.shorter},
          {"crop", p.crop},
          {"filter", p.filter == vision::Filter::bilinear ? kBilinear : kBicubic},
          {"mean", p.mean},
          {"deviation", p.deviation}};
}

vision::Filter filter_of(const JsonValue& value) {
  value.require(value.raw() == kBilinear || value.raw() == kBicubic, "bilinear or bicubic");
  return value.raw() == kBilinear ? vision::Filter::bilinear : vision::Filter::bicubic;
}

std::array<double, 3> colours_of(const JsonValue& value) {
  const json& list = value.raw();
  value.require(list.is_array() && list.size() == 3, "three numbers");
  return {value.at(0).number(), value.at(1).number(), value.at(2).number()};
}

vision::Preprocessing preprocessing_of(const JsonValue& object) {
  return {.shorter = object.at("shorter").integer(),
          .crop = object.at("crop").integer(),
          .filter = filter_of(object.at("filter")),
          .mean = colours_of(object.at("mean")),
          .deviation = colours_of(object.at("deviation"))};
}

}  // namespace

EncoderConfig config_of(const Encoder& encoder) {
  return {encoder.name(), encoder.options(), encoder.preprocessing()};
}

std::string config_text(const EncoderConfig& config) {
  json object{{"name", config.name}, {"options", config.options}};
  if (config.preprocessing) object["preprocessing"] = to_json(*config.preprocessing);
  return object.dump();
}

EncoderConfig config_from_text(const std::string& text, const std::filesystem::path& source) {
  const json description = parse_json(text, source);
  const JsonValue object(description, source, "the description of the encoder");
  EncoderConfig config{.name = object.at("name").text(),
                       .options = object.at("options").named_texts()};
  if (object.has("preprocessing"))
    config.preprocessing = preprocessing_of(object.at("preprocessing"));
  return config;
}

}  // namespace limn::encoders
