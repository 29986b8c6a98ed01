// What somebody else's program does with limn: an operation and its gradient.
#include <cstdio>

#include "limn/autograd/variable.h"
#include "limn/ops/activation.h"
#include "limn/version.h"

int main() {
  const limn::Variable x(limn::Tensor::from(limn::Shape{3}, std::vector<float>{-1, 2, 8}), true);
  const limn::Variable y = limn::ops::relu6(x);
  limn::backward(y, limn::Tensor::full(y.shape(), 1));
  const float* dx = x.grad().data<float>();
  std::printf("limn %s: relu6 %s, gradient %g %g %g\n", LIMN_VERSION, y.shape().to_string().c_str(),
              dx[0], dx[1], dx[2]);
  return dx[0] == 0 && dx[1] == 1 && dx[2] == 0 ? 0 : 1;
}
