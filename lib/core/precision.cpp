#include "limn/core/precision.h"

#include "core/check.h"

namespace limn {
namespace {

thread_local Precision current = Precision::float32;

}  // namespace

std::string_view name_of(Precision precision) {
  return precision == Precision::bfloat16 ? "bfloat16" : "float32";
}

bool is_native(Precision precision) {
#ifdef LIMN_HAS_AVX512_BF16
  static const bool bfloat16 = [] {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16");
  }();
#else
  constexpr bool bfloat16 = false;
#endif
  return precision == Precision::float32 || bfloat16;
}

Precision precision_from(const std::string& name) {
  require(name == "float32" || name == "bfloat16" || name == "auto",
          "precision: must be float32, bfloat16 or auto; got \"{}\"", name);
  const bool rounded = name == "bfloat16" || (name == "auto" && is_native(Precision::bfloat16));
  return rounded ? Precision::bfloat16 : Precision::float32;
}

Precision product_precision() { return current; }

PrecisionGuard::PrecisionGuard(Precision precision) : before_(current) { current = precision; }

PrecisionGuard::~PrecisionGuard() { current = before_; }

}  // namespace limn
