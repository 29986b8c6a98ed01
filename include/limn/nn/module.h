// Module: a set of named parameters and buffers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limn/autograd/variable.h"
#include "limn/core/generator.h"

namespace limn::nn {

/// How a forward pass is run. `generator` is needed by whatever draws (dropout) while training.
struct Pass {
  bool training = false;
  Generator* generator = nullptr;
};

/// Base of everything with parameters. Names and shapes are PyTorch's, so a state dict loads as it
/// is. A module registers its parameters, buffers and children in its constructor; the lists hold
/// shared handles.
class Module {
 public:
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  using NamedVariable = std::pair<std::string, Variable>;
  using NamedTensor = std::pair<std::string, Tensor>;

  /// What an optimiser moves, in order of registration, children under "child.name".
  const std::vector<NamedVariable>& parameters() const { return parameters_; }
  /// What is saved but not optimised (running statistics).
  const std::vector<NamedTensor>& buffers() const { return buffers_; }

  /// Parameters and buffers, sharing storage.
  std::vector<NamedTensor> state_dict() const;
  /// Copies values in by name. Throws InvalidArgument naming every missing or unexpected name and
  /// every shape that differs, before anything is changed; names for which `ignore` is a prefix,
  /// and PyTorch's counters (those that end in "num_batches_tracked"), may be present and are
  /// skipped.
  void load_state_dict(const std::map<std::string, Tensor>& state,
                       const std::vector<std::string>& ignore = {});

  /// Whether the parameters require gradients.
  void set_trainable(bool trainable);
  /// Rises whenever values may have been replaced: by load_state_dict, set_trainable and
  /// mark_changed, of this module or of one that it is registered in. What is computed from frozen
  /// parameters (weights packed for inference) is good for as long as this stays the same.
  std::uint64_t version() const;
  /// For who writes into the tensors of frozen parameters or buffers in another way.
  void mark_changed() const;
  /// Forgets all gradients.
  void clear_grad() const;
  /// Number of elements of all parameters.
  std::int64_t parameter_count() const;

 protected:
  Module() = default;
  /// Registers and returns a parameter.
  Variable parameter(const std::string& name, Tensor initial);
  /// Registers and returns a buffer.
  Tensor buffer(const std::string& name, Tensor initial);
  /// Registers everything of `module` under "name.", or as its own when the name is empty; call
  /// after the child is complete.
  void child(const std::string& name, const Module& module);
  /// The same of a module that stays as it is: all that it has is a buffer here, saved but not
  /// optimised, and no gradient reaches its parameters.
  void frozen_child(const std::string& name, Module& module);

 private:
  std::vector<NamedVariable> parameters_;
  std::vector<NamedTensor> buffers_;
  /// Own version, then those of the children.
  std::vector<std::shared_ptr<std::uint64_t>> versions_{std::make_shared<std::uint64_t>(0)};
};

}  // namespace limn::nn
