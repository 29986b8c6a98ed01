// A table of word vectors.
#pragma once

#include <cstdint>
#include <span>

#include "limn/nn/module.h"

namespace limn::nn {

/// ops::embedding with "weight" [words, width], which starts as N(0, 1) (PyTorch's default).
class Embedding : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1.
  Embedding(std::int64_t words, std::int64_t width, Generator& generator);

  /// ids [N] to [N, width].
  Variable forward(std::span<const std::int32_t> ids) const;

  const Variable& weight() const { return weight_; }

 private:
  Variable weight_;
};

}  // namespace limn::nn
