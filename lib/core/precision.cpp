#include "limn/core/precision.h"

#include "core/check.h"

namespace limn {
namespace {

thread_local Precision current = Precision::float32;

void require_available(Precision precision) {
  require(is_available(precision),
          "precision: {} needs a processor with AVX512-BF16, which this one lacks; use float32, or "
          "emulated_bfloat16 to see what the rounding does",
          name_of(precision));
}

// AMD's processors multiply twice as fast in bfloat16, Intel's half as fast: Zen 4 224 to 112
// GFLOP/s a core, Emerald Rapids 86 to 175. By maker, not by timing, so that a machine always gives
// the same results.
Precision fastest() {
#ifdef LIMN_HAS_AVX512_BF16
  if (is_available(Precision::bfloat16) && __builtin_cpu_is("amd")) return Precision::bfloat16;
#endif
  return Precision::float32;
}

}  // namespace

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::float32: return "float32";
    case Precision::bfloat16: return "bfloat16";
    case Precision::emulated_bfloat16: return "emulated_bfloat16";
  }
  return "unknown";
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
  return precision != Precision::bfloat16 || bfloat16;
}

std::vector<std::string> precision_names() {
  return {"float32", "bfloat16", "auto", "emulated_bfloat16"};
}

std::string precision_help() {
  return "of products and convolutions; auto: bfloat16 where the processor is faster in it; "
         "emulated_bfloat16: its rounding on any processor, slowly";
}

Precision precision_from(const std::string& name) {
  if (name == "auto") return fastest();
  for (const Precision precision :
       {Precision::float32, Precision::bfloat16, Precision::emulated_bfloat16}) {
    if (name != name_of(precision)) continue;
    require_available(precision);
    return precision;
  }
  throw InvalidArgument(fmt::format(
      "precision: must be float32, bfloat16, emulated_bfloat16 or auto; got \"{}\"", name));
}

Precision product_precision() { return current; }

PrecisionGuard::PrecisionGuard(Precision precision) : before_(current) {
  require_available(precision);
  current = precision;
}

PrecisionGuard::~PrecisionGuard() { current = before_; }

}  // namespace limn
