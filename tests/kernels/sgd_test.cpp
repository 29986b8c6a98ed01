#include "kernels/sgd.h"

#include <limits>
#include <vector>

#include "kernels/parameter_updates.h"
#include "support/random.h"

using namespace limn;
using test::random_values;

namespace {

const kernels::SgdRule kSgdRule = {.weight_decay = 0.1, .from_gradient = 0.5, .from_momentum = 0.7};

template <class T>
struct SgdCase {
  std::vector<T> dx;
  std::vector<std::vector<T>> changed;  // x, momentum
  bool keeps_momentum;

  SgdCase(std::int64_t n, std::uint64_t seed, bool keeps)
      : dx(random_values<T>(n, seed + 1)),
        changed{random_values<T>(n, seed), random_values<T>(n, seed + 2)},
        keeps_momentum(keeps) {}

  kernels::SgdParameter<T> pointers() {
    return {static_cast<std::int64_t>(dx.size()),
            changed[0].data(),
            dx.data(),
            keeps_momentum ? changed[1].data() : nullptr,
            0.25,
            0.9,
            0.6};
  }
};

template <class T>
void sgd_naive(const kernels::SgdRule& rule, const kernels::SgdParameter<T>& p) {
  for (std::int64_t i = 0; i < p.n; ++i) {
    const double x = static_cast<double>(p.x[i]);
    const double g = static_cast<double>(p.dx[i]) + rule.weight_decay * x;
    double direction = g;
    if (p.momentum != nullptr) {
      const double b = p.keep * static_cast<double>(p.momentum[i]) + p.gain * g;
      p.momentum[i] = static_cast<T>(b);
      direction = rule.from_gradient * g + rule.from_momentum * b;
    }
    p.x[i] = static_cast<T>(x - p.rate * direction);
  }
}

template <class T>
std::vector<SgdCase<T>> sgd_cases() {
  std::vector<SgdCase<T>> cases;
  for (const bool keeps : {false, true}) {
    for (const std::int64_t n : {1, 0, 33, 8192, 20001}) cases.emplace_back(n, 3 + n, keeps);
  }
  return cases;
}

template <class T>
void update_by_sgd(const std::vector<kernels::SgdParameter<T>>& parameters) {
  kernels::sgd<T>(kSgdRule, parameters);
}

}  // namespace

TEMPLATE_TEST_CASE("sgd over many parameters is the naive loop", "", float, double) {
  const double tolerance = 8 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  test::require_naive_update(sgd_cases<TestType>(), tolerance, update_by_sgd<TestType>,
                             [](const auto& p) { sgd_naive(kSgdRule, p); });
}

TEST_CASE("sgd has the same bits on any number of threads") {
  test::require_same_bits_on_any_number_of_threads(sgd_cases<float>(), update_by_sgd<float>);
}
