#include "limn/core/cpu.h"

#include <string>

#include "limn/core/error.h"

namespace limn {

void check_cpu() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const char* missing = nullptr;
#ifdef __AVX2__
  if (!__builtin_cpu_supports("avx2")) missing = "AVX2";
#endif
#ifdef __FMA__
  if (!__builtin_cpu_supports("fma")) missing = "FMA";
#endif
#ifdef __AVX512F__
  if (!__builtin_cpu_supports("avx512f")) missing = "AVX-512";
#endif
#ifdef __AVX512VNNI__
  if (!__builtin_cpu_supports("avx512vnni")) missing = "AVX512-VNNI";
#endif
  if (missing != nullptr) {
    throw Error(std::string("this build needs ") + missing +
                ", which this processor lacks; build limn here, or with -DLIMN_NATIVE=OFF");
  }
#endif
}

}  // namespace limn
