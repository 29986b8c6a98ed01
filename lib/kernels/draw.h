// Random columns of rows of log-probabilities.
#pragma once

#include <cstdint>

namespace limn::kernels {

struct Draw {
  std::int64_t columns = 0;                ///< of a row
  double temperature = 1;                  ///< τ > 0
  double nucleus = 1;                      ///< in (0, 1]
  const std::uint8_t* excluded = nullptr;  ///< [columns], 1 = never drawn; nullptr: none
};

/// Makes n draws. Draw i is a column of row of[i] of x [rows, columns], with a probability
/// proportional to exp(x / τ); with nucleus < 1 only the most probable columns take part, as few as
/// together reach it, of equal ones the first. u[i] in [0, 1) decides. −1 where nothing has a
/// probability above 0. Needs x without NaN and +∞.
template <class T>
void draw(const Draw& what, const T* x, std::int64_t n, const std::int64_t* of, const double* u,
          std::int32_t* drawn);

}  // namespace limn::kernels
