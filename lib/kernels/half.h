// Between float16 as it is stored and float32 as it is worked with.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

/// y[i] = x[i]; x holds the bits of float16.
void half_to_float(std::int64_t n, const std::uint16_t* x, float* y);

/// y[i] = x[i], rounded to nearest even. Returns the first i whose x[i] is NaN, infinite or beyond
/// ±65504, the largest float16, or −1; y[i] is the nearest float16, infinity or NaN there.
std::int64_t float_to_half(std::int64_t n, const float* x, std::uint16_t* y);

/// Row i of y [rows, columns] is row rows[i] of x [any, columns], in parallel.
void gather_half_rows(std::span<const std::int64_t> rows, std::int64_t columns,
                      const std::uint16_t* x, float* y);

}  // namespace limn::kernels
