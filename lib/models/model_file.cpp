#include "models/model_file.h"

#include <fmt/format.h>

#include "core/json_value.h"
#include "limn/core/error.h"

namespace limn::models {

json read_model_description(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kDescription);
  if (found == file.metadata().end()) {
    throw IoError(file.path(),
                  "is a safetensors file, but no limn model; give the model.safetensors of a run");
  }
  json description = parse_json(found->second, file.path());
  const JsonValue value(description, file.path());
  if (const std::string kind = value.at("kind").text(); kind != kModelKind) {
    throw IoError(
        file.path(),
        fmt::format("holds no model but a {}; give the model.safetensors of a run", kind));
  }
  const std::int64_t version = value.at("version").integer();
  if (version != kModelVersion) {
    throw IoError(file.path(), fmt::format("is a model of version {}; this limn reads version {}",
                                           version, kModelVersion));
  }
  return description;
}

}  // namespace limn::models
