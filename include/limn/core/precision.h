// Arithmetic of matrix products.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limn {

/// A property of matrix products, not of tensors: what the operands are rounded to while a product
/// packs them. Sums are always float32 (float64 for float64 tensors). Emulated is the same rounding
/// without the processor's instructions for it, slower than float32: to see what it does.
enum class Precision { float32, bfloat16, emulated_bfloat16 };

/// "float32", "bfloat16", "emulated_bfloat16".
std::string_view name_of(Precision precision);
/// Whether this processor multiplies in it: bfloat16 needs AVX512-BF16.
bool is_available(Precision precision);
/// What `precision_from` knows.
std::vector<std::string> precision_names();
/// What they mean, in one line.
std::string precision_help();
/// By name, or "auto": bfloat16 where the processor is faster in it (AMD's from Zen 4 on), else
/// float32. Throws InvalidArgument for another name and for what is not available.
Precision precision_from(const std::string& name);

/// What ops of this thread multiply float32 matrices in.
Precision product_precision();

/// Sets product_precision() until the end of the scope; it is float32 outside of all. Who runs a
/// backward pass holds the guard there too.
class PrecisionGuard {
 public:
  /// Throws InvalidArgument for what is not available.
  explicit PrecisionGuard(Precision precision);
  ~PrecisionGuard();
  PrecisionGuard(const PrecisionGuard&) = delete;
  PrecisionGuard& operator=(const PrecisionGuard&) = delete;

 private:
  Precision before_;
};

}  // namespace limn
