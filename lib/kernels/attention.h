// Scaled dot-product attention of many heads over many short sequences.
#pragma once

#include <cstdint>
#include <vector>

namespace limn::kernels {

/// Queries [q_begin, q_begin + q_count) see keys [k_begin, k_begin + k_count).
struct AttentionSpan {
  std::int64_t q_begin;
  std::int64_t q_count;
  std::int64_t k_begin;
  std::int64_t k_count;
  std::int64_t weights;  ///< where its weights [heads, q_count, stride] begin
  std::int64_t stride;   ///< of a row of weights: k_count, rounded up to whole vectors
};

struct AttentionShape {
  std::int64_t heads;
  std::int64_t key_width;    ///< of one head
  std::int64_t value_width;  ///< of one head
  double scale;
  bool causal;  ///< query i of a span sees its keys up to k_count − q_count + i
};

/// The spans in an order in which those with overlapping keys are neighbours: a group, whose
/// gradients are added one after the other, whatever the threads do.
class AttentionPlan {
 public:
  /// `lanes`: elements of a vector. weights and stride of the spans are filled in here.
  AttentionPlan(const AttentionShape& shape, std::vector<AttentionSpan> spans, std::int64_t lanes);

  const AttentionShape& shape() const { return shape_; }
  std::int64_t groups() const { return static_cast<std::int64_t>(ends_.size()); }
  const AttentionSpan* begin(std::int64_t group) const;
  const AttentionSpan* end(std::int64_t group) const;
  /// Elements of the weights of all spans.
  std::int64_t weights() const { return weights_; }
  /// The most keys (rounded up), and the most weights of a head, that any span has.
  std::int64_t largest_stride() const { return largest_stride_; }
  std::int64_t largest_weights() const { return largest_weights_; }

 private:
  AttentionShape shape_;
  std::vector<AttentionSpan> spans_;
  std::vector<std::size_t> ends_;  // of the groups
  std::int64_t weights_ = 0;
  std::int64_t largest_stride_ = 0;
  std::int64_t largest_weights_ = 0;
};

/// weights = softmax(scale · q kᵀ) over the keys that a query sees; 0 at others and in the rest of
/// a row. q [N, heads · key_width], k [M, heads · key_width], mask [M] (0: nobody sees the key) or
/// nullptr.
template <class T>
void attention_weights(const AttentionPlan& plan, const T* q, const T* k, const std::uint8_t* mask,
                       T* weights);

/// y = weights · v for the queries of all spans; v [M, heads · value_width], y [N, heads ·
/// value_width].
template <class T>
void attention_values(const AttentionPlan& plan, const T* weights, const T* v, T* y);

/// What backward reads and where it adds; nullptr: this gradient is not wanted.
template <class T>
struct AttentionGradients {
  const T* q;
  const T* k;
  const T* v;
  const T* weights;          ///< as attention_weights made them
  const T* dropped;          ///< after dropout; the same without
  const std::uint8_t* kept;  ///< which weights dropout kept; nullptr: all
  double keep_probability;
  const T* dy;
  T* dq;
  T* dk;
  T* dv;
};
template <class T>
void attention_backward(const AttentionPlan& plan, const AttentionGradients<T>& gradients);

}  // namespace limn::kernels
