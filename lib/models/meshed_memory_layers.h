// The layers of the Meshed-Memory Transformer, with the parameter names of its authors' code.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "limn/nn/linear.h"
#include "models/post_norm.h"
#include "models/region_rows.h"

namespace limn::models {

struct MeshedLayerConfig {
  std::int64_t width = 0;
  std::int64_t heads = 1;
  std::int64_t head_width = 0;
  std::int64_t feed_forward = 0;
  std::int64_t memories = 0;  ///< slots of an encoder layer
  std::int64_t levels = 1;    ///< encoder layers that a decoder layer looks at
  double dropout = 0;
};

/// Which keys the regions of each image see: their own, then the layer's slots.
struct SlotRows {
  SlotRows(const ImageRows& images, std::int64_t slots);

  std::vector<std::int64_t> rows;  ///< of all regions followed by the slots, image after image
  ops::AttentionOptions sight;
};

/// "mhatt" with the slots "mhatt.attention.m_k" and "….m_v" [1, memories, H·d], and "pwff". Cornia
/// et al., "Meshed-memory transformer for image captioning", 2020, equations 3 and 4, with the
/// code's factors: K = [W_k X; √d M_k], V = [W_v X; √memories M_v].
class MemoryEncoderLayer : public nn::Module {
 public:
  /// The slots start as N(0, 1/d²) and N(0, 1/memories²).
  MemoryEncoderLayer(const MeshedLayerConfig& config, Generator& generator);
  Variable forward(const Variable& x, const SlotRows& slots, const nn::Pass& pass) const;

 private:
  Variable with_slots(const Variable& x, const Variable& slots, std::int64_t scale,
                      const SlotRows& rows) const;

  MeshedLayerConfig config_;
  PostNormAttention attention_;
  PostNormNetwork network_;
  Variable key_slots_, value_slots_;
};

/// "self_att", "enc_att", "pwff" and the gates "fc_alpha1", "fc_alpha2", … of the levels (equations
/// 6 to 8): out = pwff(Σ_l σ(W_l [s; e_l]) ⊙ e_l / √levels), e_l = enc_att(s, level l).
class MeshedDecoderLayer : public nn::Module {
 public:
  MeshedDecoderLayer(const MeshedLayerConfig& config, Generator& generator);

  using Memory = nn::MultiHeadAttention::Memory;
  /// Keys and values of an encoder layer's result.
  Memory look(const Variable& level) const { return image_.attention().remember(level); }
  /// Rows for which `kept` is 0 become 0 after each sublayer; empty: all are kept.
  struct Sight {
    std::span<const Memory> levels;
    ops::AttentionOptions image;
    std::span<const std::uint8_t> kept;
    /// If not null, becomes how much each row looks at each of its image's regions: the mean over
    /// levels.
    Tensor* look = nullptr;
  };
  /// All words of all captions.
  Variable forward(const Variable& x, const ops::AttentionOptions& captions, const Sight& sight,
                   const nn::Pass& pass) const;
  /// One word of each row; `remember` keeps its keys and values and says what it sees.
  Variable step(const Variable& x,
                const std::function<ops::AttentionSteps(const Memory&)>& remember,
                const Sight& sight) const;

 private:
  Variable after_self(const Variable& x, const Variable& attended, const Sight& sight,
                      const nn::Pass& pass) const;
  Tensor mean_look(const Variable& queries, const Sight& sight) const;
  Variable gated(const Variable& s, const Variable& e, std::size_t level) const;

  PostNormAttention self_, image_;
  PostNormNetwork network_;
  std::vector<std::unique_ptr<nn::Linear>> gates_;
};

}  // namespace limn::models
