// What makes vectors that a language model reads out of an image's vector.
#pragma once

#include <cstdint>
#include <memory>

#include "limn/nn/feed_forward.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/linear.h"

namespace limn::models {

struct PrefixMapperConfig {
  std::int64_t features = 0;  ///< F
  std::int64_t width = 0;     ///< D
  std::int64_t prefix = 0;    ///< k
  std::int64_t layers = 8;
  std::int64_t heads = 8;
  std::int64_t inputs = 10;  ///< vectors made of the image
};

/// Images [B, F] to [B · k, D], image after image.
class PrefixMapper : public nn::Module {
 public:
  virtual Variable forward(const Variable& images) const = 0;
};

/// "model.0" and "model.2", tanh between.
class MlpMapper : public PrefixMapper {
 public:
  MlpMapper(const PrefixMapperConfig& config, Generator& generator);
  Variable forward(const Variable& images) const override;

 private:
  PrefixMapperConfig config_;
  nn::Linear first_, second_;
};

/// A layer of the transformer mapper: x + attn(norm1(x)), then x + mlp(norm2(x)); "attn" has
/// "to_queries" and "to_keys_values", without bias, and "project".
class PrefixLayer : public nn::Module {
 public:
  PrefixLayer(const PrefixMapperConfig& config, Generator& generator);
  /// x [B · rows, D]: each image's `rows` see each other.
  Variable forward(const Variable& x, std::int64_t rows) const;

 private:
  Variable attend(const Variable& x, std::int64_t rows) const;

  std::int64_t heads_;
  nn::LayerNorm norm1_, norm2_;
  nn::Linear queries_, keys_values_, project_;
  nn::FeedForward network_;
};

/// "linear", "prefix_const" [k, D], which starts as N(0, 1), and "transformer.layers.0", ….
class TransformerMapper : public PrefixMapper {
 public:
  TransformerMapper(const PrefixMapperConfig& config, Generator& generator);
  Variable forward(const Variable& images) const override;

 private:
  PrefixMapperConfig config_;
  nn::Linear linear_;
  Variable constants_;
  std::vector<std::unique_ptr<PrefixLayer>> layers_;
};

}  // namespace limn::models
