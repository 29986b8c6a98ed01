#include "kernels/packed_matrix.h"

#include <algorithm>
#include <type_traits>

#include "kernels/blocks.h"
#include "kernels/transpose.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

/// A panel of `columns` columns, stored as whole vectors.
template <class T>
struct PanelShape {
  std::int64_t k;
  std::int64_t columns;
  std::int64_t width() const { return vectors_of<T>(columns) * kLanes<T>; }
};

// Panels that are packed at once, from tight rows: each row of theirs is read in one go.
constexpr std::int64_t kTogether = 4;

// `count` full panels, from tight rows that are `stride` elements apart.
template <class T>
void pack_full_rows(std::int64_t count, std::int64_t k, const T* b, std::int64_t stride,
                    T* panels) {
  for (std::int64_t p = 0; p < k; ++p) {
    for (std::int64_t index = 0; index < count; ++index) {
      const T* from = b + p * stride + index * kPanel<T>;
      T* to = panels + (index * k + p) * kPanel<T>;
      store(to, load(from));
      store(to + kLanes<T>, load(from + kLanes<T>));
    }
  }
}

// From tight rows that are `stride` elements apart.
template <class T>
void pack_rows(const PanelShape<T>& s, const T* b, std::int64_t stride, T* panel) {
  for (std::int64_t p = 0; p < s.k; ++p) {
    T* to = panel + p * s.width();
    std::fill(std::copy_n(b + p * stride, s.columns, to), to + s.width(), T(0));
  }
}

// From tight columns that are `stride` elements apart.
template <class T>
void pack_columns(const PanelShape<T>& s, const T* b, std::int64_t stride, T* panel) {
  constexpr std::int64_t each = 8;
  const std::int64_t width = s.width();
  std::int64_t whole = 0, depth = 0;
  if constexpr (std::is_same_v<T, float>) {
    whole = s.columns - s.columns % each, depth = s.k - s.k % each;
    for (std::int64_t p = 0; p < depth; p += each) {
      for (std::int64_t j = 0; j < whole; j += each)
        transpose_8x8(b + j * stride + p, stride, panel + p * width + j, width);
    }
  }
  for (std::int64_t p = 0; p < s.k; ++p) {
    for (std::int64_t j = p < depth ? whole : 0; j < width; ++j)
      panel[p * width + j] = j < s.columns ? b[j * stride + p] : 0;
  }
}

template <class T>
void scale_columns(const PanelShape<T>& s, const T* scale, T* panel) {
  for (std::int64_t p = 0; p < s.k; ++p)
    for (std::int64_t j = 0; j < s.columns; ++j) panel[p * s.width() + j] *= scale[j];
}

}  // namespace

template <class T>
PackedMatrix<T>::PackedMatrix(std::int64_t k, std::int64_t n, const StridedMatrix<T>& b,
                              const T* scale)
    : k_(k), n_(n), elements_(Shape{panels() * k * kPanel<T>}, dtype_of<T>) {
  LIMN_ASSERT(b.row == 1 || b.column == 1);
  T* all = elements_.template data<T>();
  const std::int64_t count = panels();
  const std::int64_t together =
      b.column == 1 ? std::clamp<std::int64_t>(count / thread_count(), 1, kTogether) : 1;
#pragma omp parallel for schedule(static) if (k * n >= 65536)
  for (std::int64_t begin = 0; begin < count; begin += together) {
    const std::int64_t end = std::min(begin + together, count);
    const std::int64_t full = b.column == 1 ? std::min(end, n / kPanel<T>) - begin : 0;
    pack_full_rows(full, k, b.from(0, begin * kPanel<T>).data, b.row, all + begin * kPanel<T> * k);
    for (std::int64_t index = begin; index < end; ++index) {
      const std::int64_t first = index * kPanel<T>;
      const PanelShape<T> shape{k, std::min(kPanel<T>, n - first)};
      T* panel = all + first * k;
      const T* from = b.from(0, first).data;
      if (b.column != 1) {
        pack_columns(shape, from, b.column, panel);
      } else if (index >= begin + full) {
        pack_rows(shape, from, b.row, panel);
      }
      if (scale != nullptr) scale_columns(shape, scale + first, panel);
    }
  }
}

template <class T>
std::int64_t PackedMatrix<T>::panels() const {
  return ceil_divide(n_, kPanel<T>);
}

template <class T>
const T* PackedMatrix<T>::panel(std::int64_t index) const {
  return elements_.template data<T>() + index * k_ * kPanel<T>;
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace limn::kernels
