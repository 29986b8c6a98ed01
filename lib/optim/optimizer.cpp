#include "limn/optim/optimizer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "optim/count.h"

namespace limn::optim {
namespace {

const std::string kSteps = "steps";

Tensor counter(std::int64_t value) {
  return Tensor::full(Shape{}, static_cast<double>(value), DType::int32);
}

}  // namespace

Optimizer::Optimizer(const std::vector<ParameterGroup>& groups,
                     std::vector<std::string> state_names)
    : state_names_(std::move(state_names)) {
  for (const ParameterGroup& group : groups) {
    const std::size_t first = slots_.size();
    require(std::isfinite(group.scale) && group.scale >= 0,
            "Optimizer: the scale of a group must be finite and >= 0; got {}", group.scale);
    for (const auto& [name, parameter] : group.parameters) add(name, parameter, group.scale, first);
  }
}

// `first` is where the slots of the parameter's own group begin.
void Optimizer::add(const std::string& name, const Variable& parameter, double scale,
                    std::size_t first) {
  require(parameter.defined(), "Optimizer: parameter \"{}\" is undefined", name);
  require(is_floating(parameter.dtype()),
          "Optimizer: parameter \"{}\" must be float32 or float64; got {}", name,
          name_of(parameter.dtype()));
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    require(slots_[i].name != name, "Optimizer: two parameters are called \"{}\"", name);
    if (!(slots_[i].parameter == parameter)) continue;
    require(i >= first, "Optimizer: \"{}\" of one group is \"{}\" of another", name,
            slots_[i].name);
    return;
  }
  slots_.push_back({name, parameter, scale});
}

void Optimizer::set_learning_rate(double rate) {
  require(std::isfinite(rate) && rate >= 0,
          "Optimizer: the learning rate must be finite and >= 0; got {}", rate);
  learning_rate_ = rate;
}

void Optimizer::step() {
  std::vector<Moving> moving;
  for (Slot& slot : slots_) {
    if (!slot.parameter.requires_grad() || !slot.parameter.has_grad()) continue;
    const Tensor& value = slot.parameter.value();
    if (slot.steps++ == 0) {
      for (Tensor& state : slot.state = std::vector<Tensor>(state_names_.size()))
        state = Tensor::zeros(value.shape(), value.dtype());
    }
    moving.push_back(
        {value, slot.parameter.grad(), slot.state, learning_rate_ * slot.scale, slot.steps});
  }
  update(moving);
  ++steps_;
}

void Optimizer::clear_grad() const {
  for (const Slot& slot : slots_) slot.parameter.clear_grad();
}

std::vector<Variable> Optimizer::parameters() const {
  std::vector<Variable> parameters;
  for (const Slot& slot : slots_) parameters.push_back(slot.parameter);
  return parameters;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::state_dict() const {
  std::vector<std::pair<std::string, Tensor>> state = {{kSteps, counter(steps_)}};
  for (const Slot& slot : slots_) {
    state.emplace_back(slot.name + "." + kSteps, counter(slot.steps));
    for (std::size_t i = 0; i < slot.state.size(); ++i)
      state.emplace_back(slot.name + "." + state_names_[i], slot.state[i]);
  }
  return state;
}

std::vector<std::string> Optimizer::differences(const std::map<std::string, Tensor>& state) const {
  std::vector<std::string> found;
  std::map<std::string, Tensor> left = state;
  const auto check = [&](const std::string& name, const Shape& shape) {
    const auto other = state.find(name);
    left.erase(name);
    if (other == state.end()) {
      found.push_back(fmt::format("{} {} is missing", name, shape));
    } else if (other->second.shape() != shape) {
      found.push_back(fmt::format("{} is {} there, {} here", name, other->second.shape(), shape));
    } else {
      return true;
    }
    return false;
  };
  const auto check_counter = [&](const std::string& name) -> double {
    if (!check(name, Shape{})) return 0;
    const double count = state.at(name).item();
    if (!is_count(count)) found.push_back(fmt::format("{} is {}, no count", name, count));
    return count;
  };
  check_counter(kSteps);
  for (const Slot& slot : slots_) {
    const bool moved = check_counter(slot.name + "." + kSteps) > 0;
    for (const std::string& kind : state_names_) {
      if (moved) check(slot.name + "." + kind, slot.parameter.shape());
    }
  }
  for (const auto& [name, tensor] : left)
    found.push_back(fmt::format("{} is not known here", name));
  return found;
}

void Optimizer::load_state_dict(const std::map<std::string, Tensor>& state) {
  const std::vector<std::string> found = differences(state);
  require(found.empty(), "Optimizer::load_state_dict: {} tensors do not fit: {}", found.size(),
          fmt::join(found.begin(), found.begin() + std::min<std::ptrdiff_t>(8, std::ssize(found)),
                    "; "));
  const auto count = [&](const std::string& name) {
    return static_cast<std::int64_t>(state.at(name).item());
  };
  steps_ = count(kSteps);
  for (Slot& slot : slots_) {
    slot.steps = count(slot.name + "." + kSteps);
    slot.state.clear();
    if (slot.steps == 0) continue;
    for (const std::string& kind : state_names_)
      slot.state.push_back(state.at(slot.name + "." + kind).to(slot.parameter.dtype()).clone());
  }
}

}  // namespace limn::optim
