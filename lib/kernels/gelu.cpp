#include "kernels/gelu.h"

#include <unsupported/Eigen/SpecialFunctions>

#include <Eigen/Core>
#include <numbers>

#include "kernels/blocks.h"

namespace limn::kernels {
namespace {

template <class T>
using Values = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template <class T>
using ConstValues = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;

constexpr double kCubic = 0.044715;

// √(2/π) (x + 0.044715 x³), and its derivative.
template <class Array>
auto tanh_argument(const Array& x) {
  using T = typename Array::Scalar;
  const auto root = static_cast<T>(std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
  return root * x * (T(1) + T(kCubic) * x.square());
}

template <class T>
void gelu_block(GeluForm form, const ConstValues<T>& x, Values<T> y) {
  if (form == GeluForm::erf) {
    y = T(0.5) * x * (T(1) + (x * T(std::numbers::sqrt2 / 2)).erf());
  } else {
    y = tanh_argument(x);
    y = T(0.5) * x * (T(1) + y.tanh());
  }
}

template <class T>
void gelu_backward_block(GeluForm form, const ConstValues<T>& x, const ConstValues<T>& dy,
                         Values<T> dx) {
  if (form == GeluForm::erf) {
    const auto density = T(std::numbers::inv_sqrtpi * std::numbers::sqrt2 / 2);
    dx += dy * (T(0.5) * (T(1) + (x * T(std::numbers::sqrt2 / 2)).erf()) +
                x * density * (x.square() * T(-0.5)).exp());
  } else {
    const auto root = static_cast<T>(std::numbers::sqrt2 * std::numbers::inv_sqrtpi);
    const Eigen::Array<T, Eigen::Dynamic, 1> t = tanh_argument(x).tanh();
    dx += dy * T(0.5) *
          ((T(1) + t) + x * (T(1) - t.square()) * root * (T(1) + T(3 * kCubic) * x.square()));
  }
}

}  // namespace

template <class T>
void gelu(GeluForm form, std::int64_t n, const T* x, T* y) {
  for_blocks(n, [&](std::int64_t begin, std::int64_t size) {
    gelu_block<T>(form, ConstValues<T>(x + begin, size), Values<T>(y + begin, size));
  });
}

template <class T>
void gelu_backward(GeluForm form, std::int64_t n, const T* x, const T* dy, T* dx) {
  for_blocks(n, [&](std::int64_t begin, std::int64_t size) {
    gelu_backward_block<T>(form, ConstValues<T>(x + begin, size), ConstValues<T>(dy + begin, size),
                           Values<T>(dx + begin, size));
  });
}

template void gelu(GeluForm, std::int64_t, const float*, float*);
template void gelu(GeluForm, std::int64_t, const double*, double*);
template void gelu_backward(GeluForm, std::int64_t, const float*, const float*, float*);
template void gelu_backward(GeluForm, std::int64_t, const double*, const double*, double*);

}  // namespace limn::kernels
