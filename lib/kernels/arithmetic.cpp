#include "kernels/arithmetic.h"

#include <algorithm>

#include "kernels/row_reduce.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kParallel = 32768;  // elements from which on a second thread is worth it
constexpr std::int64_t kStrip = 1024;      // elements of a row that are done at a time
constexpr std::int64_t kNarrowStrip = 256;

struct Add {
  static auto value(auto a, auto b) { return a + b; }
  static auto da(auto dy, auto, auto) { return dy; }
  static auto db(auto dy, auto, auto) { return dy; }
};
struct Subtract {
  static auto value(auto a, auto b) { return a - b; }
  static auto da(auto dy, auto, auto) { return dy; }
  static auto db(auto dy, auto, auto) { return -dy; }
};
struct Multiply {
  static auto value(auto a, auto b) { return a * b; }
  static auto da(auto dy, auto, auto b) { return dy * b; }
  static auto db(auto dy, auto a, auto) { return dy * a; }
};
struct Divide {
  static auto value(auto a, auto b) { return a / b; }
  static auto da(auto dy, auto, auto b) { return dy / b; }
  static auto db(auto dy, auto a, auto b) { return -dy * a / (b * b); }
};

template <class Body>
void for_operation(Arithmetic op, Body&& body) {
  switch (op) {
    case Arithmetic::add: return body(Add{});
    case Arithmetic::subtract: return body(Subtract{});
    case Arithmetic::multiply: return body(Multiply{});
    case Arithmetic::divide: return body(Divide{});
  }
}

// Calls body(i, a, b) for a strip of a row.
template <class T, class Body>
[[gnu::always_inline]] inline void for_strip(const BroadcastAxis& axis, std::int64_t n, const T* a,
                                             const T* b, Body&& body) {
  if (axis.strides[0] == 0) {
    const T value = *a;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) body(i, value, b[i]);
  } else if (axis.strides[1] == 0) {
    const T value = *b;
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) body(i, a[i], value);
  } else {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) body(i, a[i], b[i]);
  }
}

// A piece of a row: where it begins in the result and in the operands.
struct Strip {
  std::int64_t n;
  std::int64_t result;
  std::array<std::int64_t, 2> operands;
};

struct StripLoop {
  std::int64_t width = kStrip;
  bool rows_in_parallel = true;
  bool strips_in_parallel = true;
};

// Calls body(strip) for all rows and, within a row, from left to right; what is not in parallel
// stays in order on one thread.
template <class Body>
void for_each_strip(const Broadcast& loop, const StripLoop& order, Body&& body) {
  const BroadcastAxis& axis = loop.last();
  const std::int64_t rows = loop.rows();
  const std::int64_t strips = (axis.size + order.width - 1) / order.width;
  const std::int64_t row_tasks = order.rows_in_parallel ? rows : 1;
  const std::int64_t strip_tasks = order.strips_in_parallel ? strips : 1;
#pragma omp parallel for schedule(static) if (rows * axis.size >= kParallel)
  for (std::int64_t task = 0; task < row_tasks * strip_tasks; ++task) {
    const std::int64_t row_task = task / strip_tasks;
    const std::int64_t strip_task = task % strip_tasks;
    for (std::int64_t row = row_task; row < rows; row += row_tasks) {
      const std::array<std::int64_t, 2> offsets = loop.offsets(row);
      for (std::int64_t index = strip_task; index < strips; index += strip_tasks) {
        const std::int64_t begin = index * order.width;
        body(Strip{.n = std::min(order.width, axis.size - begin),
                   .result = row * axis.size + begin,
                   .operands = {offsets[0] + begin * axis.strides[0],
                                offsets[1] + begin * axis.strides[1]}});
      }
    }
  }
}

// The order in which gradients of an operand can be added up without two threads meeting.
StripLoop backward_order(const Broadcast& loop, std::size_t operand) {
  const bool repeats_rows = loop.repeats_rows(operand);
  return {.width = repeats_rows ? kNarrowStrip : kStrip,
          .rows_in_parallel = !repeats_rows,
          .strips_in_parallel = loop.last().strides[operand] != 0};
}

// Operand `operand` of 0 and 1 gets Σ function(dy, a, b).
template <class T, class Function>
void add_gradient(const Broadcast& loop, std::size_t operand, const T* a, const T* b, const T* dy,
                  T* gradient, Function&& function) {
  const BroadcastAxis& axis = loop.last();
  for_each_strip(loop, backward_order(loop, operand), [&](const Strip& strip) {
    const T* left = a + strip.operands[0];
    const T* right = b + strip.operands[1];
    const T* d = dy + strip.result;
    T* to = gradient + strip.operands[operand];
    if (axis.strides[operand] != 0) {
      for_strip(axis, strip.n, left, right,
                [&](std::int64_t i, T av, T bv) { to[i] += function(d[i], av, bv); });
    } else {
      T terms[kStrip];
      for_strip(axis, strip.n, left, right,
                [&](std::int64_t i, T av, T bv) { terms[i] = function(d[i], av, bv); });
      *to += static_cast<T>(row_sum<T>(strip.n, terms));
    }
  });
}

}  // namespace

template <class T>
void arithmetic(Arithmetic op, const Broadcast& loop, const T* a, const T* b, T* y) {
  for_operation(op, [&](auto operation) {
    for_each_strip(loop, {}, [&](const Strip& strip) {
      T* to = y + strip.result;
      for_strip(loop.last(), strip.n, a + strip.operands[0], b + strip.operands[1],
                [&](std::int64_t i, T av, T bv) { to[i] = operation.value(av, bv); });
    });
  });
}

template <class T>
void arithmetic_backward_a(Arithmetic op, const Broadcast& loop, const T* a, const T* b,
                           const T* dy, T* da) {
  for_operation(op, [&](auto operation) {
    add_gradient<T>(loop, 0, a, b, dy, da,
                    [&](T d, T av, T bv) { return operation.da(d, av, bv); });
  });
}

template <class T>
void arithmetic_backward_b(Arithmetic op, const Broadcast& loop, const T* a, const T* b,
                           const T* dy, T* db) {
  for_operation(op, [&](auto operation) {
    add_gradient<T>(loop, 1, a, b, dy, db,
                    [&](T d, T av, T bv) { return operation.db(d, av, bv); });
  });
}

#define LIMN_INSTANTIATE(T)                                                                       \
  template void arithmetic(Arithmetic, const Broadcast&, const T*, const T*, T*);                 \
  template void arithmetic_backward_a(Arithmetic, const Broadcast&, const T*, const T*, const T*, \
                                      T*);                                                        \
  template void arithmetic_backward_b(Arithmetic, const Broadcast&, const T*, const T*, const T*, \
                                      T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
