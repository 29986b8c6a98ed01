// The k largest elements of each row.
#pragma once

#include <cstdint>

namespace limn::kernels {

struct TopK {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t k = 1;                      ///< small: insertion costs O(k)
  const std::uint8_t* excluded = nullptr;  ///< [columns], 1 = never taken; nullptr: none
};

/// The k largest of each row of x [rows, columns] in falling order, equal ones by rising column:
/// values [rows, k], indices [rows, k]. −∞ is never taken; places left over hold −∞ and −1.
/// Returns the position in x of a NaN, the first of the first row that has one, or −1.
template <class T>
std::int64_t top_k(const TopK& what, const T* x, T* values, std::int32_t* indices);

/// The reference of the tests: sorts each row.
template <class T>
std::int64_t top_k_naive(const TopK& what, const T* x, T* values, std::int32_t* indices);

}  // namespace limn::kernels
