#include "kernels/activation.h"

#include <Eigen/Core>

#include "kernels/blocks.h"
#include "limn/core/error.h"

namespace limn::kernels {
namespace {

template <class T>
using Array = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using ConstArray = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

}  // namespace

Limits Limits::of(Activation activation) {
  switch (activation) {
    case Activation::identity: return {};
    case Activation::relu: return {.low = 0};
    case Activation::relu6: return {.low = 0, .high = 6};
    default: break;
  }
  throw InternalError("Limits: this activation has none");
}

template <class T>
void activation(Activation function, std::int64_t n, const T* x, T* y) {
  for_blocks(n, [&](std::int64_t begin, std::int64_t size) {
    const ConstArray<T> in(x + begin, size);
    Array<T> out(y + begin, size);
    switch (function) {
      case Activation::identity: out = in; break;
      case Activation::relu: out = in.max(T(0)); break;
      case Activation::relu6: out = in.max(T(0)).min(T(6)); break;
      case Activation::tanh: out = in.tanh(); break;
      case Activation::sigmoid: out = in.logistic(); break;
    }
  });
}

template <class T>
void activation_backward(Activation function, std::int64_t n, const T* y, const T* dy, T* dx) {
  for_blocks(n, [&](std::int64_t begin, std::int64_t size) {
    const ConstArray<T> out(y + begin, size);
    const ConstArray<T> dout(dy + begin, size);
    Array<T> din(dx + begin, size);
    switch (function) {
      case Activation::identity: din += dout; break;
      case Activation::relu: din += (out > T(0)).select(dout, T(0)); break;
      case Activation::relu6: din += (out > T(0) && out < T(6)).select(dout, T(0)); break;
      case Activation::tanh: din += dout * (T(1) - out.square()); break;
      case Activation::sigmoid: din += dout * out * (T(1) - out); break;
    }
  });
}

template void activation(Activation, std::int64_t, const float*, float*);
template void activation(Activation, std::int64_t, const double*, double*);
template void activation_backward(Activation, std::int64_t, const float*, const float*, float*);
template void activation_backward(Activation, std::int64_t, const double*, const double*, double*);

}  // namespace limn::kernels
