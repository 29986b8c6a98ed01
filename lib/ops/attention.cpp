#include "limn/ops/attention.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/check.h"
#include "kernels/attention.h"
#include "kernels/dropout.h"
#include "kernels/vector.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

using Spans = std::vector<AttentionSpan>;

void check_shapes(const Variable& q, const Variable& k, const Variable& v,
                  const AttentionOptions& options) {
  const std::int64_t heads = options.heads;
  require(q.shape().rank() == 2 && k.shape().rank() == 2 && v.shape().rank() == 2 &&
              q.dtype() == k.dtype() && q.dtype() == v.dtype() && q.shape()[1] == k.shape()[1] &&
              k.shape()[0] == v.shape()[0],
          "attention: q, k and v must be [N, H·dk], [M, H·dk] and [M, H·dv] of one dtype; got {}, "
          "{}, {}",
          q, k, v);
  require(
      heads >= 1 && q.shape()[1] % heads == 0 && v.shape()[1] % heads == 0 && q.shape()[1] >= heads,
      "attention: the heads must divide the widths of keys and values; got {} heads, widths {} "
      "and {}",
      heads, q.shape()[1], v.shape()[1]);
  require(std::isfinite(options.scale), "attention: scale must be finite; got {}", options.scale);
  require(options.dropout >= 0 && options.dropout < 1,
          "attention: dropout must be in [0, 1); got {}", options.dropout);
  require(options.dropout == 0 || options.generator != nullptr,
          "attention: dropout {} needs a generator; got none", options.dropout);
  const Tensor& mask = options.key_mask;
  require(!mask.defined() || (mask.dtype() == DType::uint8 && mask.shape() == Shape{k.shape()[0]}),
          "attention: key_mask must be uint8 [{}]; got {}", k.shape()[0], mask);
}

// The keys that the first query of a span sees must not all be masked.
void check_seen(const AttentionSpan& span, const AttentionOptions& options) {
  if (span.q_count == 0) return;
  const std::int64_t seen = options.causal ? span.k_count - span.q_count + 1 : span.k_count;
  bool any = seen > 0;
  if (any && options.key_mask.defined()) {
    const std::uint8_t* mask = options.key_mask.data<std::uint8_t>() + span.k_begin;
    any = std::any_of(mask, mask + seen, [](std::uint8_t m) { return m != 0; });
  }
  require(any, "attention: every query must see a key; query {} of {} sees none of keys [{}, {})",
          span.q_begin, span.q_count, span.k_begin, span.k_begin + span.k_count);
}

Spans checked_spans(std::int64_t queries, std::int64_t keys, const AttentionOptions& options) {
  Spans spans = options.spans;
  if (spans.empty()) spans.push_back({0, queries, 0, keys});
  std::vector<bool> taken(static_cast<std::size_t>(queries));
  for (const AttentionSpan& s : spans) {
    require(s.q_begin >= 0 && s.q_count >= 0 && s.q_begin + s.q_count <= queries &&
                s.k_begin >= 0 && s.k_count >= 0 && s.k_begin + s.k_count <= keys,
            "attention: a span must lie within {} queries and {} keys; got queries [{}, {}), keys "
            "[{}, {})",
            queries, keys, s.q_begin, s.q_begin + s.q_count, s.k_begin, s.k_begin + s.k_count);
    for (std::int64_t i = s.q_begin; i < s.q_begin + s.q_count; ++i) {
      require(!taken[static_cast<std::size_t>(i)],
              "attention: a query may be in one span only; got query {} in two", i);
      taken[static_cast<std::size_t>(i)] = true;
    }
    check_seen(s, options);
  }
  return spans;
}

double scale_of(double scale, std::int64_t key_width) {
  return scale != 0 ? scale : 1 / std::sqrt(static_cast<double>(key_width));
}

template <class T>
kernels::AttentionPlan plan_of(const Variable& q, const Variable& v, const AttentionOptions& o,
                               const Spans& spans) {
  const std::int64_t key_width = q.shape()[1] / o.heads;
  std::vector<kernels::AttentionSpan> list;
  for (const AttentionSpan& s : spans)
    list.push_back({s.q_begin, s.q_count, s.k_begin, s.k_count, 0, 0});
  return {{.heads = o.heads,
           .key_width = key_width,
           .value_width = v.shape()[1] / o.heads,
           .scale = scale_of(o.scale, key_width),
           .causal = o.causal},
          std::move(list),
          kernels::kLanes<T>};
}

/// The weights before and after dropout, and which it kept.
struct Weights {
  Tensor all;
  Tensor dropped;
  Tensor kept;  // undefined: all
};

template <class T>
Weights attention_weights_of(const kernels::AttentionPlan& plan, const Variable& q,
                             const Variable& k, const AttentionOptions& options) {
  const Shape shape{plan.weights()};
  Weights w{Tensor(shape, q.dtype()), {}, {}};
  const Tensor& mask = options.key_mask;
  kernels::attention_weights<T>(plan, q.value().data<T>(), k.value().data<T>(),
                                mask.defined() ? mask.data<std::uint8_t>() : nullptr,
                                w.all.data<T>());
  w.dropped = w.all;
  if (options.dropout == 0) return w;
  w.dropped = Tensor(shape, q.dtype());
  w.kept = Tensor(shape, DType::uint8);
  Generator& generator = *options.generator;
  const std::uint64_t first = generator.reserve(kernels::dropout_counters(plan.weights()));
  kernels::dropout<T>(plan.weights(),
                      {.p = options.dropout, .key = generator.state().seed, .first_counter = first},
                      w.all.data<T>(), w.kept.data<std::uint8_t>(), w.dropped.data<T>());
  return w;
}

// mean [N, columns] += the mean over the heads.
template <class T>
void add_head_means(const kernels::AttentionPlan& plan, const T* weights, std::int64_t columns,
                    T* mean) {
  const std::int64_t heads = plan.shape().heads;
  for (std::int64_t group = 0; group < plan.groups(); ++group) {
    for (const auto* span = plan.begin(group); span != plan.end(group); ++span) {
      for (std::int64_t row = 0; row < heads * span->q_count; ++row) {
        const T* from = weights + span->weights + row * span->stride;
        T* to = mean + (span->q_begin + row % span->q_count) * columns;
        for (std::int64_t j = 0; j < span->k_count; ++j) to[j] += from[j] / static_cast<T>(heads);
      }
    }
  }
}

template <class T>
Variable attention_of(const Variable& q, const Variable& k, const Variable& v,
                      const AttentionOptions& options, const Spans& spans) {
  const auto plan =
      std::make_shared<const kernels::AttentionPlan>(plan_of<T>(q, v, options, spans));
  const Weights weights = attention_weights_of<T>(*plan, q, k, options);
  Tensor y = Tensor::zeros(Shape{q.shape()[0], v.shape()[1]}, q.dtype());
  kernels::attention_values<T>(*plan, weights.dropped.data<T>(), v.value().data<T>(), y.data<T>());
  const double keep = 1 - options.dropout;
  return Variable::make(y, {q, k, v}, [=](const Tensor& dy) {
    const auto grad = [](const Variable& x) {
      return x.requires_grad() ? x.grad().data<T>() : nullptr;
    };
    const Tensor& kept = weights.kept;
    kernels::attention_backward<T>(
        *plan,
        {q.value().data<T>(), k.value().data<T>(), v.value().data<T>(), weights.all.data<T>(),
         weights.dropped.data<T>(), kept.defined() ? kept.data<std::uint8_t>() : nullptr, keep,
         dy.data<T>(), grad(q), grad(k), grad(v)});
  });
}

}  // namespace

Variable attention(const Variable& q, const Variable& k, const Variable& v,
                   const AttentionOptions& options) {
  check_shapes(q, k, v, options);
  const Spans spans = checked_spans(q.shape()[0], k.shape()[0], options);
  return for_floating(q.dtype(), "attention",
                      [&]<class T>() { return attention_of<T>(q, k, v, options, spans); });
}

Tensor attention_weights(const Variable& q, const Variable& k, const AttentionOptions& options) {
  AttentionOptions calm = options;
  calm.dropout = 0;
  check_shapes(q, k, k, calm);
  const Spans spans = checked_spans(q.shape()[0], k.shape()[0], calm);
  std::int64_t most = 0;
  for (const AttentionSpan& span : spans) most = std::max(most, span.k_count);
  Tensor mean = Tensor::zeros(Shape{q.shape()[0], most}, q.dtype());
  for_floating(q.dtype(), "attention", [&]<class T>() {
    const kernels::AttentionPlan plan = plan_of<T>(q, k, calm, spans);
    const Weights weights = attention_weights_of<T>(plan, q, k, calm);
    add_head_means(plan, weights.all.data<T>(), most, mean.data<T>());
  });
  return mean;
}

}  // namespace limn::ops
