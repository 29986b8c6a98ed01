#include "limn/data/feature_writer.h"

#include <fmt/format.h>

#include <set>

#include "core/check.h"
#include "core/json.h"
#include "core/utf8.h"
#include "kernels/half.h"

namespace limn::data {
namespace {

std::map<std::string, std::string> metadata(const std::vector<std::string>& names,
                                            const std::string& encoder) {
  return {{"names", json(names).dump()}, {"encoder", encoder}};
}

/// Room for the header, whatever part of the photos comes.
std::size_t header_bytes(const FeatureFileInfo& info) {
  constexpr std::size_t entry = 256;  // dtype, shape and place of a tensor, generously
  const auto size = [](const json& value) { return one_line(value).size(); };
  std::size_t bytes = size(metadata(info.names, info.encoder)) + 4 * entry;
  for (const auto& [name, tensor] : info.weights) bytes += size(name) + entry;
  return bytes;
}

void check_name(const std::string& name) {
  const std::size_t place = invalid_utf8(name);
  require(place == std::string::npos,
          "FeatureWriter: the photo's name \"{}\" is no UTF-8 at byte {}; rename it",
          std::string_view(name).substr(0, place), place + 1);
}

std::unordered_map<std::string, bool> announced(const FeatureFileInfo& info) {
  std::unordered_map<std::string, bool> added;
  for (const std::string& name : info.names) {
    check_name(name);
    require(added.emplace(name, false).second, "FeatureWriter: \"{}\" is announced twice", name);
  }
  return added;
}

void check_shape(const char* kind, const Variable& features, int rank, std::int64_t images,
                 const Shape& photo) {
  require(features.defined() && features.dtype() == DType::float32 &&
              features.shape().rank() == rank && features.shape()[0] == images,
          "FeatureWriter: {} features of {} photos must be float32 [{}, {}]; got {}", kind, images,
          images, rank == 2 ? "F" : "R, F", features);
  const Shape got = features.shape().with(0, 1);
  require(photo.rank() == 0 || got == photo,
          "FeatureWriter: {} features of a photo are {} so far; got {}", kind, photo, got);
}

Tensor as_float16(const char* kind, const Variable& features, std::span<const std::string> names) {
  const Tensor& x = features.value();
  Tensor half(x.shape(), DType::float16);
  const std::int64_t bad = kernels::float_to_half(x.elements(), x.data<float>(),
                                                  static_cast<std::uint16_t*>(half.raw()));
  if (bad < 0) return half;
  const std::int64_t photo = x.elements() / x.shape()[0];
  throw InvalidArgument(fmt::format(
      "FeatureWriter: number {} of the {} features of \"{}\" is {}; float16 holds finite ones up "
      "to "
      "65504 only",
      bad % photo, kind, names[static_cast<std::size_t>(bad / photo)], x.data<float>()[bad]));
}

}  // namespace

FeatureWriter::FeatureWriter(const std::filesystem::path& path, const FeatureFileInfo& info,
                             bool regions)
    : encoder_(info.encoder),
      regions_(regions),
      added_(announced(info)),
      file_(path, header_bytes(info)) {
  for (const auto& [name, tensor] : info.weights) file_.append("encoder." + name, tensor);
}

void FeatureWriter::check_names(std::span<const std::string> names) const {
  for (const std::string& name : names) {
    const auto photo = added_.find(name);
    require(photo != added_.end(), "FeatureWriter: \"{}\" is none of the {} photos announced", name,
            added_.size());
    require(!photo->second, "FeatureWriter: \"{}\" was added before", name);
  }
  const std::set<std::string_view> different(names.begin(), names.end());
  require(different.size() == names.size(), "FeatureWriter: {} names of {} photos", names.size(),
          different.size());
}

void FeatureWriter::add(std::span<const std::string> names, const nn::Features& features) {
  const auto images = static_cast<std::int64_t>(names.size());
  check_names(names);
  check_shape("global", features.global, 2, images, global_shape_);
  if (regions_) check_shape("region", features.regions, 3, images, regions_shape_);
  require(!regions_ || !features.mask.defined(),
          "FeatureWriter: regions with a mask cannot be stored; every photo needs as many");
  if (images == 0) return;
  Tensor global = as_float16("global", features.global, names);
  if (regions_) {
    file_.append("regions", as_float16("region", features.regions, names));
    global_.push_back(std::move(global));
    regions_shape_ = features.regions.shape().with(0, 1);
  } else {
    file_.append("global", global);
  }
  global_shape_ = features.global.shape().with(0, 1);
  for (const std::string& name : names) added_[name] = true;
  names_.insert(names_.end(), names.begin(), names.end());
}

void FeatureWriter::finish() {
  require(!names_.empty(), "FeatureWriter: none of the {} photos announced was added",
          added_.size());
  for (const Tensor& batch : global_) file_.append("global", batch);
  global_.clear();
  file_.finish(metadata(names_, encoder_));
}

}  // namespace limn::data
