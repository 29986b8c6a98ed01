#include "limn/data/feature_file.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/json.h"
#include "kernels/half.h"

namespace limn::data {
namespace {

constexpr std::string_view kWeights = "encoder.";

Tensor gathered(const Tensor& stored, std::span<const std::int64_t> rows) {
  Tensor result(stored.shape().with(0, static_cast<std::int64_t>(rows.size())));
  kernels::gather_half_rows(rows, stored.shape().with(0, 1).elements(),
                            static_cast<const std::uint16_t*>(stored.raw()), result.data<float>());
  return result;
}

}  // namespace

FeatureFile::FeatureFile(const std::filesystem::path& path) : file_(path) {
  read_names();
  global_ = stored("global", 2);
  if (file_.contains("regions")) regions_ = stored("regions", 3);
  const auto encoder = file_.metadata().find("encoder");
  if (encoder != file_.metadata().end()) encoder_ = encoder->second;
}

void FeatureFile::read_names() {
  const auto found = file_.metadata().find("names");
  if (found == file_.metadata().end() || !file_.contains("global")) {
    throw IoError(
        path(),
        "is no feature file (\"global\" and, in the metadata, \"names\" are wanted); make "
        "one with `limn features`");
  }
  const json list = parse_json(found->second, path());
  if (!list.is_array())
    throw IoError(path(), "damaged feature file: \"names\" in its metadata must be a list");
  for (const json& name : list) {
    if (!name.is_string()) {
      throw IoError(path(), fmt::format("damaged feature file: name {} must be text; it is {}",
                                        names_.size(), name.dump()));
    }
    names_.push_back(name.get<std::string>());
    if (!rows_.add(names_.back(), images() - 1)) {
      throw IoError(path(), fmt::format("damaged feature file: \"{}\" is there twice, in rows {} "
                                        "and {}",
                                        names_.back(), rows_.find(names_.back()), images() - 1));
    }
  }
}

Tensor FeatureFile::stored(const std::string& name, int rank) const {
  Tensor tensor = file_.tensor(name);
  const Shape& shape = tensor.shape();
  if (tensor.dtype() != DType::float16 || shape.rank() != rank || shape[0] != images()) {
    throw IoError(path(), fmt::format("damaged feature file: \"{}\" must be float16 [{}, {}] for "
                                      "its {} names; it is {} {}",
                                      name, images(), rank == 2 ? "F" : "R, F", images(),
                                      name_of(tensor.dtype()), shape.to_string()));
  }
  return tensor;
}

nn::Features FeatureFile::features(std::span<const std::int64_t> rows, bool regions) const {
  for (const std::int64_t row : rows) {
    require(0 <= row && row < images(), "FeatureFile: row {} of {} photos in {}", row, images(),
            path().string());
  }
  require(!regions || has_regions(),
          "FeatureFile: {} has no regions; make it again with `limn features --regions`",
          path().string());
  nn::Features features;
  features.global = Variable(gathered(global_, rows));
  if (regions) features.regions = Variable(gathered(regions_, rows));
  return features;
}

std::map<std::string, Tensor> FeatureFile::encoder_weights() const {
  std::map<std::string, Tensor> weights;
  for (const std::string& name : file_.names())
    if (name.starts_with(kWeights))
      weights.emplace(name.substr(kWeights.size()), file_.tensor(name));
  return weights;
}

}  // namespace limn::data
