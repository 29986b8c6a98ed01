#include <memory>

#include "limn/core/generator.h"
#include "limn/optim/adam.h"
#include "limn/optim/clip.h"
#include "measure.h"

namespace limn::bench {
namespace {

// 20 matrices [512, 1000] and as many biases: 10 million parameters with gradients.
struct Parameters {
  Parameters() {
    for (int layer = 0; layer < 20; ++layer) {
      add("weight" + std::to_string(layer), Shape{512, 1000});
      add("bias" + std::to_string(layer), Shape{512});
    }
  }

  void add(const std::string& name, const Shape& shape) {
    Tensor value(shape), gradient(shape);
    generator.fill_normal(value, 0, 0.1);
    generator.fill_normal(gradient, 0, 0.01);
    group.parameters.emplace_back(name, Variable(value, true));
    group.parameters.back().second.add_to_grad(std::move(gradient));
    count += static_cast<double>(shape.elements());
  }

  Generator generator{0};
  optim::ParameterGroup group;
  double count = 0;
};

Workload adam_step() {
  const Parameters parameters;
  const auto adam =
      std::make_shared<optim::Adam>(std::vector<optim::ParameterGroup>{parameters.group});
  adam->set_learning_rate(1e-4);
  return {"adam_step", "parameters/s", parameters.count, [adam] { adam->step(); }};
}

// A limit just below the norm: measuring and scaling.
Workload clip_norm() {
  const Parameters parameters;
  std::vector<Variable> variables;
  for (const auto& [name, variable] : parameters.group.parameters) variables.push_back(variable);
  const auto limit = std::make_shared<double>(optim::clip_norm(variables, 1e9));
  const auto step = [variables, limit] { optim::clip_norm(variables, *limit *= 0.9999); };
  return {"clip_norm", "parameters/s", parameters.count, step};
}

}  // namespace

std::vector<NamedWorkload> optim_workloads() {
  return {{"adam_step", adam_step}, {"clip_norm", clip_norm}};
}

}  // namespace limn::bench
