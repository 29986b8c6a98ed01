// Flags of sampling.
#pragma once

#include <cstdint>

#include "cli/program.h"
#include "limn/decode/sample.h"

namespace limn::cli {

struct SampleFlags {
  bool sample = false;  ///< captions are drawn
  bool distinct = false;
  decode::SampleOptions options;
  std::uint64_t seed = 1;
};

/// --sample, --samples, --distinct, --temperature, --top-k, --nucleus, --seed.
void add_sample_flags(Command& command, SampleFlags& flags);
/// Sets `sample` where a flag is given that only means something with it. Throws UsageError for one
/// that means nothing with it.
void imply_sampling(const Command& command, SampleFlags& flags);

}  // namespace limn::cli
