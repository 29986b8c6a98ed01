#include "kernels/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

// Weights are whole multiples of 2^-22, so that sums of 255 · weight fit into 32 bits.
constexpr int kWeightBits = 22;
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

double support_of(ResizeFilter filter) { return filter == ResizeFilter::bilinear ? 1 : 2; }

// The filter at distance x from its centre. Bicubic: Keys, "Cubic convolution interpolation for
// digital image processing", 1981, equation 15.
double filter_at(ResizeFilter filter, double x) {
  x = std::abs(x);
  if (filter == ResizeFilter::bilinear) return x < 1 ? 1 - x : 0;
  constexpr double a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}

// Which inputs make up an output, and how much of each.
struct Taps {
  std::int64_t begin;
  std::vector<std::int32_t> weights;

  std::int64_t end() const { return begin + static_cast<std::int64_t>(weights.size()); }
};

Taps taps_of(ResizeFilter filter, const ResizeAxis& axis, std::int64_t output) {
  const double scale = static_cast<double>(axis.input) / static_cast<double>(axis.output);
  const double widening = std::max(scale, 1.0);
  const double support = support_of(filter) * widening;
  const double centre = (static_cast<double>(output) + 0.5) * scale;
  const auto begin = std::max<std::int64_t>(static_cast<std::int64_t>(centre - support + 0.5), 0);
  const auto end = std::min(static_cast<std::int64_t>(centre + support + 0.5), axis.input);
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    weights.push_back(filter_at(filter, (static_cast<double>(i) - centre + 0.5) * (1 / widening)));
    sum += weights.back();
  }
  Taps taps{begin, {}};
  for (const double weight : weights)
    taps.weights.push_back(
        static_cast<std::int32_t>(std::round(weight / sum * (1 << kWeightBits))));
  return taps;
}

std::vector<Taps> taps_of(ResizeFilter filter, const ResizeAxis& axis) {
  std::vector<Taps> taps;
  for (std::int64_t i = 0; i < axis.count; ++i)
    taps.push_back(taps_of(filter, axis, axis.first + i));
  return taps;
}

// A pixel of one row and the pixel under it, four numbers each, the last of which means nothing.
typedef std::uint16_t Pair __attribute__((vector_size(16)));
typedef std::int32_t PairSums __attribute__((vector_size(32)));
constexpr std::int64_t kPair = 8;

// Two rows and what becomes of them. Bytes are widened and narrowed a row at a time, which
// compilers do well, unlike eight at a time.
class RowPair {
 public:
  RowPair(std::int64_t inputs, std::int64_t outputs)
      : inputs_(inputs),
        outputs_(outputs),
        bytes_(std::max(inputs, outputs) * kPair),
        wide_(inputs * kPair),
        narrow_(outputs * kPair) {}

  void read(const std::uint8_t* upper, const std::uint8_t* lower) {
    std::uint8_t* pairs = bytes_.data();
    const std::int64_t last = inputs_ - 1;
    for (std::int64_t i = 0; i < last; ++i, pairs += kPair) {
      std::memcpy(pairs, upper + i * 3, 4);
      std::memcpy(pairs + 4, lower + i * 3, 4);
    }
    std::memcpy(pairs, upper + last * 3, 3);  // nothing may follow the last pixel
    std::memcpy(pairs + 4, lower + last * 3, 3);
    std::copy_n(bytes_.data(), inputs_ * kPair, wide_.data());
  }

  void resize(const std::vector<Taps>& taps) {
    std::uint16_t* to = narrow_.data();
    for (const Taps& of : taps) {
      PairSums sums = PairSums{} + kHalf;
      const std::uint16_t* from = wide_.data() + of.begin * kPair;
      for (const std::int32_t weight : of.weights) {
        Pair pair;
        std::memcpy(&pair, from, sizeof pair);
        sums += __builtin_convertvector(pair, PairSums) * weight;
        from += kPair;
      }
      sums >>= kWeightBits;
      sums = sums < 0 ? 0 : sums;
      sums = sums > 255 ? 255 : sums;
      const Pair pair = __builtin_convertvector(sums, Pair);
      std::memcpy(to, &pair, sizeof pair);
      to += kPair;
    }
  }

  // Writes one byte beyond the end of each row.
  void write(std::uint8_t* upper, std::uint8_t* lower) {
    std::transform(narrow_.data(), narrow_.data() + outputs_ * kPair, bytes_.data(),
                   [](std::uint16_t value) { return static_cast<std::uint8_t>(value); });
    const std::uint8_t* pairs = bytes_.data();
    const std::int64_t outputs = outputs_;
    for (std::int64_t i = 0; i < outputs; ++i, pairs += kPair) {
      std::memcpy(upper + i * 3, pairs, 4);
      std::memcpy(lower + i * 3, pairs + 4, 4);
    }
  }

 private:
  std::int64_t inputs_, outputs_;
  Scratch<std::uint8_t> bytes_;
  Scratch<std::uint16_t> wide_, narrow_;
};

// Rows of y are `stride` bytes apart, with room for one more byte.
void resize_columns(const std::vector<Taps>& taps, std::int64_t rows, std::int64_t width,
                    const std::uint8_t* x, std::int64_t stride, std::uint8_t* y) {
  RowPair pair(width, static_cast<std::int64_t>(taps.size()));
  for (std::int64_t row = 0; row < rows; row += 2) {
    const std::int64_t other = std::min(row + 1, rows - 1);
    pair.read(x + row * width * 3, x + other * width * 3);
    pair.resize(taps);
    pair.write(y + row * stride, y + other * stride);
  }
}

// Row 0 of x is input row `first`; its rows are `stride` bytes apart.
void resize_rows(const std::vector<Taps>& taps, std::int64_t first, std::int64_t bytes,
                 const std::uint8_t* x, std::int64_t stride, std::uint8_t* y) {
  Scratch<std::int32_t> scratch(bytes);
  std::int32_t* sums = scratch.data();
  for (const Taps& of : taps) {
    std::fill_n(sums, bytes, kHalf);
    const std::uint8_t* from = x + (of.begin - first) * stride;
    for (const std::int32_t weight : of.weights) {
#pragma omp simd
      for (std::int64_t i = 0; i < bytes; ++i) sums[i] += from[i] * weight;
      from += stride;
    }
#pragma omp simd
    for (std::int64_t i = 0; i < bytes; ++i)
      y[i] = static_cast<std::uint8_t>(std::clamp(sums[i] >> kWeightBits, 0, 255));
    y += bytes;
  }
}

}  // namespace

void resize(ResizeFilter filter, const ResizeAxis& vertical, const ResizeAxis& horizontal,
            const std::uint8_t* x, std::uint8_t* y) {
  const std::vector<Taps> rows = taps_of(filter, vertical);
  const std::int64_t first = rows.front().begin;
  const std::int64_t needed = rows.back().end() - first;
  const std::int64_t bytes = horizontal.count * 3;
  x += first * horizontal.input * 3;
  if (horizontal.input == horizontal.output) {
    resize_rows(rows, first, bytes, x + horizontal.first * 3, horizontal.input * 3, y);
    return;
  }
  const std::int64_t stride = bytes + 1;
  Scratch<std::uint8_t> narrow(needed * stride);
  resize_columns(taps_of(filter, horizontal), needed, horizontal.input, x, stride, narrow.data());
  resize_rows(rows, first, bytes, narrow.data(), stride, y);
}

}  // namespace limn::kernels
