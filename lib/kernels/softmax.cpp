#include "kernels/softmax.h"

#include <cmath>

#include "kernels/row_reduce.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

template <class T>
constexpr T kNone = -std::numeric_limits<T>::infinity();

template <class T>
void softmax_row(std::int64_t n, const T* x, T* y) {
  const auto scale = static_cast<T>(1 / row_exp<T>(n, x, row_max<T>(n, x), y));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] *= scale;
}

template <class T>
void softmax_row_backward(std::int64_t n, const T* y, const T* dy, T* dx) {
  const auto dot =
      static_cast<T>(row_sum<T>(n, y, T(0), [&](std::int64_t i, const Vector<T>& v) -> Vector<T> {
        return v * load_up_to<T>(dy + i, n - i, T(0));
      }));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) dx[i] += y[i] * (dy[i] - dot);
}

template <class T>
void log_softmax_row(std::int64_t n, const T* x, T* y) {
  const T largest = row_max<T>(n, x);
  const auto log_sum = static_cast<T>(std::log(row_exp_sum<T>(n, x, largest)));
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - largest) - log_sum;
}

template <class T>
void log_softmax_row_backward(std::int64_t n, const T* y, const T* dy, T* dx) {
  const Vector<T> zero = broadcast<T>(0);
  const auto sum = static_cast<T>(
      row_sum<T>(n, y, kNone<T>, [&](std::int64_t i, const Vector<T>& v) -> Vector<T> {
        return v == kNone<T> ? zero : load_up_to<T>(dy + i, n - i, T(0));
      }));
  for (std::int64_t i = 0; i < n; i += kLanes<T>) {
    const Vector<T> log_p = load_up_to<T>(y + i, n - i, kNone<T>);
    const Vector<T> d = load_up_to<T>(dy + i, n - i, T(0)) - exp<T>(log_p) * sum;
    const Vector<T> before = load_up_to<T>(dx + i, n - i, T(0));
    store_up_to<T>(dx + i, before + (log_p == kNone<T> ? zero : d), n - i);
  }
}

// One line along the axis, whose elements are `inner` apart.
template <class T>
void copy_line(std::int64_t n, std::int64_t inner, const T* line, T* row) {
  for (std::int64_t i = 0; i < n; ++i) row[i] = line[i * inner];
}

// Calls body(offset of the line's first element, memory for `copies` of the line, unless its
// elements are neighbours) for all lines.
template <class T, class Body>
void for_each_line(const AxisShape& s, std::int64_t copies, Body&& body) {
  const std::int64_t lines = s.outer * s.inner;
  const bool parallel = lines * s.n >= 4096;
  const ThreadScratch<T> memory(parallel, s.inner == 1 ? 0 : copies * s.n);
#pragma omp parallel for schedule(static) if (parallel)
  for (std::int64_t line = 0; line < lines; ++line)
    body(line / s.inner * s.n * s.inner + line % s.inner, memory.mine());
}

template <class T, class Row>
void forward(const AxisShape& s, const T* x, T* y, Row&& row) {
  for_each_line<T>(s, 1, [&](std::int64_t at, T* line) {
    if (s.inner == 1) return row(s.n, x + at, y + at);
    copy_line(s.n, s.inner, x + at, line);
    row(s.n, line, line);
    for (std::int64_t i = 0; i < s.n; ++i) y[at + i * s.inner] = line[i];
  });
}

template <class T, class Row>
void backward(const AxisShape& s, const T* y, const T* dy, T* dx, Row&& row) {
  for_each_line<T>(s, 3, [&](std::int64_t at, T* line_y) {
    if (s.inner == 1) return row(s.n, y + at, dy + at, dx + at);
    T* line_dy = line_y + s.n;
    T* line_dx = line_dy + s.n;
    copy_line(s.n, s.inner, y + at, line_y);
    copy_line(s.n, s.inner, dy + at, line_dy);
    copy_line(s.n, s.inner, dx + at, line_dx);
    row(s.n, line_y, line_dy, line_dx);
    for (std::int64_t i = 0; i < s.n; ++i) dx[at + i * s.inner] = line_dx[i];
  });
}

}  // namespace

template <class T>
void softmax(const AxisShape& shape, const T* x, T* y) {
  forward(shape, x, y, softmax_row<T>);
}

template <class T>
void softmax_backward(const AxisShape& shape, const T* y, const T* dy, T* dx) {
  backward(shape, y, dy, dx, softmax_row_backward<T>);
}

template <class T>
void masked_softmax(std::int64_t rows, std::int64_t n, const std::uint8_t* mask,
                    const std::int64_t* images, const T* x, T* y) {
#pragma omp parallel for schedule(static) if (rows * n >= 4096)
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::uint8_t* exists = mask + images[row] * n;
    const T* in = x + row * n;
    T* out = y + row * n;
    for (std::int64_t i = 0; i < n; ++i) out[i] = exists[i] != 0 ? in[i] : kNone<T>;
    softmax_row(n, out, out);
  }
}

template <class T>
void log_softmax(const AxisShape& shape, const T* x, T* y) {
  forward(shape, x, y, log_softmax_row<T>);
}

template <class T>
void log_softmax_backward(const AxisShape& shape, const T* y, const T* dy, T* dx) {
  backward(shape, y, dy, dx, log_softmax_row_backward<T>);
}

#define LIMN_INSTANTIATE(T)                                                     \
  template void softmax(const AxisShape&, const T*, T*);                        \
  template void softmax_backward(const AxisShape&, const T*, const T*, T*);     \
  template void masked_softmax(std::int64_t, std::int64_t, const std::uint8_t*, \
                               const std::int64_t*, const T*, T*);              \
  template void log_softmax(const AxisShape&, const T*, T*);                    \
  template void log_softmax_backward(const AxisShape&, const T*, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
