#include "kernels/winograd.h"

#include <algorithm>
#include <array>

#include "kernels/blocks.h"
#include "kernels/im2col.h"
#include "kernels/packed_gemm.h"
#include "kernels/scratch.h"
#include "kernels/vector.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kVector = kLanes<float>;
constexpr std::int64_t kResults = 2, kPatch = 4, kPlaces = kPatch * kPatch;
// Elements of the transformed tiles and results at a time: they stay in the caches that the
// threads share.
constexpr std::int64_t kElements = std::int64_t{1} << 20;

using Values = Vector<float>;

// The one-dimensional transforms, of values that are `step` apart.
template <int step>
void transform_input(Values* d) {  // Bᵀ
  const Values d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step];
  d[0] = d0 - d2;
  d[step] = d1 + d2;
  d[2 * step] = d2 - d1;
  d[3 * step] = d1 - d3;
}

template <int from_step, int to_step>
void transform_weight(const Values* g, Values* u) {  // G
  const Values outer = 0.5f * (g[0] + g[2 * from_step]), inner = 0.5f * g[from_step];
  u[0] = g[0];
  u[to_step] = outer + inner;
  u[2 * to_step] = outer - inner;
  u[3 * to_step] = g[2 * from_step];
}

template <int from_step, int to_step>
void transform_result(const Values* m, Values* y) {  // Aᵀ
  const Values m1 = m[from_step], m2 = m[2 * from_step];
  y[0] = m[0] + m1 + m2;
  y[to_step] = m1 - m2 - m[3 * from_step];
}

// Where the first result of a tile is.
struct Tile {
  std::int64_t image, row, column;
};

Tile tile_at(const Conv2dShape& s, std::int64_t index) {
  const std::int64_t across = ceil_divide(s.output[1], kResults);
  const std::int64_t down = ceil_divide(s.output[0], kResults);
  return {index / (down * across), index / across % down * kResults, index % across * kResults};
}

// v [places, C], places `stride` apart, from the 4 x 4 pixels that a tile sees; `zeros` [C] stands
// for those outside.
void transform_tile(const Conv2dShape& s, const Tile& tile, const float* x, const float* zeros,
                    float* v, std::int64_t stride) {
  std::array<const float*, kPlaces> pixels;
  for (std::int64_t place = 0; place < kPlaces; ++place) {
    const std::int64_t row = tile.row - s.pad[0] + place / kPatch;
    const std::int64_t column = tile.column - s.pad[1] + place % kPatch;
    const bool inside = 0 <= row && row < s.input[0] && 0 <= column && column < s.input[1];
    const std::int64_t pixel = tile.image * s.in_pixels() + row * s.input[1] + column;
    pixels[static_cast<std::size_t>(place)] = inside ? x + pixel * s.in_channels : zeros;
  }
  for (std::int64_t c = 0; c < s.in_channels; c += kVector) {
    Values d[kPlaces];
#pragma GCC unroll 16
    for (std::size_t place = 0; place < kPlaces; ++place) d[place] = load(pixels[place] + c);
#pragma GCC unroll 4
    for (int i = 0; i < kPatch; ++i) transform_input<kPatch>(d + i);
#pragma GCC unroll 4
    for (int i = 0; i < kPatch; ++i) transform_input<1>(d + kPatch * i);
#pragma GCC unroll 16
    for (int place = 0; place < kPlaces; ++place) store(v + place * stride + c, d[place]);
  }
}

// The results of a tile that y has, from m [places, O], places `stride` apart.
void write_tile(const Conv2dShape& s, const Tile& tile, const float* m, std::int64_t stride,
                const WriteBack<float>& to, float* y) {
  const std::int64_t rows = std::min(kResults, s.output[0] - tile.row);
  const std::int64_t columns = std::min(kResults, s.output[1] - tile.column);
  const Values low = broadcast(to.limits.low), high = broadcast(to.limits.high);
  for (std::int64_t o = 0; o < s.out_channels; o += kVector) {
    Values all[kPlaces], half[kResults * kPatch], sum[kResults * kResults];
#pragma GCC unroll 16
    for (int place = 0; place < kPlaces; ++place) all[place] = load(m + place * stride + o);
#pragma GCC unroll 4
    for (int i = 0; i < kPatch; ++i) transform_result<kPatch, kPatch>(all + i, half + i);
#pragma GCC unroll 2
    for (int i = 0; i < kResults; ++i)
      transform_result<1, 1>(half + kPatch * i, sum + kResults * i);
    const Values bias = to.bias == nullptr ? Values{} : load(to.bias + o);
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        const std::int64_t pixel =
            tile.image * s.out_pixels() + (tile.row + i) * s.output[1] + tile.column + j;
        const std::int64_t at = pixel * s.out_channels + o;
        Values value = sum[i * kResults + j] + bias;
        if (to.residual != nullptr) value += load(to.residual + at);
        store(y + at, clamp<float>(value, low, high));
      }
    }
  }
}

// u [places, O, C] = G g Gᵀ
void transform_weights(const Conv2dShape& s, const float* w, float* u) {
  const std::int64_t size = s.out_channels * s.in_channels;
  Scratch<float> taps(s.out_channels * s.patch());
  pack_taps(s, w, taps.data());
#pragma omp parallel for schedule(static) if (size >= 65536)
  for (std::int64_t o = 0; o < s.out_channels; ++o) {
    for (std::int64_t c = 0; c < s.in_channels; c += kVector) {
      Values g[9], half[kPatch * 3], all[kPlaces];
      for (std::int64_t tap = 0; tap < 9; ++tap)
        g[tap] = load(taps.data() + (o * 9 + tap) * s.in_channels + c);
      for (int i = 0; i < 3; ++i) transform_weight<3, 3>(g + i, half + i);
      for (int i = 0; i < kPatch; ++i) transform_weight<1, 1>(half + 3 * i, all + kPatch * i);
      for (std::int64_t place = 0; place < kPlaces; ++place)
        store(u + place * size + o * s.in_channels + c, all[place]);
    }
  }
}

}  // namespace

bool WinogradConv2d::fits(const Conv2dShape& s) {
  using Pair = Conv2dShape::Pair;
  return s.kernel == Pair{3, 3} && s.stride == Pair{1, 1} && s.dilation == Pair{1, 1} &&
         s.groups == 1 && s.in_channels > 0 && s.in_channels % kVector == 0 &&
         s.out_channels % kVector == 0;
}

WinogradConv2d::WinogradConv2d(const Conv2dShape& s, const float* w, const float* scale) {
  const std::int64_t size = s.out_channels * s.in_channels;
  Scratch<float> transformed(kPlaces * size);
  transform_weights(s, w, transformed.data());
  for (std::int64_t place = 0; place < kPlaces; ++place) {
    products_.emplace_back(
        s.in_channels, s.out_channels,
        strided<float>(transformed.data() + place * size, s.in_channels, Transpose::yes), scale);
  }
}

// Blocks of tiles one after the other, each in three loops that all threads share: over tiles, over
// products, over tiles.
void WinogradConv2d::operator()(const Conv2dShape& s, const float* x,
                                const WriteBack<float>& write_back, float* y) const {
  const std::int64_t c = s.in_channels, o = s.out_channels;
  const std::int64_t tiles =
      s.batch * ceil_divide(s.output[0], kResults) * ceil_divide(s.output[1], kResults);
  if (tiles == 0 || o == 0) return;
  const std::int64_t most = std::max(kElements / (kPlaces * (c + o)), std::int64_t{48});
  const std::int64_t blocks = ceil_divide(tiles, most), size = ceil_divide(tiles, blocks);
  const std::int64_t panels = products_[0].panels();
  const std::int64_t parts = std::min<std::int64_t>(panels, thread_count());
  Scratch<float> zeros(c), v(kPlaces * size * c), m(kPlaces * size * o);
  std::fill_n(zeros.data(), c, 0.0f);
#pragma omp parallel if (tiles * c * o >= 65536)
  for (std::int64_t first = 0; first < tiles; first += size) {
    const std::int64_t count = std::min(size, tiles - first);
#pragma omp for schedule(static)
    for (std::int64_t tile = 0; tile < count; ++tile)
      transform_tile(s, tile_at(s, first + tile), x, zeros.data(), v.data() + tile * c, count * c);
#pragma omp for schedule(static)
    for (std::int64_t task = 0; task < kPlaces * parts; ++task) {
      const std::int64_t place = task / parts, part = task % parts;
      packed_gemm<float>(count, v.data() + place * count * c, c,
                         products_[static_cast<std::size_t>(place)], part * panels / parts,
                         (part + 1) * panels / parts, {}, m.data() + place * count * o, o);
    }
#pragma omp for schedule(static)
    for (std::int64_t tile = 0; tile < count; ++tile)
      write_tile(s, tile_at(s, first + tile), m.data() + tile * o, count * o, write_back, y);
  }
}

}  // namespace limn::kernels
