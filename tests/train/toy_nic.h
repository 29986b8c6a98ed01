// A captioner small enough that all its captions can be listed.
#pragma once

#include <cmath>
#include <functional>
#include <memory>

#include "limn/models/nic.h"
#include "support/catch.h"

namespace limn::test {

inline constexpr models::CaptionerSizes kToySizes{
    .vocabulary = 5, .begin = 1, .end = 0, .features = 3};

inline nn::Features toy_features(std::int64_t images, DType dtype = DType::float64) {
  Tensor global(Shape{images, kToySizes.features}, dtype);
  Generator(11).fill_uniform(global, -1, 1);
  return {.global = Variable(global), .regions = {}, .mask = {}};
}

inline void make_double(models::Captioner& captioner) {
  for (const auto& [name, variable] : captioner.parameters()) {
    Variable shared = variable;
    shared.value() = shared.value().to(DType::float64);
  }
}

/// In double, without dropout.
inline std::unique_ptr<models::Nic> toy_nic(std::uint64_t seed = 2) {
  Generator generator(seed);
  auto nic = std::make_unique<models::Nic>(
      models::NicOptions{
          .embedding = 4, .hidden = 4, .dropout_input = 0, .dropout_output = 0, .init = 0.8},
      kToySizes, generator);
  make_double(*nic);
  return nic;
}

/// d value / d element by central differences.
inline double numeric_gradient(Tensor values, std::int64_t element,
                               const std::function<double()>& value) {
  const NoGradGuard guard;
  double& x = values.data<double>()[element];
  const double original = x, step = 1e-5;
  x = original + step;
  const double above = value();
  x = original - step;
  const double below = value();
  x = original;
  return (above - below) / (2 * step);
}

/// The gradient of every parameter, some elements each, is that of the loss.
inline void require_loss_has_gradient(const models::Captioner& captioner,
                                      const std::function<Variable()>& loss) {
  captioner.clear_grad();
  backward(loss());
  Generator generator(5);
  for (const auto& [name, variable] : captioner.parameters()) {
    for (int k = 0; k < 4; ++k) {
      const std::int64_t e = generator.below(variable.value().elements());
      INFO(name << " element " << e);
      REQUIRE(variable.grad().data<double>()[e] ==
              Approx(numeric_gradient(variable.value(), e, [&] {
                return loss().value().item();
              })).margin(1e-7));
    }
  }
}

}  // namespace limn::test
