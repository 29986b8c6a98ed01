#include "limn/autograd/variable.h"

#include <unordered_set>
#include <utility>

#include "autograd/after_backward.h"
#include "core/check.h"
#include "core/in_use.h"
#include "kernels/elementwise.h"
#include "limn/core/dispatch.h"

namespace limn {
namespace {

thread_local bool recording = true;

// What waits for the end of a backward pass.
struct PutOff {
  std::vector<std::function<void()>> work;
};

}  // namespace

void after_backward(std::function<void()> work) {
  PutOff* waiting = InUse<PutOff>::current();
  if (waiting == nullptr) return work();
  waiting->work.push_back(std::move(work));
}

struct Variable::Node {
  std::vector<Variable> inputs;
  Backward backward;
  std::function<Tensor()> make_again = nullptr;
};

struct Variable::Impl {
  Tensor value;
  bool released = false;  // then there is no value, but these
  Shape released_shape;
  DType released_dtype = DType::float32;
  Tensor grad;
  bool requires_grad = false;
  std::unique_ptr<Node> node;

  Impl(Tensor v, bool g) : value(std::move(v)), requires_grad(g) {}
  ~Impl() { release_history(std::move(node)); }

  // A loop, not a chain of destructors: a long caption is a deep graph.
  static void release_history(std::unique_ptr<Node> first) {
    if (first == nullptr) return;
    std::vector<std::unique_ptr<Node>> pending;
    pending.push_back(std::move(first));
    while (!pending.empty()) {
      const std::unique_ptr<Node> node = std::move(pending.back());
      pending.pop_back();
      node->backward = nullptr;
      node->make_again = nullptr;
      for (Variable& input : node->inputs) {
        if (input.impl_.use_count() == 1 && input.impl_->node != nullptr) {
          pending.push_back(std::move(input.impl_->node));
        }
      }
    }
  }
};

Variable::Variable(Tensor value, bool requires_grad)
    : impl_(std::make_shared<Impl>(std::move(value), requires_grad)) {}

Variable Variable::make(Tensor value, std::vector<Variable> inputs, Backward backward) {
  Variable result(std::move(value));
  if (!recording) return result;
  for (const Variable& input : inputs) {
    if (input.requires_grad()) {
      result.impl_->requires_grad = true;
      break;
    }
  }
  if (result.impl_->requires_grad) {
    std::erase_if(inputs, [](const Variable& input) { return !input.requires_grad(); });
    result.impl_->node = std::make_unique<Node>(Node{std::move(inputs), std::move(backward)});
  }
  return result;
}

const Tensor& Variable::value() const {
  require(defined(), "Variable: undefined, but its value was asked for");
  if (!impl_->released) return impl_->value;
  require(impl_->node != nullptr, "Variable: its value was released, and backward has run since");
  const NoGradGuard guard;
  impl_->value = impl_->node->make_again();
  impl_->released = false;
  return impl_->value;
}

Tensor& Variable::value() { return const_cast<Tensor&>(std::as_const(*this).value()); }

const Shape& Variable::shape() const {
  require(defined(), "Variable: undefined, but its shape was asked for");
  return impl_->released ? impl_->released_shape : impl_->value.shape();
}

DType Variable::dtype() const {
  require(defined(), "Variable: undefined, but its dtype was asked for");
  return impl_->released ? impl_->released_dtype : impl_->value.dtype();
}

void Variable::can_be_made_again(std::function<Tensor()> make) const {
  if (defined() && impl_->node != nullptr) impl_->node->make_again = std::move(make);
}

void Variable::release_value() const {
  if (!defined() || impl_->node == nullptr || impl_->node->make_again == nullptr) return;
  impl_->released_shape = shape();
  impl_->released_dtype = dtype();
  impl_->released = true;
  impl_->value = Tensor();
}

bool Variable::requires_grad() const { return defined() && impl_->requires_grad; }

void Variable::set_requires_grad(bool requires_grad) {
  require(defined() && impl_->node == nullptr,
          "Variable: only a leaf can be told whether it requires a gradient");
  impl_->requires_grad = requires_grad;
}

bool Variable::is_leaf() const { return defined() && impl_->node == nullptr; }

bool Variable::has_grad() const { return defined() && impl_->grad.defined(); }

Tensor& Variable::grad() const {
  require(requires_grad(), "Variable: no gradient; the variable does not require one");
  if (!impl_->grad.defined()) impl_->grad = Tensor::zeros(shape(), dtype());
  return impl_->grad;
}

void Variable::add_to_grad(Tensor gradient) const {
  require(requires_grad(), "Variable: no gradient; the variable does not require one");
  require(gradient.shape() == shape(), "Variable: gradient {} of a value {}", gradient.shape(),
          shape());
  if (!impl_->grad.defined()) {
    impl_->grad = gradient.unique() ? std::move(gradient) : gradient.clone();
    return;
  }
  for_floating(dtype(), "Variable::add_to_grad", [&]<class T>() {
    kernels::axpy<T>(gradient.elements(), T(1), gradient.data<T>(), grad().data<T>());
  });
}

void Variable::clear_grad() const {
  if (defined()) impl_->grad = Tensor();
}

Variable Variable::detach() const { return Variable(value()); }

void backward(const Variable& output, const Tensor& cotangent) {
  require(output.requires_grad(), "backward: nothing behind the output requires a gradient");
  require(cotangent.shape() == output.shape(), "backward: output {} with cotangent {}",
          output.shape(), cotangent.shape());
  output.add_to_grad(cotangent.clone());

  // Depth-first post-order by an explicit stack; reversed, it visits every result before its
  // inputs.
  struct Visit {
    Variable variable;
    std::size_t next = 0;
  };
  std::vector<Variable> order;
  std::unordered_set<const Variable::Impl*> seen = {output.impl_.get()};
  std::vector<Visit> stack;
  stack.push_back({output});
  while (!stack.empty()) {
    Visit& top = stack.back();
    const Variable::Node* node = top.variable.impl_->node.get();
    if (node == nullptr || top.next == node->inputs.size()) {
      if (node != nullptr) order.push_back(top.variable);
      stack.pop_back();
      continue;
    }
    const Variable input = node->inputs[top.next++];
    if (seen.insert(input.impl_.get()).second) stack.push_back({input});
  }
  PutOff waiting;
  const InUse<PutOff> guard(waiting);
  while (!order.empty()) {
    const Variable result = std::move(order.back());
    order.pop_back();
    const std::unique_ptr<Variable::Node> node = std::move(result.impl_->node);
    if (result.has_grad()) node->backward(result.impl_->grad);
    result.impl_->grad = Tensor();
    result.impl_->requires_grad = false;
  }
  for (const auto& work : waiting.work) work();
}

void backward(const Variable& loss) {
  require(loss.value().elements() == 1,
          "backward: a loss has one element; got {} (give a cotangent)", loss.shape());
  backward(loss, Tensor::full(loss.shape(), 1.0, loss.dtype()));
}

bool gradients_are_recorded() { return recording; }

NoGradGuard::NoGradGuard() : previous_(recording) { recording = false; }

NoGradGuard::~NoGradGuard() { recording = previous_; }

}  // namespace limn
