#include "core/safetensors_header.h"

#include <vector>

#include "core/json.h"

namespace limn {
namespace {

const char* file_name_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return "F32";
    case DType::float64: return "F64";
    case DType::int32: return "I32";
    case DType::uint8: return "U8";
    case DType::float16: return "F16";
    case DType::bfloat16: return "BF16";
  }
  return "";
}

}  // namespace

std::string safetensors_header(std::span<const SafetensorsEntry> tensors,
                               const std::map<std::string, std::string>& metadata) {
  json header = json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::size_t offset = 0;
  for (const SafetensorsEntry& tensor : tensors) {
    const std::vector<std::int64_t> shape(tensor.shape.begin(), tensor.shape.end());
    header[tensor.name] = {{"dtype", file_name_of(tensor.dtype)},
                           {"shape", shape},
                           {"data_offsets", {offset, offset + tensor.bytes()}}};
    offset += tensor.bytes();
  }
  return one_line(header);
}

}  // namespace limn
