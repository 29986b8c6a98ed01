#include <cstring>

#include "limn/core/error.h"
#include "limn/ops/attention.h"
#include "support/difference.h"

using namespace limn;
using ops::AttentionSteps;
using test::random_tensor;

namespace {

/// Three steps of 1, 4 and 2 rows; five queries that descend from them.
AttentionSteps steps_of(DType dtype, std::int64_t width) {
  AttentionSteps steps;
  std::uint64_t seed = 1;
  for (const std::int64_t rows : {1, 4, 2}) {
    steps.keys.push_back(random_tensor(Shape{rows, width}, seed++).to(dtype));
    steps.values.push_back(random_tensor(Shape{rows, width}, seed++).to(dtype));
  }
  steps.rows = Tensor::from(Shape{5, 3},
                            std::vector<std::int32_t>{0, 3, 1, 0, 0, 0, 0, 3, 0, 0, 1, 1, 0, 2, 0});
  return steps;
}

/// What one query sees, in a row.
Variable gathered(const std::vector<Tensor>& steps, const Tensor& rows, std::int64_t query) {
  Tensor all(Shape{std::ssize(steps), steps[0].shape()[1]}, steps[0].dtype());
  for (std::int64_t s = 0; s < std::ssize(steps); ++s) {
    const std::int64_t row = rows.data<std::int32_t>()[query * std::ssize(steps) + s];
    all.rows(s, s + 1).copy_from(steps[static_cast<std::size_t>(s)].rows(row, row + 1));
  }
  return Variable(all);
}

}  // namespace

TEST_CASE("attention_to_steps sees what each query descends from") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    for (const std::int64_t heads : {1, 2, 6}) {
      const AttentionSteps steps = steps_of(dtype, 12);
      const Tensor q = random_tensor(Shape{5, 12}, 9).to(dtype);
      for (const double scale : {0.0, 3.0}) {
        const Tensor y = ops::attention_to_steps(q, steps, heads, scale);
        for (std::int64_t n = 0; n < 5; ++n) {
          const Variable expected = ops::attention(
              Variable(q.rows(n, n + 1).clone()), gathered(steps.keys, steps.rows, n),
              gathered(steps.values, steps.rows, n), {.heads = heads, .scale = scale});
          REQUIRE(test::largest_difference(y.rows(n, n + 1).clone(), expected.value()) < 1e-6);
        }
      }
    }
  }
}

TEST_CASE("attention_to_steps does not see a step that is left out") {
  AttentionSteps steps = steps_of(DType::float32, 12);
  const Tensor q = random_tensor(Shape{5, 12}, 9).to(DType::float32);
  steps.rows = steps.rows.clone();
  for (std::int64_t n = 0; n < 5; ++n) steps.rows.data<std::int32_t>()[3 * n + 1] = -1;
  AttentionSteps others{{steps.keys[0], steps.keys[2]},
                        {steps.values[0], steps.values[2]},
                        Tensor(Shape{5, 2}, DType::int32)};
  for (std::int64_t n = 0; n < 5; ++n)
    for (std::int64_t s = 0; s < 2; ++s)
      others.rows.data<std::int32_t>()[2 * n + s] = steps.rows.data<std::int32_t>()[3 * n + 2 * s];
  REQUIRE(test::largest_difference(ops::attention_to_steps(q, steps, 2),
                                   ops::attention_to_steps(q, others, 2)) < 1e-6);
}

TEST_CASE("attention_to_steps says what does not fit") {
  const AttentionSteps good = steps_of(DType::float32, 4);
  const Tensor q = Tensor::zeros(Shape{5, 4});
  REQUIRE_THROWS_TEXT(ops::attention_to_steps(q, good, 3), InvalidArgument,
                      "attention_to_steps: q must be [N, H·d] for 3 heads; got [5, 4]");
  REQUIRE_THROWS_TEXT(ops::attention_to_steps(q, {}, 1), InvalidArgument,
                      "attention_to_steps: keys and values must be of as many steps, one or more; "
                      "got 0 and 0");
  REQUIRE_THROWS_TEXT(ops::attention_to_steps(Tensor::zeros(Shape{4, 4}), good, 1), InvalidArgument,
                      "attention_to_steps: rows must be int32 [4, 3]; got int32 [5, 3]");
  AttentionSteps bad = good;
  bad.values[1] = Tensor::zeros(Shape{4, 5});
  REQUIRE_THROWS_TEXT(
      ops::attention_to_steps(q, bad, 1), InvalidArgument,
      "attention_to_steps: keys and values of step 1 must be float32 [rows, 4]; got "
      "float32 [4, 4], float32 [4, 5]");
  bad = good;
  bad.rows = good.rows.clone();
  bad.rows.data<std::int32_t>()[7] = 4;
  REQUIRE_THROWS_TEXT(ops::attention_to_steps(q, bad, 1), InvalidArgument,
                      "attention_to_steps: rows of step 1 must be in [-1, 4); got 4 for query 2");
  bad.rows = Tensor::full(Shape{5, 3}, -1, DType::int32);
  REQUIRE_THROWS_TEXT(ops::attention_to_steps(q, bad, 1), InvalidArgument,
                      "attention_to_steps: every query must see a step; query 0 sees none of 3");
}
