// A matrix in memory: where its elements are.
#pragma once

#include <cstdint>

namespace limn::kernels {

enum class Transpose : bool { no, yes };

/// A matrix whose element (i, j) is data[i · row + j · column].
template <class T>
struct StridedMatrix {
  const T* data;
  std::int64_t row;
  std::int64_t column;

  StridedMatrix from(std::int64_t i, std::int64_t j) const {
    return {data + i * row + j * column, row, column};
  }
};

/// op of a matrix whose stored rows are `stride` elements apart.
template <class T>
StridedMatrix<T> strided(const T* data, std::int64_t stride, Transpose op = Transpose::no) {
  return op == Transpose::no ? StridedMatrix<T>{data, stride, 1}
                             : StridedMatrix<T>{data, 1, stride};
}

}  // namespace limn::kernels
