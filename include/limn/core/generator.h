// Counter-based random numbers: the same on any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "limn/core/tensor.h"

namespace limn {

/// Philox4x32-10: four 32-bit numbers from a 64-bit key and a 64-bit counter
/// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011, section 3.3).
inline std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter) {
  std::array<std::uint32_t, 4> x = {static_cast<std::uint32_t>(counter),
                                    static_cast<std::uint32_t>(counter >> 32), 0, 0};
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return x;
}

/// A stream of random numbers whose whole state is two integers. Every call that fills a tensor
/// takes the block of counters it needs, whatever the number of threads.
class Generator {
 public:
  struct State {
    std::uint64_t seed = 0;
    std::uint64_t counter = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  explicit Generator(std::uint64_t seed = 0) : state_{seed, 0} {}
  explicit Generator(State state) : state_(state) {}

  State state() const { return state_; }

  /// Reserves `counters` consecutive Philox counters and returns the first: for kernels that draw
  /// in parallel.
  std::uint64_t reserve(std::uint64_t counters);

  /// 32 random bits.
  std::uint32_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Standard normal (Box-Muller).
  double normal();
  /// Uniform integer in [0, n), n in [1, 2^63). Throws InvalidArgument for n < 1.
  std::int64_t below(std::int64_t n);

  /// Fills a float32 or float64 tensor with U(low, high).
  void fill_uniform(Tensor& tensor, double low, double high);
  /// Fills a float32 or float64 tensor with N(mean, deviation²).
  void fill_normal(Tensor& tensor, double mean, double deviation);

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
    }
  }

  /// An independent generator for item `stream` (an image, an epoch): depends on the seed and
  /// `stream` only.
  Generator fork(std::uint64_t stream) const;

 private:
  State state_;
};

}  // namespace limn
