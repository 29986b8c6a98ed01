// Reference values of other implementations, and the rule by which they are compared.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "limn/autograd/variable.h"
#include "limn/core/safetensors.h"
#include "support/skipped.h"

namespace limn::test {

/// Small files that travel with the tests; large ones that may be absent (cases tagged [data]).
inline const std::filesystem::path kGolden = LIMN_TEST_GOLDEN;
inline const std::filesystem::path kShared = LIMN_TEST_SHARED;

/// Whether it is; a case that needs it and returns where it is not is skipped.
inline bool is_there(const std::filesystem::path& path) {
  const bool exists = std::filesystem::exists(path);
  if (!exists) skip(path.string() + " is not there");
  return exists;
}

/// |mine − reference| <= tolerance · max(1, largest finite |reference|) for every element of two
/// floating tensors of the same shape, not empty; what is not finite must be the same.
inline void require_close(const Tensor& mine, const Tensor& reference, double tolerance) {
  REQUIRE(mine.shape() == reference.shape());
  REQUIRE(mine.elements() > 0);
  const Tensor a = mine.to(DType::float64);
  const Tensor b = reference.to(DType::float64);
  double scale = 1;
  for (const double value : b.span<double>())
    if (std::isfinite(value)) scale = std::max(scale, std::abs(value));
  std::int64_t worst = 0;
  double largest = -1;
  for (std::int64_t i = 0; i < a.elements(); ++i) {
    const double x = a.data<double>()[i];
    const double y = b.data<double>()[i];
    const bool same = x == y || (std::isnan(x) && std::isnan(y));
    double error = same ? 0 : std::abs(x - y);
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    if (error > largest) {
      largest = error;
      worst = i;
    }
  }
  INFO("element " << worst << " of " << a.shape().to_string() << ": " << a.data<double>()[worst]
                  << " instead of " << b.data<double>()[worst]);
  REQUIRE(largest <= tolerance * scale);
}

/// Integers of a golden file: ids, targets, lengths.
inline std::vector<std::int32_t> golden_ids(const SafetensorsFile& file, const std::string& name) {
  const Tensor tensor = file.tensor(name);
  return {tensor.span<std::int32_t>().begin(), tensor.span<std::int32_t>().end()};
}

/// One case of golden/layers: tensors CASE/NAME, cotangents CASE/dOUTPUT, gradients CASE/dINPUT.
struct LayerCase {
  const SafetensorsFile& file;
  std::string name;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  double tolerance = 1e-5;  ///< in float32; in float64 1e-10
};

using LayerFunction = std::function<std::vector<Variable>(const std::vector<Variable>&)>;

/// Backward of Σ output · cotangent.
inline void backward_all(const std::vector<Variable>& outputs,
                         const std::vector<Tensor>& cotangents) {
  const Tensor zero = Tensor::zeros(Shape{}, outputs.at(0).dtype());
  backward(Variable::make(zero, outputs, [&](const Tensor& /*one*/) {
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].add_to_grad(cotangents.at(i));
  }));
}

/// Compares the outputs that `function` makes of the inputs, and the gradients of Σ output ·
/// cotangent by all of them, with the file's. An input that is not in the file, nor its gradient,
/// is undefined.
inline void check_layer(const LayerCase& layer, const LayerFunction& function, DType dtype) {
  INFO(layer.name << " in " << (dtype == DType::float32 ? "float32" : "float64"));
  const auto read = [&](const std::string& tensor) {
    return layer.file.tensor(layer.name + "/" + tensor);
  };
  const auto has = [&](const std::string& tensor) {
    return layer.file.contains(layer.name + "/" + tensor);
  };
  const std::string suffix = dtype == DType::float32 ? "" : ".f64";
  const double tolerance = dtype == DType::float32 ? layer.tolerance : 1e-10;
  std::vector<Variable> inputs;
  for (const std::string& input : layer.inputs)
    inputs.push_back(has(input) ? Variable(read(input).to(dtype).clone(), true) : Variable());
  const std::vector<Variable> outputs = function(inputs);
  REQUIRE(outputs.size() == layer.outputs.size());
  std::vector<Tensor> cotangents;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    require_close(outputs[i].value(), read(layer.outputs[i] + suffix), tolerance);
    cotangents.push_back(read("d" + layer.outputs[i]).to(dtype));
  }
  backward_all(outputs, cotangents);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string gradient = "d" + layer.inputs[i] + suffix;
    INFO(gradient);
    REQUIRE(inputs[i].defined() == has(gradient));
    if (inputs[i].defined()) require_close(inputs[i].grad(), read(gradient), tolerance);
  }
}

/// The same in float32 and in float64.
inline void check_layer(const LayerCase& layer, const LayerFunction& function) {
  check_layer(layer, function, DType::float32);
  check_layer(layer, function, DType::float64);
}

}  // namespace limn::test
