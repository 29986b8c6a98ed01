#include <fmt/format.h>

#include "core/json.h"
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

// Reads values and throws IoError for those of another kind.
class PreprocessingReader {
 public:
  PreprocessingReader(const json& object, const std::filesystem::path& source)
      : object_(object), source_(source) {}

  vision::Preprocessing read() const {
    return {.shorter = pixels("shorter"),
            .crop = pixels("crop"),
            .filter = filter(),
            .mean = colours("mean"),
            .deviation = colours("deviation")};
  }

 private:
  const json& value(const char* key, bool (*fits)(const json&), const char* wanted) const {
    const json& found = object_.at(key);
    if (fits(found)) return found;
    throw IoError(source_, fmt::format("preprocessing: {} must be {}; got {}", key, wanted,
                                       one_line(found).substr(0, 60)));
  }

  std::int64_t pixels(const char* key) const {
    return value(
        key, [](const json& v) { return v.is_number_integer(); }, "a whole number");
  }

  vision::Filter filter() const {
    const json& name = value(
        "filter", [](const json& v) { return v == kBilinear || v == kBicubic; },
        "bilinear or bicubic");
    return name == kBilinear ? vision::Filter::bilinear : vision::Filter::bicubic;
  }

  std::array<double, 3> colours(const char* key) const {
    const auto are_three = [](const json& v) {
      return v.is_array() && v.size() == 3 && v[0].is_number() && v[1].is_number() &&
             v[2].is_number();
    };
    return value(key, are_three, "three numbers");
  }

  const json& object_;
  const std::filesystem::path& source_;
};

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
  try {
    const json object = parse_json(text, source);
    EncoderConfig config{.name = object.at("name"), .options = object.at("options")};
    if (object.contains("preprocessing"))
      config.preprocessing = PreprocessingReader(object.at("preprocessing"), source).read();
    return config;
  } catch (const json::exception&) {
    throw IoError(source, "the description of the encoder is damaged");
  }
}

}  // namespace limn::encoders
