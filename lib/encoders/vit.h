// Vision transformers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "limn/encoders/encoder.h"
#include "limn/nn/conv2d.h"
#include "limn/nn/feed_forward.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/linear.h"
#include "limn/ops/attention.h"

namespace limn::encoders {

struct VitConfig {
  std::string name;
  std::int64_t side;   ///< pixels of its square pictures
  std::int64_t patch;  ///< pixels of a patch's side
  std::int64_t width;  ///< D
  std::int64_t heads;
  std::int64_t layers;
  std::int64_t feed_forward;
  double epsilon = 1e-6;  ///< of layer normalisation

  std::int64_t patches() const { return (side / patch) * (side / patch); }
};

/// x + attention(norm(x)), and of that z + mlp(norm(z)) (Dosovitskiy et al., "An image is worth
/// 16x16 words", 2021, equations 2 and 3).
class VitLayer : public nn::Module {
 public:
  VitLayer(const VitConfig& config, Generator& generator);
  /// x [B·N, D]: pictures of N tokens, one after the other.
  Variable forward(const Variable& x, const ops::AttentionOptions& sight,
                   const nn::Pass& pass) const;

 private:
  /// The maps to queries, keys and values, one below the other.
  struct Attention : nn::Module {
    Attention(const VitConfig& config, Generator& generator);
    Variable forward(const Variable& x, const ops::AttentionOptions& sight) const;

    Variable in_weight, in_bias;
    nn::Linear out;
  };

  nn::LayerNorm before_attention_, before_mlp_;
  Attention attention_;
  nn::FeedForward mlp_;
};

/// The global feature is the class token, regions are the patches, both after the last
/// normalisation (equations 1 and 4 of the paper). Weights have torchvision's names.
class Vit : public Encoder {
 public:
  Vit(VitConfig config, Generator& generator);

  std::string name() const override { return config_.name; }
  vision::Preprocessing own_preprocessing() const override;
  bool takes_side(std::int64_t side) const override { return side == config_.side; }
  nn::Features forward(const Variable& images, const nn::Pass& pass) const override;
  std::int64_t feature_size() const override { return config_.width; }
  std::int64_t region_size() const override { return config_.width; }
  std::vector<std::string> ignored_weights() const override { return {"heads."}; }

 private:
  Variable embed(const Variable& images) const;

  VitConfig config_;
  nn::Conv2d patches_;
  Variable class_token_, positions_;
  std::vector<std::unique_ptr<VitLayer>> layers_;
  nn::LayerNorm norm_;
};

std::unique_ptr<Encoder> make_vit_b_16(Generator& generator);
std::unique_ptr<Encoder> make_vit_b_32(Generator& generator);

}  // namespace limn::encoders
