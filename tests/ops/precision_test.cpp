// What ops give under PrecisionGuard(bfloat16).
#include "limn/core/precision.h"

#include <cmath>
#include <functional>

#include "limn/autograd/variable.h"
#include "limn/ops/conv2d.h"
#include "limn/ops/linear.h"
#include "ops/packed_weights.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::random_floats;

namespace {

using Op = std::function<Variable(const Variable& x, const Variable& w)>;

/// The result of an op that is linear in x and in w, and the gradients of both.
std::vector<Tensor> run(const Op& op, const Tensor& x, const Tensor& w, const Tensor& dy) {
  const Variable vx(x, true), vw(w, true);
  const Variable y = op(vx, vw);
  backward(y, dy);
  return {y.value(), vx.grad(), vw.grad()};
}

Tensor sizes_of(const Tensor& tensor) {
  Tensor result = tensor.clone();
  for (float& value : result.span<float>()) value = std::abs(value);
  return result;
}

/// Each element within the bound of lib/kernels/bf16_gemm.h, and some that float32 does not have.
void require_rounded(const std::vector<Tensor>& rounded, const std::vector<Tensor>& exact,
                     const std::vector<Tensor>& sums) {
  for (std::size_t i = 0; i < exact.size(); ++i) {
    INFO("result or gradient " << i);
    CHECK(test::elements_of<float>(rounded[i]) != test::elements_of<float>(exact[i]));
    for (std::int64_t j = 0; j < exact[i].elements(); ++j) {
      const float error = std::abs(rounded[i].data<float>()[j] - exact[i].data<float>()[j]);
      REQUIRE(error <= 0x1.1p-7F * sums[i].data<float>()[j]);
    }
  }
}

/// Emulated, and by the processor's instructions where it has them.
void check_in_bfloat16(const Op& op, const Shape& x_shape, const Shape& w_shape) {
  const Tensor x = random_floats(x_shape, 1), w = random_floats(w_shape, 2);
  const Tensor dy = random_floats(op(Variable(x), Variable(w)).shape(), 3);
  const auto exact = run(op, x, w, dy);
  const auto sums = run(op, sizes_of(x), sizes_of(w), sizes_of(dy));
  for (const Precision precision : {Precision::emulated_bfloat16, Precision::bfloat16}) {
    if (!is_available(precision)) continue;
    const PrecisionGuard guard(precision);
    ops::PackedWeights weights;  // packs w the second time
    const ops::PackedWeightsGuard weights_guard(weights);
    for (int time = 0; time < 2; ++time) require_rounded(run(op, x, w, dy), exact, sums);
  }
}

}  // namespace

TEST_CASE("linear maps in bfloat16") {
  const auto linear = [](const Variable& x, const Variable& w) { return ops::linear(x, w, {}); };
  check_in_bfloat16(linear, Shape{5, 70}, Shape{60, 70});
}

TEST_CASE("convolutions in bfloat16") {
  struct Case {
    const char* name;
    Shape x, w;
    ops::Conv2dOptions options;
  };
  for (const auto& [name, x, w, options] :
       {Case{"pointwise", Shape{2, 6, 5, 24}, Shape{32, 24, 1, 1}, {}},
        Case{"3x3", Shape{2, 9, 8, 16}, Shape{32, 16, 3, 3}, {.padding = ops::Padding::around(1)}},
        Case{"stride", Shape{2, 9, 8, 3}, Shape{20, 3, 3, 3}, {.stride = {2, 2}}},
        Case{"groups", Shape{2, 9, 8, 12}, Shape{20, 6, 3, 3}, {.groups = 2}}}) {
    INFO(name);
    check_in_bfloat16(
        [&](const Variable& a, const Variable& b) { return ops::conv2d(a, b, {}, options); }, x, w);
  }
}
