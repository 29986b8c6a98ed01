#include "limn/core/generator.h"

#include <cmath>
#include <numbers>

#include "core/check.h"
#include "limn/core/dispatch.h"

namespace limn {
namespace {

double to_unit(std::uint32_t high, std::uint32_t low) {
  return static_cast<double>((std::uint64_t{high} << 32 | low) >> 11) * 0x1p-53;
}

std::pair<double, double> two_uniforms(std::uint64_t key, std::uint64_t counter) {
  const auto x = philox(key, counter);
  return {to_unit(x[0], x[1]), to_unit(x[2], x[3])};
}

std::pair<double, double> two_normals(std::uint64_t key, std::uint64_t counter) {
  const auto [u, v] = two_uniforms(key, counter);
  const double radius = std::sqrt(-2.0 * std::log1p(-u));
  const double angle = 2.0 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

// Two draws per counter, so element i comes from counter first + i / 2.
template <class Draw, class Map>
void fill_pairs(Tensor& tensor, Generator::State state, const char* op, Draw draw, Map map) {
  for_floating(tensor.dtype(), op, [&]<class T>() {
    T* values = tensor.data<T>();
    const std::int64_t n = tensor.elements();
#pragma omp parallel for if (n > 65536)
    for (std::int64_t i = 0; i < n; i += 2) {
      const auto [a, b] = draw(state.seed, state.counter + static_cast<std::uint64_t>(i / 2));
      values[i] = static_cast<T>(map(a));
      if (i + 1 < n) values[i + 1] = static_cast<T>(map(b));
    }
  });
}

}  // namespace

std::uint64_t Generator::reserve(std::uint64_t counters) {
  const std::uint64_t first = state_.counter;
  state_.counter += counters;
  return first;
}

std::uint32_t Generator::bits() { return philox(state_.seed, reserve(1))[0]; }

double Generator::uniform() { return two_uniforms(state_.seed, reserve(1)).first; }

double Generator::normal() { return two_normals(state_.seed, reserve(1)).first; }

std::int64_t Generator::below(std::int64_t n) {
  require(n >= 1, "Generator::below: n must be at least 1; got {}", n);
  const auto range = static_cast<std::uint64_t>(n);
  const std::uint64_t unbiased = ~std::uint64_t{0} - ~std::uint64_t{0} % range;
  while (true) {
    const auto x = philox(state_.seed, reserve(1));
    const std::uint64_t value = std::uint64_t{x[0]} << 32 | x[1];
    if (value < unbiased) return static_cast<std::int64_t>(value % range);
  }
}

void Generator::fill_uniform(Tensor& tensor, double low, double high) {
  fill_pairs(tensor, state_, "Generator::fill_uniform", two_uniforms,
             [&](double u) { return low + (high - low) * u; });
  reserve(static_cast<std::uint64_t>(tensor.elements() + 1) / 2);
}

void Generator::fill_normal(Tensor& tensor, double mean, double deviation) {
  fill_pairs(tensor, state_, "Generator::fill_normal", two_normals,
             [&](double z) { return mean + deviation * z; });
  reserve(static_cast<std::uint64_t>(tensor.elements() + 1) / 2);
}

Generator Generator::fork(std::uint64_t stream) const {
  const auto x = philox(state_.seed ^ 0x6C696D6E666F726Bull, stream);
  return Generator(std::uint64_t{x[0]} << 32 | x[1]);
}

}  // namespace limn
