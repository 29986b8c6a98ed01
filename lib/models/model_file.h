// The layout of a model file.
#pragma once

#include <filesystem>

#include "core/json.h"
#include "limn/core/safetensors.h"

namespace limn::models {

/// What a model file says of itself, from its metadata entry "limn". Throws IoError when it is no
/// model of this version.
json read_model_description(const SafetensorsFile& file);

inline constexpr int kModelVersion = 1;
inline constexpr const char* kDescription = "limn";
inline constexpr const char* kModelKind = "captioner";

}  // namespace limn::models
