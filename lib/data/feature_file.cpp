#include "limn/data/feature_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "core/json.h"
#include "kernels/gather_rows.h"
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
  if (file_.contains("global")) global_ = stored("global", 2);
  if (file_.contains("regions")) regions_ = stored("regions", 3);
  if (file_.contains("mask")) mask_ = stored_mask();
  const auto encoder = file_.metadata().find("encoder");
  if (encoder != file_.metadata().end()) encoder_ = encoder->second;
}

void FeatureFile::read_names() {
  const auto found = file_.metadata().find("names");
  const bool any = file_.contains("global") || file_.contains("regions");
  if (found == file_.metadata().end() || !any) {
    throw IoError(
        path(),
        "is no feature file (\"global\" or \"regions\" and, in the metadata, \"names\" are "
        "wanted); make one with `limn features`");
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
                                      "its {} names; it is {}",
                                      name, images(), rank == 2 ? "F" : "R, F", images(), tensor));
  }
  return tensor;
}

Tensor FeatureFile::stored_mask() const {
  const Tensor mask = file_.tensor("mask");
  const Shape needed{images(), region_count()};
  if (mask.dtype() != DType::uint8 || mask.shape() != needed || !has_regions()) {
    throw IoError(path(), fmt::format("damaged feature file: \"mask\" must be uint8 {} for its "
                                      "regions; it is {}",
                                      needed, mask));
  }
  const auto values = mask.span<std::uint8_t>();
  for (std::int64_t row = 0; row < images(); ++row) {
    const auto of_row = values.subspan(static_cast<std::size_t>(row * region_count()),
                                       static_cast<std::size_t>(region_count()));
    if (std::any_of(of_row.begin(), of_row.end(), [](auto exists) { return exists != 0; }))
      continue;
    throw IoError(path(), fmt::format("damaged feature file: \"{}\" has no region in \"mask\"",
                                      names_[static_cast<std::size_t>(row)]));
  }
  return mask;
}

nn::Features FeatureFile::features(std::span<const std::int64_t> rows, bool regions) const {
  for (const std::int64_t row : rows) {
    require(0 <= row && row < images(), "FeatureFile: row {} of {} photos in {}", row, images(),
            path().native());
  }
  require(!regions || has_regions(),
          "FeatureFile: {} has no regions; make it again with `limn features --regions`",
          path().native());
  require(regions || has_global(),
          "FeatureFile: {} has regions only; the model wants global features, one vector a photo",
          path().native());
  nn::Features features;
  if (has_global()) features.global = Variable(gathered(global_, rows));
  if (regions) features.regions = Variable(gathered(regions_, rows));
  if (regions && has_mask()) {
    features.mask = Tensor(mask_.shape().with(0, std::ssize(rows)), DType::uint8);
    kernels::gather_rows(rows, static_cast<std::size_t>(region_count()), mask_.raw(),
                         features.mask.raw());
  }
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
