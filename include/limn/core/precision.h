// Arithmetic of matrix products.
#pragma once

namespace limn {

/// A property of matrix products, not of tensors: what the operands are rounded to while a product
/// packs them. Sums are always float32 (float64 for float64 tensors).
enum class Precision { float32, bfloat16 };

}  // namespace limn
