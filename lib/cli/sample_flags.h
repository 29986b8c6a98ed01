// Flags of sampling.
#pragma once

#include <cstdint>

#include "cli/program.h"
#include "limn/decode/sample.h"

namespace limn::cli {

struct SampleFlags {
  bool sample = false;
  bool distinct = false;
  decode::SampleOptions options;
  std::uint64_t seed = 1;
};

/// --sample, --samples, --distinct, --temperature, --top-k, --nucleus, --seed.
void add_sample_flags(Command& command, SampleFlags& flags);
/// --sample, or a flag that only means something with it.
bool draws(const SampleFlags& flags);

}  // namespace limn::cli
