// What x [..., F], weight [G, F] and bias [G] of an affine map have in common.
#pragma once

#include <cstdint>

#include "limn/autograd/variable.h"

namespace limn::ops {

struct LinearShape {
  std::int64_t rows = 0;     ///< of x as a matrix
  std::int64_t inputs = 0;   ///< F
  std::int64_t outputs = 0;  ///< G
};

/// Throws InvalidArgument in the name of `op` when they do not fit; bias may be undefined.
LinearShape linear_shape(const char* op, const Variable& x, const Variable& weight,
                         const Variable& bias);
/// The part of that which holds however the weight lies: bias [outputs], one dtype.
void check_linear_operands(const char* op, const Variable& x, const Variable& weight,
                           const Variable& bias, std::int64_t outputs);

}  // namespace limn::ops
