// Arithmetic of matrix products.
#pragma once

#include <string>
#include <string_view>

namespace limn {

/// A property of matrix products, not of tensors: what the operands are rounded to while a product
/// packs them. Sums are always float32 (float64 for float64 tensors).
enum class Precision { float32, bfloat16 };

/// "float32", "bfloat16".
std::string_view name_of(Precision precision);
/// Whether this processor has instructions for products in it: for bfloat16, AVX512-BF16. Elsewhere
/// bfloat16 rounds the same, but is slower than float32.
bool is_native(Precision precision);
/// Of "float32", "bfloat16", or "auto": bfloat16 where it is native. Throws InvalidArgument for
/// another name.
Precision precision_from(const std::string& name);

/// What ops of this thread multiply float32 matrices in.
Precision product_precision();

/// Sets product_precision() until the end of the scope; it is float32 outside of all. Who runs a
/// backward pass holds the guard there too.
class PrecisionGuard {
 public:
  explicit PrecisionGuard(Precision precision);
  ~PrecisionGuard();
  PrecisionGuard(const PrecisionGuard&) = delete;
  PrecisionGuard& operator=(const PrecisionGuard&) = delete;

 private:
  Precision before_;
};

}  // namespace limn
