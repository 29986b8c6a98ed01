#include "limn/nn/embedding.h"

#include <algorithm>

#include "core/check.h"
#include "limn/ops/embedding.h"

namespace limn::nn {

Embedding::Embedding(std::int64_t words, std::int64_t width, Generator& generator) {
  require(std::min(words, width) >= 1,
          "Embedding: words and width must be at least 1; got {} and {}", words, width);
  Tensor weight(Shape{words, width});
  generator.fill_normal(weight, 0, 1);
  weight_ = parameter("weight", weight);
}

Variable Embedding::forward(std::span<const std::int32_t> ids) const {
  return ops::embedding(weight_, ids);
}

}  // namespace limn::nn
