// Features: what a captioner knows of a batch of images.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::nn {

/// Features of B images; from a file or straight from an encoder (then gradients flow back into
/// it). A captioner takes the kind it was built for and refuses the lack of it.
struct Features {
  Variable global;   ///< [B, F]; undefined when there is none
  Variable regions;  ///< [B, R, F]; undefined when there is none
  Tensor mask;       ///< uint8 [B, R], 1 = the region exists; undefined: all do

  std::int64_t images() const {
    return global.defined() ? global.shape()[0] : regions.defined() ? regions.shape()[0] : 0;
  }
};

}  // namespace limn::nn
