// An operation of one's own with its gradient, a layer made of it, and the proof that both are
// right.
#include <cmath>
#include <cstdio>

#include "limn/autograd/gradient_check.h"
#include "limn/core/dispatch.h"
#include "limn/nn/linear.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reduce.h"
#include "limn/optim/optimizer_config.h"

namespace {

using limn::Tensor;
using limn::Variable;

/// y = t ⊙ h + (1 − t) ⊙ x (Srivastava et al., "Highway Networks", 2015, equation (3)); x, h, t of
/// one shape.
Variable highway(const Variable& x, const Variable& h, const Variable& t) {
  if (h.shape() != x.shape() || t.shape() != x.shape()) {
    throw limn::InvalidArgument("highway: x, h and t must have one shape; got " +
                                x.shape().to_string() + ", " + h.shape().to_string() + " and " +
                                t.shape().to_string());
  }
  Tensor y(x.shape(), x.dtype());
  limn::for_floating(x.dtype(), "highway", [&]<class T>() {
    const T *xs = x.value().data<T>(), *hs = h.value().data<T>(), *ts = t.value().data<T>();
    T* ys = y.data<T>();
    for (std::int64_t i = 0; i < y.elements(); ++i) ys[i] = ts[i] * hs[i] + (1 - ts[i]) * xs[i];
  });
  return Variable::make(y, {x, h, t}, [x, h, t](const Tensor& dy) {
    limn::for_floating(dy.dtype(), "highway", [&]<class T>() {
      const T *xs = x.value().data<T>(), *hs = h.value().data<T>(), *ts = t.value().data<T>();
      const T* dys = dy.data<T>();
      // A gradient may come from several uses: always add, and only where one is wanted.
      T* dx = x.requires_grad() ? x.grad().data<T>() : nullptr;
      T* dh = h.requires_grad() ? h.grad().data<T>() : nullptr;
      T* dt = t.requires_grad() ? t.grad().data<T>() : nullptr;
      for (std::int64_t i = 0; i < dy.elements(); ++i) {
        if (dx) dx[i] += (1 - ts[i]) * dys[i];
        if (dh) dh[i] += ts[i] * dys[i];
        if (dt) dt[i] += (hs[i] - xs[i]) * dys[i];
      }
    });
  });
}

/// h = tanh(W_h x + b_h), t = σ(W_t x + b_t): what goes on as it is and what is changed is learned.
class Highway : public limn::nn::Module {
 public:
  Highway(std::int64_t width, limn::Generator& generator)
      : change_({width, width}, generator), gate_({width, width}, generator) {
    child("change", change_);
    child("gate", gate_);
  }

  Variable forward(const Variable& x) const {
    const Variable h = limn::ops::tanh(change_.forward(x));
    const Variable t = limn::ops::sigmoid(gate_.forward(x));
    return highway(x, h, t);
  }

 private:
  limn::nn::Linear change_, gate_;
};

Tensor random(limn::Shape shape, limn::DType dtype, limn::Generator& generator) {
  Tensor values(shape, dtype);
  generator.fill_uniform(values, -1, 1);
  return values;
}

bool gradients_hold(limn::Generator& generator) {
  std::vector<Tensor> inputs;
  for (int i = 0; i < 3; ++i) inputs.push_back(random({2, 5}, limn::DType::float64, generator));
  const auto check = limn::check_gradients(
      [](const std::vector<Variable>& of) { return highway(of[0], of[1], of[2]); }, inputs);
  std::printf("gradient of highway: largest error %.1e (%s)\n", check.largest_error,
              check.worst.c_str());
  return check.ok;
}

/// Teaches a layer to let the first half of x pass and to turn the second half round; the mean
/// squared error afterwards.
double error_after_training(limn::Generator& generator) {
  constexpr std::int64_t kRows = 64, kWidth = 4;
  const Tensor x = random({kRows, kWidth}, limn::DType::float32, generator);
  Tensor target = x.clone();
  for (std::int64_t i = 0; i < x.elements(); ++i) {
    if (i % kWidth >= kWidth / 2) target.data<float>()[i] *= -1;
  }
  const Highway layer(kWidth, generator);
  for (const auto& [name, parameter] : layer.parameters())
    std::printf("%-14s %s\n", name.c_str(), parameter.shape().to_string().c_str());
  const auto adam = limn::optim::make_optimizer({.name = "adam"}, {{layer.parameters()}});
  adam->set_learning_rate(0.02);
  double error = 0;
  for (int step = 0; step < 300; ++step) {
    const Variable difference = limn::ops::subtract(layer.forward(Variable(x)), Variable(target));
    const Variable loss = limn::ops::mean(limn::ops::multiply(difference, difference));
    error = loss.value().item();
    if (step % 100 == 0) std::printf("step %3d: mean squared error %.4f\n", step, error);
    adam->clear_grad();
    backward(loss);
    adam->step();
  }
  std::printf("in the end: mean squared error %.4f\n", error);
  return error;
}

}  // namespace

int main() {
  limn::Generator generator(1);
  const bool ok = gradients_hold(generator);
  return ok && error_after_training(generator) < 0.02 ? 0 : 1;
}
