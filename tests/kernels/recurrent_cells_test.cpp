#include <cmath>
#include <functional>
#include <vector>

#include "kernels/gru_cell.h"
#include "kernels/lstm_cell.h"
#include "kernels/rnn_cell.h"
#include "support/difference.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;

namespace {

constexpr std::int64_t kRows = 3;
constexpr std::int64_t kHidden = 11;
constexpr std::int64_t kSize = kRows * kHidden;

using Values = std::vector<double>;

Values random_doubles(std::int64_t n, std::uint64_t seed) {
  return test::random_values<double>(n, seed, -2, 2);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// d(loss)/dx by central differences.
Values numeric(Values x, const std::function<double(const Values&)>& loss) {
  Values gradient(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double original = x[i];
    x[i] = original + 1e-6;
    const double above = loss(x);
    x[i] = original - 1e-6;
    gradient[i] = (above - loss(x)) / 2e-6;
    x[i] = original;
  }
  return gradient;
}

void require_near(const Values& a, const Values& b, double tolerance = 1e-7) {
  REQUIRE(test::largest_difference(a, b) <= tolerance);
}

// Element [row, gate, j] of gates.
std::size_t gate_at(std::size_t i, std::size_t gate, std::size_t gates = 4) {
  return (i / kHidden * gates + gate) * kHidden + i % kHidden;
}

struct Lstm {
  Values gates;
  Values c;
  Values h = Values(kSize);

  Lstm(Values products, const Values& bias, const Values& c_before)
      : gates(std::move(products)), c(c_before) {
    lstm_cell<double>({kRows, kHidden, c.data(), gates.data(), c.data(), h.data()}, bias.data());
  }
};

struct Gru {
  Values gates;
  Values h = Values(kSize);

  Gru(Values products, const Values& bias, const Values& h_before) : gates(std::move(products)) {
    gru_cell<double>({kRows, kHidden, h_before.data(), gates.data(), h.data()}, bias.data());
  }
};

}  // namespace

TEST_CASE("lstm_cell element by element") {
  const Values products = random_doubles(4 * kSize, 1);
  const Values bias = random_doubles(4 * kHidden, 2);
  const Values before = random_doubles(kSize, 3);
  const Lstm cell(products, bias, before);
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto sum = [&](std::size_t gate) {
      return products[gate_at(i, gate)] + bias[gate * kHidden + i % kHidden];
    };
    const double c = sigmoid(sum(1)) * before[i] + sigmoid(sum(0)) * std::tanh(sum(2));
    REQUIRE(cell.c[i] == Approx(c));
    REQUIRE(cell.h[i] == Approx(sigmoid(sum(3)) * std::tanh(c)));
    REQUIRE(cell.gates[gate_at(i, 3)] == Approx(sigmoid(sum(3))));
  }
}

TEST_CASE("lstm_cell_backward by central differences") {
  const Values products = random_doubles(4 * kSize, 1);
  const Values bias = random_doubles(4 * kHidden, 2);
  const Values before = random_doubles(kSize, 3);
  const Values doutput = random_doubles(kSize, 4);
  Values dh = random_doubles(kSize, 5);
  Values dc = random_doubles(kSize, 6);
  Values total = dh;
  for (std::size_t i = 0; i < total.size(); ++i) total[i] += doutput[i];
  const auto loss = [&, dcell = dc](const Values& p, const Values& c) {
    const Lstm cell(p, bias, c);
    return dot(cell.h, total) + dot(cell.c, dcell);
  };
  Lstm cell(products, bias, before);
  lstm_cell_backward<double>(
      {kRows, kHidden, before.data(), cell.gates.data(), cell.c.data(), cell.h.data()},
      {doutput.data(), dh.data(), dc.data()});
  require_near(cell.gates, numeric(products, [&](const auto& p) { return loss(p, before); }));
  require_near(dc, numeric(before, [&](const auto& c) { return loss(products, c); }));
  require_near(dh, Values(kSize), 0);
}

TEST_CASE("lstm_cell of saturated gates is finite") {
  for (const float huge : {1e4f, -1e4f}) {
    std::vector<float> gates(4 * kHidden, huge);
    const std::vector<float> bias(4 * kHidden);
    std::vector<float> c(kHidden, 0.5f);
    const std::vector<float> before = c;
    std::vector<float> h(kHidden);
    const LstmStep<float> step{1, kHidden, before.data(), gates.data(), c.data(), h.data()};
    lstm_cell<float>(step, bias.data());
    REQUIRE(c[0] == Approx(huge > 0 ? 1.5 : 0).margin(1e-6));
    REQUIRE(h[0] == Approx(huge > 0 ? std::tanh(1.5) : 0).margin(1e-6));
    const std::vector<float> doutput(kHidden, 1);
    std::vector<float> dh(kHidden);
    std::vector<float> dc(kHidden);
    lstm_cell_backward<float>(step, {doutput.data(), dh.data(), dc.data()});
    for (const float dgate : gates) REQUIRE(dgate == Approx(0).margin(1e-6));
  }
}

TEST_CASE("gru_cell element by element") {
  const Values products = random_doubles(4 * kSize, 1);
  const Values bias = random_doubles(4 * kHidden, 2);
  const Values before = random_doubles(kSize, 3);
  const Gru cell(products, bias, before);
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto sum = [&](std::size_t gate) {
      return products[gate_at(i, gate)] + bias[gate * kHidden + i % kHidden];
    };
    const double z = sigmoid(sum(2));
    const double n = std::tanh(sum(0) + sigmoid(sum(1)) * sum(3));
    REQUIRE(cell.h[i] == Approx((1 - z) * n + z * before[i]));
  }
}

TEST_CASE("gru_cell_backward by central differences") {
  const Values products = random_doubles(4 * kSize, 1);
  const Values bias = random_doubles(4 * kHidden, 2);
  const Values before = random_doubles(kSize, 3);
  const Values doutput = random_doubles(kSize, 4);
  Values dh = random_doubles(kSize, 5);
  Values total = dh;
  for (std::size_t i = 0; i < total.size(); ++i) total[i] += doutput[i];
  Gru cell(products, bias, before);
  gru_cell_backward<double>({kRows, kHidden, before.data(), cell.gates.data(), cell.h.data()},
                            doutput.data(), dh.data());
  require_near(cell.gates, numeric(products, [&](const auto& p) {
                 return dot(Gru(p, bias, before).h, total);
               }));
  require_near(
      dh, numeric(before, [&](const auto& h) { return dot(Gru(products, bias, h).h, total); }));
}

TEST_CASE("rnn_cell and its backward") {
  const Values products = random_doubles(kSize, 1);
  const Values bias = random_doubles(kHidden, 2);
  const Values doutput = random_doubles(kSize, 3);
  Values h = products;
  rnn_cell<double>({kRows, kHidden, h.data()}, bias.data());
  Values dh = random_doubles(kSize, 4);
  Values expected(kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    REQUIRE(h[i] == Approx(std::tanh(products[i] + bias[i % kHidden])));
    expected[i] = (doutput[i] + dh[i]) * (1 - h[i] * h[i]);
  }
  Values dgates(kSize);
  rnn_cell_backward<double>({kRows, kHidden, h.data()}, doutput.data(), dh.data(), dgates.data());
  require_near(dgates, expected, 1e-12);
  require_near(dh, Values(kSize), 0);
}

TEST_CASE("lstm_cell in float32 is that in float64 to a few roundings") {
  const std::int64_t m = 20;
  const std::int64_t d = 300;
  const Values products = random_doubles(m * 4 * d, 1);
  const Values bias = random_doubles(4 * d, 2);
  Values gates = products;
  Values c(static_cast<std::size_t>(m * d));
  Values h = c;
  lstm_cell<double>({m, d, c.data(), gates.data(), c.data(), h.data()}, bias.data());
  std::vector<float> gates_float(products.begin(), products.end());
  const std::vector<float> bias_float(bias.begin(), bias.end());
  std::vector<float> c_float(c.size());
  std::vector<float> h_float(c.size());
  lstm_cell<float>({m, d, c_float.data(), gates_float.data(), c_float.data(), h_float.data()},
                   bias_float.data());
  for (std::size_t i = 0; i < h.size(); ++i) REQUIRE(std::abs(h[i] - h_float[i]) < 1e-6);
}
