#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "limn/core/generator.h"
#include "limn/ops/linear.h"

namespace limn::bench {
namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double peak_flops() {
  constexpr std::int64_t kSide = 1536;
  Generator generator(0);
  Tensor a(Shape{kSide, kSide}), b(Shape{kSide, kSide});
  generator.fill_normal(a, 0, 1);
  generator.fill_normal(b, 0, 1);
  const auto step = [&] { ops::linear(Variable(a), Variable(b), {}); };
  return measure({"peak", "FLOP/s", 2.0 * kSide * kSide * kSide, step}, 3).best;
}

Rate measure(const Workload& workload, int repeats) {
  constexpr double kSeconds = 1.5;
  workload.step();
  const double once = seconds_of(workload.step);
  const int inner = std::max(1, static_cast<int>(std::ceil(kSeconds / std::max(once, 1e-6))));
  std::vector<double> rates;
  for (int i = 0; i < repeats; ++i) {
    const double seconds = seconds_of([&] {
      for (int k = 0; k < inner; ++k) workload.step();
    });
    rates.push_back(workload.work * inner / seconds);
  }
  std::sort(rates.begin(), rates.end());
  return {rates[rates.size() / 2], rates.back(), rates.front()};
}

}  // namespace limn::bench
