#include "kernels/column_sums.h"

#include "limn/core/generator.h"
#include "limn/core/threads.h"
#include "support/catch.h"

using namespace limn;
using namespace limn::kernels;

namespace {

std::vector<float> sums_of(const Tensor& x) {
  std::vector<float> sums(static_cast<std::size_t>(x.shape()[1]), 0.5f);
  add_column_sums<float>(x.shape()[0], x.shape()[1], x.data<float>(), sums.data());
  return sums;
}

}  // namespace

TEST_CASE("add_column_sums adds") {
  double sums[] = {10, 20};
  const double x[] = {1, 2, 3, 4, 5, 6};
  add_column_sums<double>(3, 2, x, sums);
  REQUIRE(sums[0] == 19);
  REQUIRE(sums[1] == 32);
  add_column_sums<double>(0, 2, x, sums);
  REQUIRE(sums[0] == 19);
}

TEST_CASE("add_column_sums has the same bits on any number of threads") {
  const int threads = thread_count();
  Tensor x(Shape{100, 700});
  Generator(1).fill_uniform(x, -1, 1);
  set_thread_count(1);
  const auto one = sums_of(x);
  set_thread_count(3);
  const auto three = sums_of(x);
  set_thread_count(threads);
  REQUIRE(one == three);
  double last = 0.5;
  for (std::int64_t row = 0; row < 100; ++row) last += x.data<float>()[row * 700 + 699];
  REQUIRE(one.back() == Approx(last));
}
