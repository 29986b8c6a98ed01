#include "kernels/attention.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "kernels/few_rows_gemm.h"
#include "kernels/row_reduce.h"
#include "kernels/scratch.h"
#include "kernels/tile_gemm.h"

namespace limn::kernels {
namespace {

template <class T>
constexpr T kUnseen = -std::numeric_limits<T>::infinity();

// So few queries do not pay for turning the keys over.
constexpr std::int64_t kFewQueries = 3;

/// The rows [begin, begin + n) of one head of a matrix, turned over: [width, stride]. Spans that
/// share them find them made.
template <class T>
class Turned {
 public:
  explicit Turned(T* storage) : storage_(storage) {}

  const T* of(const T* rows, std::int64_t n, std::int64_t width, std::int64_t ld,
              std::int64_t stride) {
    if (rows == rows_ && n == n_) return storage_;
    rows_ = rows;
    n_ = n;
    for (std::int64_t j = 0; j < stride; j += kLanes<T>) turn(j, width, ld, stride);
    return storage_;
  }

 private:
  void turn(std::int64_t j, std::int64_t width, std::int64_t ld, std::int64_t stride) {
    const std::int64_t lanes = std::min(kLanes<T>, n_ - j);
    const T* from = rows_ + j * ld;
    for (std::int64_t p = 0; p < width; ++p) {
      T* to = storage_ + p * stride + j;
      if (lanes == kLanes<T>) {
        for (std::int64_t lane = 0; lane < kLanes<T>; ++lane) to[lane] = from[lane * ld + p];
      } else {
        for (std::int64_t lane = 0; lane < kLanes<T>; ++lane)
          to[lane] = lane < lanes ? from[lane * ld + p] : T(0);
      }
    }
  }

  T* storage_;
  const T* rows_ = nullptr;
  std::int64_t n_ = 0;
};

// Calls body(group, head, two scratch arrays of the given sizes) for all of them, in parallel.
template <class T, class Body>
void for_each_head(const AttentionPlan& plan, std::int64_t first, std::int64_t second,
                   Body&& body) {
  const std::int64_t heads = plan.shape().heads;
  const std::int64_t tasks = plan.groups() * heads;
  const std::int64_t work = plan.weights() * (plan.shape().key_width + plan.shape().value_width);
  const bool parallel = tasks > 1 && work >= 65536;
  const ThreadScratch<T> scratch(parallel, first + second);
  // Neighbouring groups take about as long: captions are sorted by length.
#pragma omp parallel for schedule(static, 1) if (parallel)
  for (std::int64_t task = 0; task < tasks; ++task)
    body(task / heads, task % heads, scratch.mine(), scratch.mine() + first);
}

// softmax of the scores of one query, in place; `seen` of its keys may be seen.
template <class T>
void normalise(const AttentionSpan& span, std::int64_t seen, const std::uint8_t* mask, T* row) {
  std::fill(row + seen, row + span.stride, kUnseen<T>);
  for (std::int64_t j = 0; mask != nullptr && j < seen; ++j)
    if (mask[span.k_begin + j] == 0) row[j] = kUnseen<T>;
  const auto scale =
      static_cast<T>(1 / row_exp<T>(span.stride, row, row_max(span.stride, row), row));
#pragma omp simd
  for (std::int64_t j = 0; j < span.stride; ++j) row[j] *= scale;
}

// dweights to dscores, in place.
template <class T>
void normalise_backward(std::int64_t n, const T* weights, T* d) {
  const auto dot = static_cast<T>(row_sum<T>(
      n, weights, T(0),
      [&](std::int64_t i, const Vector<T>& w) -> Vector<T> { return w * load<T>(d + i); }));
#pragma omp simd
  for (std::int64_t j = 0; j < n; ++j) d[j] = weights[j] * (d[j] - dot);
}

template <class T>
void drop(std::int64_t n, const std::uint8_t* kept, T scale, T* d) {
#pragma omp simd
  for (std::int64_t j = 0; j < n; ++j) d[j] = kept[j] != 0 ? d[j] * scale : T(0);
}

// The gradients of one head of one span.
template <class T>
void span_backward(const AttentionShape& shape, const AttentionSpan& span, std::int64_t head,
                   const AttentionGradients<T>& g, Turned<T>& turned, T* d) {
  const std::int64_t key_row = shape.heads * shape.key_width;
  const std::int64_t value_row = shape.heads * shape.value_width;
  const std::int64_t q_at = span.q_begin * key_row + head * shape.key_width;
  const std::int64_t k_at = span.k_begin * key_row + head * shape.key_width;
  const std::int64_t v_at = span.k_begin * value_row + head * shape.value_width;
  const T* dy = g.dy + span.q_begin * value_row + head * shape.value_width;
  const std::int64_t n = span.q_count * span.stride;
  const std::int64_t weights_at = span.weights + head * n;
  const auto scale = static_cast<T>(shape.scale);
  if (g.dv != nullptr) {
    tile_gemm<T>({span.k_count, shape.value_width, span.q_count, g.dropped + weights_at, 1,
                  span.stride, dy, value_row, g.dv + v_at, value_row, 1, true});
  }
  if (g.dq == nullptr && g.dk == nullptr) return;
  const T* values = turned.of(g.v + v_at, span.k_count, shape.value_width, value_row, span.stride);
  tile_gemm<T>({span.q_count, span.stride, shape.value_width, dy, value_row, 1, values, span.stride,
                d, span.stride});
  if (g.kept != nullptr) drop(n, g.kept + weights_at, static_cast<T>(1 / g.keep_probability), d);
  for (std::int64_t i = 0; i < span.q_count; ++i)
    normalise_backward(span.stride, g.weights + weights_at + i * span.stride, d + i * span.stride);
  if (g.dq != nullptr) {
    tile_gemm<T>({span.q_count, shape.key_width, span.k_count, d, span.stride, 1, g.k + k_at,
                  key_row, g.dq + q_at, key_row, scale, true});
  }
  if (g.dk != nullptr) {
    tile_gemm<T>({span.k_count, shape.key_width, span.q_count, d, 1, span.stride, g.q + q_at,
                  key_row, g.dk + k_at, key_row, scale, true});
  }
}

template <class T>
void scores(const AttentionShape& shape, const AttentionSpan& span, const T* q, const T* k,
            bool few, Turned<T>& turned, T* result) {
  const std::int64_t row = shape.heads * shape.key_width;
  const auto scale = static_cast<T>(shape.scale);
  if constexpr (std::is_same_v<T, float>) {
    if (few) {
      return few_rows_gemm({span.q_count, span.k_count, shape.key_width, q, row, k, row, result,
                            span.stride, scale});
    }
  }
  const T* keys = turned.of(k, span.k_count, shape.key_width, row, span.stride);
  tile_gemm<T>({span.q_count, span.stride, shape.key_width, q, row, 1, keys, span.stride, result,
                span.stride, scale});
}

std::int64_t queries_of(const AttentionPlan& plan, std::int64_t group) {
  std::int64_t count = 0;
  for (const AttentionSpan* span = plan.begin(group); span != plan.end(group); ++span)
    count += span->q_count;
  return count;
}

}  // namespace

AttentionPlan::AttentionPlan(const AttentionShape& shape, std::vector<AttentionSpan> spans,
                             std::int64_t lanes)
    : shape_(shape), spans_(std::move(spans)) {
  std::erase_if(spans_, [](const AttentionSpan& span) { return span.q_count == 0; });
  std::stable_sort(spans_.begin(), spans_.end(),
                   [](auto& a, auto& b) { return a.k_begin < b.k_begin; });
  std::int64_t keys_end = 0;
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    AttentionSpan& span = spans_[i];
    if (i == 0 || span.k_begin >= keys_end) ends_.push_back(i);
    ends_.back() = i + 1;
    keys_end = std::max(keys_end, span.k_begin + span.k_count);
    span.stride = (span.k_count + lanes - 1) / lanes * lanes;
    span.weights = weights_;
    weights_ += shape.heads * span.q_count * span.stride;
    largest_stride_ = std::max(largest_stride_, span.stride);
    largest_weights_ = std::max(largest_weights_, span.q_count * span.stride);
  }
}

const AttentionSpan* AttentionPlan::begin(std::int64_t group) const {
  return spans_.data() + (group == 0 ? 0 : ends_[static_cast<std::size_t>(group - 1)]);
}

const AttentionSpan* AttentionPlan::end(std::int64_t group) const {
  return spans_.data() + ends_[static_cast<std::size_t>(group)];
}

template <class T>
void attention_weights(const AttentionPlan& plan, const T* q, const T* k, const std::uint8_t* mask,
                       T* weights) {
  const AttentionShape& shape = plan.shape();
  const std::int64_t row = shape.heads * shape.key_width;
  for_each_head<T>(plan, shape.key_width * plan.largest_stride(), 0,
                   [&](std::int64_t group, std::int64_t head, T* keys, T* /*none*/) {
                     Turned<T> turned(keys);
                     const bool few = queries_of(plan, group) <= kFewQueries;
                     for (const AttentionSpan* span = plan.begin(group); span != plan.end(group);
                          ++span) {
                       const std::int64_t column = head * shape.key_width;
                       T* result = weights + span->weights + head * span->q_count * span->stride;
                       scores(shape, *span, q + span->q_begin * row + column,
                              k + span->k_begin * row + column, few, turned, result);
                       for (std::int64_t i = 0; i < span->q_count; ++i) {
                         const std::int64_t seen =
                             shape.causal ? span->k_count - span->q_count + i + 1 : span->k_count;
                         normalise(*span, seen, mask, result + i * span->stride);
                       }
                     }
                   });
}

template <class T>
void attention_values(const AttentionPlan& plan, const T* weights, const T* v, T* y) {
  const AttentionShape& shape = plan.shape();
  const std::int64_t row = shape.heads * shape.value_width;
  for_each_head<T>(plan, 0, 0, [&](std::int64_t group, std::int64_t head, T*, T*) {
    for (const AttentionSpan* span = plan.begin(group); span != plan.end(group); ++span) {
      const std::int64_t column = head * shape.value_width;
      tile_gemm<T>({span->q_count, shape.value_width, span->k_count,
                    weights + span->weights + head * span->q_count * span->stride, span->stride, 1,
                    v + span->k_begin * row + column, row, y + span->q_begin * row + column, row});
    }
  });
}

template <class T>
void attention_backward(const AttentionPlan& plan, const AttentionGradients<T>& gradients) {
  const std::int64_t turned_size = plan.shape().value_width * plan.largest_stride();
  for_each_head<T>(plan, turned_size, plan.largest_weights(),
                   [&](std::int64_t group, std::int64_t head, T* values, T* dweights) {
                     Turned<T> turned(values);
                     for (const AttentionSpan* span = plan.begin(group); span != plan.end(group);
                          ++span)
                       span_backward(plan.shape(), *span, head, gradients, turned, dweights);
                   });
}

#define LIMN_INSTANTIATE(T)                                                                      \
  template void attention_weights(const AttentionPlan&, const T*, const T*, const std::uint8_t*, \
                                  T*);                                                           \
  template void attention_values(const AttentionPlan&, const T*, const T*, T*);                  \
  template void attention_backward(const AttentionPlan&, const AttentionGradients<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
