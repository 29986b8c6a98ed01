#include "limn/nn/module.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/check.h"

namespace limn::nn {
namespace {

bool ignored(const std::string& name, const std::vector<std::string>& prefixes) {
  if (name.ends_with("num_batches_tracked")) return true;
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return name.starts_with(prefix); });
}

bool holds_integers(const Tensor& tensor) {
  return tensor.dtype() == DType::int32 || tensor.dtype() == DType::uint8;
}

std::vector<std::string> differences(const std::vector<Module::NamedTensor>& own,
                                     const std::map<std::string, Tensor>& state,
                                     const std::vector<std::string>& ignore) {
  std::vector<std::string> found;
  std::map<std::string, Tensor> left = state;
  for (const auto& [name, tensor] : own) {
    const auto other = state.find(name);
    if (other == state.end()) {
      found.push_back(fmt::format("{} {} is missing", name, tensor.shape()));
    } else if (other->second.shape() != tensor.shape()) {
      found.push_back(
          fmt::format("{} is {} there, {} here", name, other->second.shape(), tensor.shape()));
    } else if (holds_integers(other->second) != holds_integers(tensor)) {
      found.push_back(fmt::format("{} is {} there, {} here", name, other->second, tensor));
    }
    left.erase(name);
  }
  for (const auto& [name, tensor] : left) {
    if (!ignored(name, ignore)) found.push_back(fmt::format("{} is not known here", name));
  }
  return found;
}

}  // namespace

std::vector<Module::NamedTensor> Module::state_dict() const {
  std::vector<NamedTensor> state;
  for (const auto& [name, variable] : parameters_) state.emplace_back(name, variable.value());
  state.insert(state.end(), buffers_.begin(), buffers_.end());
  return state;
}

void Module::load_state_dict(const std::map<std::string, Tensor>& state,
                             const std::vector<std::string>& ignore) {
  std::vector<NamedTensor> own = state_dict();
  const std::vector<std::string> found = differences(own, state, ignore);
  require(found.empty(), "load_state_dict: {} tensors do not fit: {}", found.size(),
          fmt::join(found.begin(), found.begin() + std::min<std::ptrdiff_t>(8, std::ssize(found)),
                    "; "));
  for (auto& [name, tensor] : own) tensor.copy_from(state.at(name));
  mark_changed();
}

void Module::set_trainable(bool trainable) {
  for (auto& [name, variable] : parameters_) variable.set_requires_grad(trainable);
  mark_changed();
}

std::uint64_t Module::version() const {
  std::uint64_t sum = 0;
  for (const auto& version : versions_) sum += *version;
  return sum;
}

void Module::mark_changed() const {
  for (const auto& version : versions_) ++*version;
}

void Module::clear_grad() const {
  for (const auto& [name, variable] : parameters_) variable.clear_grad();
}

std::int64_t Module::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& [name, variable] : parameters_) count += variable.value().elements();
  return count;
}

Variable Module::parameter(const std::string& name, Tensor initial) {
  return parameters_.emplace_back(name, Variable(std::move(initial), true)).second;
}

Tensor Module::buffer(const std::string& name, Tensor initial) {
  return buffers_.emplace_back(name, std::move(initial)).second;
}

void Module::child(const std::string& name, const Module& module) {
  const std::string prefix = name.empty() ? "" : name + ".";
  for (const auto& [inner, variable] : module.parameters_)
    parameters_.emplace_back(prefix + inner, variable);
  for (const auto& [inner, tensor] : module.buffers_) buffers_.emplace_back(prefix + inner, tensor);
  versions_.insert(versions_.end(), module.versions_.begin(), module.versions_.end());
}

void Module::frozen_child(const std::string& name, Module& module) {
  module.set_trainable(false);
  const std::string prefix = name.empty() ? "" : name + ".";
  for (const auto& [inner, tensor] : module.state_dict())
    buffers_.emplace_back(prefix + inner, tensor);
  versions_.insert(versions_.end(), module.versions_.begin(), module.versions_.end());
}

}  // namespace limn::nn
