#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "kernels/step_attention.h"
#include "limn/core/dispatch.h"
#include "limn/ops/attention.h"

namespace limn::ops {
namespace {

void check_steps(const Tensor& q, const AttentionSteps& steps, std::int64_t heads) {
  require(q.shape().rank() == 2 && heads >= 1 && q.shape()[1] >= heads && q.shape()[1] % heads == 0,
          "attention_to_steps: q must be [N, H·d] for {} heads; got {}", heads, q.shape());
  const Shape rows{q.shape()[0], std::ssize(steps.keys)};
  require(
      !steps.keys.empty() && steps.keys.size() == steps.values.size(),
      "attention_to_steps: keys and values must be of as many steps, one or more; got {} and {}",
      steps.keys.size(), steps.values.size());
  require(steps.rows.defined() && steps.rows.dtype() == DType::int32 && steps.rows.shape() == rows,
          "attention_to_steps: rows must be int32 {}; got {}", rows, steps.rows);
}

// Every step has rows as wide as the queries, and as many as `rows` asks for.
void check_step(const Tensor& q, const AttentionSteps& steps, std::size_t s) {
  const Tensor& key = steps.keys[s];
  const Tensor& value = steps.values[s];
  const auto fits = [&](const Tensor& tensor) {
    return tensor.shape().rank() == 2 && tensor.shape()[1] == q.shape()[1] &&
           tensor.dtype() == q.dtype();
  };
  require(fits(key) && fits(value) && key.shape() == value.shape(),
          "attention_to_steps: keys and values of step {} must be {} [rows, {}]; got {}, {}", s,
          name_of(q.dtype()), q.shape()[1], key, value);
  const std::int32_t* rows = steps.rows.data<std::int32_t>() + s;
  for (std::int64_t n = 0; n < q.shape()[0]; ++n) {
    const std::int32_t row = rows[n * std::ssize(steps.keys)];
    require(row >= -1 && row < key.shape()[0],
            "attention_to_steps: rows of step {} must be in [-1, {}); got {} for query {}", s,
            key.shape()[0], row, n);
  }
}

void check_each_sees_a_step(const Tensor& rows) {
  const std::int64_t steps = rows.shape()[1];
  for (std::int64_t n = 0; n < rows.shape()[0]; ++n) {
    const std::int32_t* row = rows.data<std::int32_t>() + n * steps;
    require(std::any_of(row, row + steps, [](std::int32_t r) { return r >= 0; }),
            "attention_to_steps: every query must see a step; query {} sees none of {}", n, steps);
  }
}

}  // namespace

Tensor attention_to_steps(const Tensor& q, const AttentionSteps& steps, std::int64_t heads,
                          double scale) {
  check_steps(q, steps, heads);
  for (std::size_t s = 0; s < steps.keys.size(); ++s) check_step(q, steps, s);
  check_each_sees_a_step(steps.rows);
  const std::int64_t width = q.shape()[1] / heads;
  Tensor y(q.shape(), q.dtype());
  for_floating(q.dtype(), "attention_to_steps", [&]<class T>() {
    std::vector<const T*> keys, values;
    for (const Tensor& key : steps.keys) keys.push_back(key.data<T>());
    for (const Tensor& value : steps.values) values.push_back(value.data<T>());
    kernels::step_attention<T>(
        {.n = q.shape()[0],
         .steps = std::ssize(keys),
         .heads = heads,
         .width = width,
         .scale = scale != 0 ? scale : 1 / std::sqrt(static_cast<double>(width)),
         .q = q.data<T>(),
         .keys = keys.data(),
         .values = values.data(),
         .rows = steps.rows.data<std::int32_t>()},
        y.data<T>());
  });
  return y;
}

}  // namespace limn::ops
