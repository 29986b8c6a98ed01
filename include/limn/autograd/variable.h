// Variable: a tensor that remembers how it was made, and backward through that memory.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "limn/core/tensor.h"

namespace limn {

/// A shared handle: copies refer to the same value and gradient. Operations on Variables are free
/// functions in limn::ops; each makes its result with `Variable::make`.
class Variable {
 public:
  /// Adds to the gradients of the inputs, given the gradient of the result [shape of the result].
  using Backward = std::function<void(const Tensor& doutput)>;

  /// Undefined.
  Variable() = default;
  /// A leaf: a constant, or a parameter when `requires_grad`.
  explicit Variable(Tensor value, bool requires_grad = false);
  /// The result of an operation. `backward` is kept only while gradients are recorded and some
  /// input needs one; it is called once, after the gradient of the result is complete, and
  /// released.
  static Variable make(Tensor value, std::vector<Variable> inputs, Backward backward);

  bool defined() const { return impl_ != nullptr; }
  const Tensor& value() const;
  Tensor& value();
  const Shape& shape() const;
  DType dtype() const;

  /// Of an operation's result: how to compute its value again, as long as its history is there and
  /// what it is computed from has not changed.
  void can_be_made_again(std::function<Tensor()> make) const;
  /// Lets go of such a value until it is asked for again, which must be before backward has passed
  /// it: less memory for a little work. Other variables stay as they are; references that `value`
  /// and `shape` gave before are no longer valid, and what was written into the value is lost. The
  /// values that it is made from, if released too, are made first, one within the other.
  void release_value() const;

  /// Whether a gradient reaches this variable. Backward closures ask before they compute.
  bool requires_grad() const;
  void set_requires_grad(bool requires_grad);
  /// Whether no operation made it, as parameters and constants are.
  bool is_leaf() const;
  bool has_grad() const;
  /// The gradient [shape of the value]; zeros when there was none. Kernels add into it.
  Tensor& grad() const;
  /// Adds `gradient` to the gradient; takes the tensor over when there was none and nobody shares
  /// it.
  void add_to_grad(Tensor gradient) const;
  /// Forgets the gradient.
  void clear_grad() const;

  /// The same value, without its history.
  Variable detach() const;

  friend bool operator==(const Variable& a, const Variable& b) { return a.impl_ == b.impl_; }

 private:
  struct Node;
  struct Impl;
  friend void backward(const Variable&, const Tensor&);

  std::shared_ptr<Impl> impl_;
};

/// Adds d(Σ output·cotangent)/d(leaf) to the gradient of every leaf that requires one, and releases
/// the graph behind `output` on the way. Throws InvalidArgument when the shapes differ or nothing
/// requires a gradient.
void backward(const Variable& output, const Tensor& cotangent);
/// The same for a one-element output (a loss), with cotangent 1.
void backward(const Variable& loss);

/// Whether operations on this thread remember how their results were made. Default: yes.
bool gradients_are_recorded();

/// Switches recording off on this thread while it lives: for inference.
class NoGradGuard {
 public:
  NoGradGuard();
  ~NoGradGuard();
  NoGradGuard(const NoGradGuard&) = delete;
  NoGradGuard& operator=(const NoGradGuard&) = delete;

 private:
  bool previous_;
};

}  // namespace limn
