// Element types of tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace limn {

/// float32 is for work, float64 for gradient checks, int32 for ids, uint8 for pixels and masks;
/// float16 and bfloat16 are for files and storage only.
enum class DType : std::uint8_t { float32, float64, int32, uint8, float16, bfloat16 };

/// Storage-only 16-bit floats: the bits, without arithmetic.
struct Half {
  std::uint16_t bits;
};
struct BFloat16 {
  std::uint16_t bits;
};

/// IEEE 754 binary16, rounded to nearest even; overflow becomes infinity.
Half to_half(float value);
float to_float(Half value);
/// The upper half of a float32, rounded to nearest even.
BFloat16 to_bfloat16(float value);
float to_float(BFloat16 value);

/// Bytes of one element.
std::size_t size_of(DType dtype);
/// "float32", "int32", …
std::string_view name_of(DType dtype);
inline bool is_floating(DType dtype) { return dtype == DType::float32 || dtype == DType::float64; }

/// The DType of a C++ type.
template <class T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::float32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::float64;
};
template <>
struct DTypeOf<std::int32_t> {
  static constexpr DType value = DType::int32;
};
template <>
struct DTypeOf<std::uint8_t> {
  static constexpr DType value = DType::uint8;
};
template <>
struct DTypeOf<Half> {
  static constexpr DType value = DType::float16;
};
template <>
struct DTypeOf<BFloat16> {
  static constexpr DType value = DType::bfloat16;
};
template <class T>
inline constexpr DType dtype_of = DTypeOf<T>::value;

}  // namespace limn
