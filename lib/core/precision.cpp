#include "limn/core/precision.h"

#include "core/check.h"

namespace limn {
namespace {

thread_local Precision current = Precision::float32;

void require_available(Precision precision) {
  require(is_available(precision),
          "precision: {} needs a processor with AVX512-BF16, which this one lacks; use float32",
          name_of(precision));
}

}  // namespace

std::string_view name_of(Precision precision) {
  return precision == Precision::bfloat16 ? "bfloat16" : "float32";
}

bool is_available(Precision precision) {
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
  if (name == "float32") return Precision::float32;
  if (name == "auto" && !is_available(Precision::bfloat16)) return Precision::float32;
  require_available(Precision::bfloat16);
  return Precision::bfloat16;
}

Precision product_precision() { return current; }

PrecisionGuard::PrecisionGuard(Precision precision) : before_(current) {
  require_available(precision);
  current = precision;
}

PrecisionGuard::~PrecisionGuard() { current = before_; }

}  // namespace limn
