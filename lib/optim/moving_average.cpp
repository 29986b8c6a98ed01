#include "limn/optim/moving_average.h"

#include <algorithm>

#include "core/check.h"
#include "kernels/moving_average.h"
#include "optim/count.h"

namespace limn::optim {
namespace {

const std::string kUpdates = "updates";

}  // namespace

MovingAverage::MovingAverage(const std::vector<ParameterGroup>& groups, double decay)
    : decay_(decay) {
  require(decay >= 0 && decay < 1, "MovingAverage: decay must be in [0, 1); got {}", decay);
  for (const ParameterGroup& group : groups) {
    for (const auto& [name, parameter] : group.parameters) {
      const bool known = std::any_of(
          slots_.begin(), slots_.end(),
          [&, &variable = parameter](auto& slot) { return slot.parameter == variable; });
      if (!known) slots_.push_back({name, parameter, parameter.value().clone()});
    }
  }
}

void MovingAverage::update() {
  const auto t = static_cast<double>(updates_++);
  const double share = 1 - std::min(decay_, (1 + t) / (10 + t));
  const auto run = [&]<class T>() {
    std::vector<kernels::Averaged<T>> ranges;
    for (Slot& slot : slots_) {
      const Tensor& value = slot.parameter.value();
      if (value.dtype() == dtype_of<T>)
        ranges.push_back({value.elements(), value.data<T>(), slot.average.data<T>()});
    }
    kernels::moving_average<T>(share, ranges);
  };
  run.operator()<float>();
  run.operator()<double>();
}

void MovingAverage::swap() {
  for (Slot& slot : slots_) std::swap(slot.parameter.value(), slot.average);
}

std::vector<std::pair<std::string, Tensor>> MovingAverage::state_dict() const {
  std::vector<std::pair<std::string, Tensor>> state = {
      {kUpdates, Tensor::full(Shape{}, static_cast<double>(updates_), DType::int32)}};
  for (const Slot& slot : slots_) state.emplace_back(slot.name, slot.average);
  return state;
}

void MovingAverage::load_state_dict(const std::map<std::string, Tensor>& state) {
  const auto check = [&](const std::string& name, const Shape& shape) {
    const auto found = state.find(name);
    require(found != state.end(), "MovingAverage::load_state_dict: {} {} is missing", name, shape);
    require(found->second.shape() == shape,
            "MovingAverage::load_state_dict: {} is {} there, {} here", name, found->second.shape(),
            shape);
  };
  check(kUpdates, Shape{});
  for (const Slot& slot : slots_) check(slot.name, slot.parameter.shape());
  const double updates = state.at(kUpdates).item();
  require(is_count(updates), "MovingAverage::load_state_dict: {} is {}, no count", kUpdates,
          updates);
  updates_ = static_cast<std::int64_t>(updates);
  for (Slot& slot : slots_) slot.average = state.at(slot.name).to(slot.parameter.dtype()).clone();
}

}  // namespace limn::optim
