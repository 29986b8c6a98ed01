#include "kernels/dropout.h"

#include <algorithm>
#include <cstring>

#include "kernels/blocks.h"
#include "kernels/row_reduce.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kCounters = 64;
constexpr std::int64_t kGroup = 4 * kCounters;  // elements that 64 counters decide

// The four words of 64 consecutive counters, word by word: philox() of core/generator.h in a form
// that the compiler turns into vector instructions.
class Words {
 public:
  Words(std::uint64_t key, std::uint64_t counter) {
    for (std::size_t i = 0; i < kCounters; ++i) {
      x_[0][i] = static_cast<std::uint32_t>(counter + i);
      x_[1][i] = static_cast<std::uint32_t>((counter + i) >> 32);
      x_[2][i] = x_[3][i] = 0;
    }
    auto k0 = static_cast<std::uint32_t>(key);
    auto k1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
      mix(k0, k1);
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
  }

  const std::uint32_t* word(std::int64_t index) const { return x_[index]; }

 private:
  void mix(std::uint32_t k0, std::uint32_t k1) {
    for (std::size_t i = 0; i < kCounters; ++i) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * x_[0][i];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * x_[2][i];
      x_[0][i] = static_cast<std::uint32_t>(p1 >> 32) ^ x_[1][i] ^ k0;
      x_[1][i] = static_cast<std::uint32_t>(p1);
      x_[2][i] = static_cast<std::uint32_t>(p0 >> 32) ^ x_[3][i] ^ k1;
      x_[3][i] = static_cast<std::uint32_t>(p0);
    }
  }

  alignas(64) std::uint32_t x_[4][kCounters];
};

void draw_mask(std::int64_t n, const DropoutDraw& draw, std::int64_t group, std::uint8_t* mask) {
  const Words words(draw.key, draw.first_counter + static_cast<std::uint64_t>(group * kCounters));
  const auto threshold = static_cast<std::uint32_t>(draw.p * 0x1p32);
  for (std::int64_t begin = 0; begin < n; begin += kCounters) {
    const std::uint32_t* word = words.word(begin / kCounters);
    const std::int64_t size = std::min(kCounters, n - begin);
    for (std::int64_t i = 0; i < size; ++i) mask[begin + i] = word[i] >= threshold;
  }
}

// scale · v where the mask is 1, else 0, also of infinities; up to kLanes of the n that are left.
template <class T>
[[gnu::always_inline]] inline Vector<T> masked(const std::uint8_t* mask, std::int64_t n, T scale,
                                               const Vector<T>& v) {
  typedef std::uint8_t Bytes __attribute__((vector_size(kLanes<T>)));
  Bytes bytes{};
  std::memcpy(&bytes, mask, n >= kLanes<T> ? sizeof bytes : static_cast<std::size_t>(n));
  return __builtin_convertvector(bytes, Integers<T>) != 0 ? v * scale : broadcast<T>(0);
}

}  // namespace

std::uint64_t dropout_counters(std::int64_t n) {
  return static_cast<std::uint64_t>((n + kGroup - 1) / kGroup * kCounters);
}

template <class T>
void dropout(std::int64_t n, const DropoutDraw& draw, const T* x, std::uint8_t* mask, T* y) {
  const auto scale = static_cast<T>(1 / (1 - draw.p));
  for_blocks(
      n,
      [&](std::int64_t begin, std::int64_t size) {
        draw_mask(size, draw, begin / kGroup, mask + begin);
        for (std::int64_t i = 0; i < size; i += kLanes<T>) {
          const std::int64_t at = begin + i;
          const Vector<T> v = load_up_to<T>(x + at, size - i, T(0));
          store_up_to<T>(y + at, masked<T>(mask + at, size - i, scale, v), size - i);
        }
      },
      kGroup);
}

template <class T>
void dropout_backward(std::int64_t n, double p, const std::uint8_t* mask, const T* dy, T* dx) {
  const auto scale = static_cast<T>(1 / (1 - p));
  for_blocks(n, [&](std::int64_t begin, std::int64_t size) {
    for (std::int64_t i = 0; i < size; i += kLanes<T>) {
      const std::int64_t at = begin + i;
      const Vector<T> d = load_up_to<T>(dy + at, size - i, T(0));
      const Vector<T> before = load_up_to<T>(dx + at, size - i, T(0));
      store_up_to<T>(dx + at, before + masked<T>(mask + at, size - i, scale, d), size - i);
    }
  });
}

#define LIMN_INSTANTIATE(T)                                                             \
  template void dropout(std::int64_t, const DropoutDraw&, const T*, std::uint8_t*, T*); \
  template void dropout_backward(std::int64_t, double, const std::uint8_t*, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
