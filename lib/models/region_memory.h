// What a decoder that looks at regions keeps of them.
#pragma once

#include <vector>

#include "limn/decode/step_decoder.h"
#include "limn/nn/multi_head_attention.h"
#include "models/region_rows.h"

namespace limn::models {

/// Keys and values that the layers made of the regions that exist, image after image.
struct RegionMemory {
  std::vector<nn::MultiHeadAttention::Memory> parts;  ///< in the order of the layers
  ImageRows images;
  Tensor mask;  ///< uint8 [B, R], 1 = the region exists

  /// The state of a search before its first word, which begins with this (see StepCache).
  decode::State start() const;
  /// Out of such a state.
  static RegionMemory of(const decode::State& state, std::size_t parts);
  /// How many tensors of State::shared it takes.
  std::size_t tensors() const { return 2 + 2 * parts.size(); }
};

}  // namespace limn::models
