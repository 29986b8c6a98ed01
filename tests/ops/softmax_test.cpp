#include "limn/ops/softmax.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("softmax and log_softmax of hand-worked values") {
  const Variable x(doubles(Shape{2, 2}, {0, std::log(3), 1000, 1000}));
  const auto p = elements_of(ops::softmax(x).value());
  REQUIRE(p[0] == Approx(0.25));
  REQUIRE(p[1] == Approx(0.75));
  REQUIRE(p[2] == 0.5);
  const auto log_p = elements_of(ops::log_softmax(x).value());
  REQUIRE(log_p[0] == Approx(std::log(0.25)));
  REQUIRE(log_p[3] == Approx(-std::log(2)));
  const auto columns = elements_of(ops::softmax(Variable(doubles(Shape{2, 1}, {2, 2})), 0).value());
  REQUIRE(columns == std::vector<double>{0.5, 0.5});
}

TEST_CASE("minus infinity is a probability of 0 without a gradient") {
  const auto masked = [] { return Variable(doubles(Shape{3}, {1, -kInf, 1}), true); };
  const Tensor cotangent = doubles(Shape{3}, {1, 5, 3});
  const Variable x = masked();
  const Variable p = ops::softmax(x);
  REQUIRE(elements_of(p.value()) == std::vector<double>{0.5, 0, 0.5});
  backward(p, cotangent);
  REQUIRE(elements_of(x.grad()) == std::vector<double>{-0.5, 0, 0.5});
  const Variable z = masked();
  const Variable log_p = ops::log_softmax(z);
  REQUIRE(log_p.value().data<double>()[1] == -kInf);
  backward(log_p, cotangent);
  REQUIRE(elements_of(z.grad()) == std::vector<double>{-1, 0, 1});
}

TEST_CASE("a row of nothing but minus infinity is NaN, and NaN spreads over its row only") {
  const double nan = std::nan("");
  const Variable x(doubles(Shape{3, 2}, {-kInf, -kInf, 0, nan, 0, 0}));
  for (const auto function : {ops::softmax, ops::log_softmax}) {
    const auto y = elements_of(function(x, -1).value());
    for (int i = 0; i < 4; ++i) REQUIRE(std::isnan(y[static_cast<std::size_t>(i)]));
    REQUIRE(std::isfinite(y[4]));
  }
}

TEST_CASE("softmax agrees with PyTorch") {
  const SafetensorsFile file(test::kGolden / "layers" / "softmax.safetensors");
  const auto compare = [&](const std::string& name, auto function, int axis) {
    const std::string mask_name = name + "/mask";
    test::check_layer({file, name, {"x"}, {"y"}}, [&](const auto& in) {
      if (!file.contains(mask_name)) return std::vector{function(in[0], axis)};
      const Tensor mask = file.tensor(mask_name);
      Tensor masked = in[0].value().clone();
      for (std::int64_t i = 0; i < masked.elements(); ++i)
        if (mask.data<std::uint8_t>()[i] == 0)
          masked.reshaped(Shape{masked.elements()}).rows(i, i + 1).fill(-kInf);
      return std::vector{
          function(Variable::make(masked, {in[0]},
                                  [in](const Tensor& dmasked) { in[0].add_to_grad(dmasked); }),
                   axis)};
    });
  };
  compare("last_axis", ops::softmax, -1);
  compare("middle_axis", ops::softmax, 1);
  compare("masked", ops::softmax, -1);
  compare("large", ops::softmax, -1);
  compare("log_last_axis", ops::log_softmax, -1);
  compare("log_middle_axis", ops::log_softmax, 1);
  compare("log_large", ops::log_softmax, -1);
  compare("log_vocabulary", ops::log_softmax, -1);
  compare("log_masked", ops::log_softmax, -1);
}

TEST_CASE("gradients of softmax and log_softmax") {
  for (const auto function : {ops::softmax, ops::log_softmax}) {
    for (const int axis : {0, 1, 2, -2}) {
      INFO("axis " << axis);
      test::require_gradients([&](const auto& in) { return function(in[0], axis); },
                              {random_tensor(Shape{2, 5, 3}, 1)});
    }
  }
}

TEST_CASE("log_softmax in float of rows of any length") {
  for (const std::int64_t n : {1, 7, 8, 9, 511, 513, 9487}) {
    const Tensor x = random_tensor(Shape{3, n}, 1, DType::float32, -20, 20);
    const Tensor y = ops::log_softmax(Variable(x)).value();
    test::require_close(y, ops::log_softmax(Variable(x.to(DType::float64))).value(), 1e-6);
    const float* row = x.data<float>() + n;
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(row[i]));
    REQUIRE(y.data<float>()[n] == Approx(row[0] - std::log(sum)).margin(1e-5));
  }
}

TEST_CASE("equal rows have equal bits, on any number of threads") {
  const int threads = thread_count();
  Tensor x(Shape{10, 777});
  const Tensor row = random_tensor(Shape{777}, 1, DType::float32);
  for (std::int64_t i = 0; i < 10; ++i) x.rows(i, i + 1).copy_from(row.reshaped(Shape{1, 777}));
  for (const int count : {1, 3}) {
    set_thread_count(count);
    const Tensor y = ops::log_softmax(Variable(x)).value();
    for (std::int64_t i = 1; i < 10; ++i)
      REQUIRE(elements_of<float>(y.rows(i, i + 1)) == elements_of<float>(y.rows(0, 1)));
  }
  set_thread_count(threads);
}

TEST_CASE("softmax of nothing, and along no axis") {
  REQUIRE(ops::softmax(Variable(doubles(Shape{0, 3}, {}))).shape() == Shape{0, 3});
  REQUIRE(ops::log_softmax(Variable(doubles(Shape{3, 0}, {}))).shape() == Shape{3, 0});
  const Variable x(doubles(Shape{2, 3}, std::vector<double>(6)));
  REQUIRE_THROWS_TEXT(ops::softmax(x, 2), InvalidArgument, "softmax: no axis 2 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::log_softmax(x, -3), InvalidArgument,
                      "log_softmax: no axis -3 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::softmax(Variable(Tensor(Shape{2}, DType::int32))), InvalidArgument,
                      "softmax: needs float32 or float64; got int32");
}
