#include "models/sinusoids.h"

#include <cmath>

namespace limn::models {

Tensor sinusoids(std::int64_t first, std::int64_t n, std::int64_t d, DType dtype) {
  Tensor table(Shape{n, d}, DType::float64);
  for (std::int64_t row = 0; row < n; ++row) {
    double* to = table.data<double>() + row * d;
    for (std::int64_t i = 0; i + 1 < d; i += 2) {
      const double angle = static_cast<double>(first + row) *
                           std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(d));
      to[i] = std::sin(angle);
      to[i + 1] = std::cos(angle);
    }
  }
  return table.to(dtype);
}

}  // namespace limn::models
