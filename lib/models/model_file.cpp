#include "models/model_file.h"

#include <fmt/format.h>

#include "limn/core/error.h"

namespace limn::models {

json read_model_description(const SafetensorsFile& file) {
  const auto found = file.metadata().find(kDescription);
  if (found == file.metadata().end()) {
    throw IoError(file.path(),
                  "is a safetensors file, but no limn model; give the model.safetensors of a run");
  }
  json description = parse_json(found->second, file.path());
  if (!description.is_object() || description.value("kind", "") != kModelKind) {
    throw IoError(file.path(),
                  fmt::format("holds no model but a {}; give the model.safetensors of "
                              "a run",
                              description.is_object() ? description.value("kind", "?") : "?"));
  }
  const int version = description.value("version", 0);
  if (version != kModelVersion) {
    throw IoError(file.path(), fmt::format("is a model of version {}; this limn reads version {}",
                                           version, kModelVersion));
  }
  return description;
}

}  // namespace limn::models
