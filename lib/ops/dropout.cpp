#include "limn/ops/dropout.h"

#include "core/check.h"
#include "kernels/dropout.h"
#include "limn/core/dispatch.h"

namespace limn::ops {

Variable dropout(const Variable& x, double p, Generator& generator) {
  require(p >= 0 && p < 1, "dropout: p must be in [0, 1); got {}", p);
  if (p == 0) return x;
  const std::int64_t n = x.shape().elements();
  Tensor y(x.shape(), x.dtype());
  Tensor mask(x.shape(), DType::uint8);
  for_floating(x.dtype(), "dropout", [&]<class T>() {
    const std::uint64_t first = generator.reserve(kernels::dropout_counters(n));
    kernels::dropout<T>(n, {.p = p, .key = generator.state().seed, .first_counter = first},
                        x.value().data<T>(), mask.data<std::uint8_t>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, p, n, mask](const Tensor& dy) {
    for_floating(dy.dtype(), "dropout", [&]<class T>() {
      kernels::dropout_backward<T>(n, p, mask.data<std::uint8_t>(), dy.data<T>(),
                                   x.grad().data<T>());
    });
  });
}

}  // namespace limn::ops
