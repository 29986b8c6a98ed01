#include "limn/core/allocator.h"
#include "limn/ops/linear.h"
#include "limn/ops/recurrent.h"
#include "limn/ops/reshape.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/recurrences.h"

using namespace limn;
using test::Recurrence;
using test::RecurrentInputs;
using test::RecurrentSizes;

namespace {

// All elements of several results, one after the other.
Variable join(const std::vector<Variable>& results) {
  std::vector<Variable> flat;
  for (const Variable& result : results)
    flat.push_back(ops::reshape(result, Shape{result.value().elements()}));
  return ops::concatenate(flat, 0);
}

// The results of `which`, 0 the output, 1 h, 2 c.
std::vector<Variable> picked(const std::vector<Variable>& results,
                             const std::vector<std::size_t>& which) {
  std::vector<Variable> parts;
  for (const std::size_t i : which) parts.push_back(results[i]);
  return parts;
}

void check(Recurrence kind, const RecurrentSizes& sizes, const std::vector<std::size_t>& which,
           const ops::LstmOptions& options = {}) {
  INFO(test::name_of(kind) << ", " << which.size() << " results from " << which[0] << ", bias "
                           << sizes.bias << ", state " << sizes.state);
  test::require_gradients(
      [&](const std::vector<Variable>& v) {
        RecurrentInputs in = test::inputs_of(sizes, v);
        in.options = options;
        return join(picked(test::run(kind, in), which));
      },
      test::random_inputs(kind, sizes));
}

}  // namespace

TEST_CASE("gradients of recurrences, whichever results are used") {
  for (const Recurrence kind : test::kRecurrences) {
    std::vector<std::vector<std::size_t>> uses = {{0}, {1}, {0, 1}, {1, 0}};
    if (kind == Recurrence::lstm) {
      for (const auto& more : std::vector<std::vector<std::size_t>>{{2}, {0, 2}, {2, 1}, {0, 1, 2}})
        uses.push_back(more);
    }
    for (const auto& which : uses) {
      for (const bool extras : {false, true}) check(kind, {{4, 2, 1}, 2, 3, extras, extras}, which);
    }
  }
}

TEST_CASE("gradients of recurrences over equal and over single lengths") {
  for (const Recurrence kind : test::kRecurrences) {
    for (const auto& lengths :
         std::vector<std::vector<std::int64_t>>{{3, 3}, {1, 1}, {1}, {3}, {4, 4, 1, 1}}) {
      std::vector<std::size_t> all = {0, 1};
      if (kind == Recurrence::lstm) all.push_back(2);
      check(kind, {lengths, 3, 2, true, false}, all);
      check(kind, {lengths, 3, 2, false, true}, all);
    }
  }
}

TEST_CASE("gradients of lstm with a forget bias") {
  check(Recurrence::lstm, {{3, 1}, 2, 2}, {0, 1, 2}, {.forget_bias = 1});
}

TEST_CASE("a recurrence goes on from what was read of its inputs") {
  const RecurrentSizes sizes{{4, 2, 1}, 2, 3};
  for (const Recurrence kind : test::kRecurrences) {
    INFO(test::name_of(kind));
    std::vector<Variable> v;
    for (const Tensor& tensor : test::random_inputs(kind, sizes)) v.emplace_back(tensor);
    const RecurrentInputs whole = test::inputs_of(sizes, v);
    RecurrentInputs from = whole;
    from.x = ops::linear(whole.x, whole.weights.w_ih, {});
    from.weights.w_ih = {};
    const auto expected = test::run(kind, whole), results = test::run(kind, from);
    for (std::size_t i = 0; i < results.size(); ++i)
      test::require_close(results[i].value(), expected[i].value(), 1e-12);
    test::require_gradients(
        [&](const std::vector<Variable>& inputs) {
          from.x = inputs[0];
          from.weights.w_hh = inputs[1];
          return join(test::run(kind, from));
        },
        {from.x.value(), from.weights.w_hh.value()});
  }
}

TEST_CASE("a recurrence computes the gradients that are wanted") {
  const RecurrentSizes sizes{{3, 2}, 2, 3};
  for (const Recurrence kind : test::kRecurrences) {
    const std::vector<Tensor> tensors = test::random_inputs(kind, sizes);
    const auto gradients = [&](std::size_t only) {
      std::vector<Variable> v;
      for (std::size_t i = 0; i < tensors.size(); ++i)
        v.emplace_back(tensors[i].clone(), only == tensors.size() || i == only);
      const Variable joined = join(test::run(kind, test::inputs_of(sizes, v)));
      backward(joined, Tensor::full(joined.shape(), 1, DType::float64));
      return v;
    };
    const std::vector<Variable> all = gradients(tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      INFO(test::name_of(kind) << ", input " << i);
      test::require_close(gradients(i)[i].grad(), all[i].grad(), 1e-12);
    }
  }
}

TEST_CASE("gradients of recurrences in float32 over many rows are those in float64") {
  std::vector<std::int64_t> lengths;
  for (std::int64_t b = 0; b < 70; ++b) lengths.push_back(6 - b / 14);
  const RecurrentSizes sizes{lengths, 10, 67};
  for (const Recurrence kind : test::kRecurrences) {
    const auto gradients = [&](DType dtype) {
      std::vector<Variable> v;
      for (const Tensor& tensor : test::random_inputs(kind, sizes, DType::float32))
        v.emplace_back(tensor.to(dtype), true);
      const auto results = test::run(kind, test::inputs_of(sizes, v));
      const Variable joined = join(results);
      Tensor cotangent(joined.shape(), dtype);
      Generator(3).fill_uniform(cotangent, -1, 1);
      backward(joined, cotangent);
      return v;
    };
    const auto single = gradients(DType::float32);
    const auto reference = gradients(DType::float64);
    for (std::size_t i = 0; i < single.size(); ++i) {
      INFO(test::name_of(kind) << ", input " << i);
      test::require_close(single[i].grad(), reference[i].grad(), 1e-5);
    }
  }
}

TEST_CASE("recurrences keep only their results when gradients are not recorded") {
  const RecurrentSizes sizes{{30, 20}, 8, 64};
  for (const Recurrence kind : test::kRecurrences) {
    std::vector<Variable> v;
    for (const Tensor& tensor : test::random_inputs(kind, sizes)) v.emplace_back(tensor, true);
    const auto recorded = test::run(kind, test::inputs_of(sizes, v));
    const NoGradGuard guard;
    const std::size_t before = allocator_statistics().bytes_in_use;
    const auto results = test::run(kind, test::inputs_of(sizes, v));
    const std::size_t kept = allocator_statistics().bytes_in_use - before;
    std::size_t needed = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      REQUIRE(!results[i].requires_grad());
      test::require_close(results[i].value(), recorded[i].value(), 0);
      needed += results[i].value().bytes();
    }
    REQUIRE(kept <= needed + needed / 8);
  }
}

TEST_CASE("recurrences give the same bits again") {
  const RecurrentSizes sizes{std::vector<std::int64_t>(70, 3), 10, 67};
  for (const Recurrence kind : test::kRecurrences) {
    const auto gradients = [&] {
      std::vector<Variable> v;
      for (const Tensor& tensor : test::random_inputs(kind, sizes, DType::float32))
        v.emplace_back(tensor, true);
      const Variable output = test::run(kind, test::inputs_of(sizes, v))[0];
      backward(output, Tensor::full(output.shape(), 1));
      return v;
    };
    const auto first = gradients();
    const auto second = gradients();
    for (std::size_t i = 0; i < first.size(); ++i)
      test::require_close(first[i].grad(), second[i].grad(), 0);
  }
}
