// The Meshed-Memory Transformer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/models/captioner.h"

namespace limn::models {

struct RegionMemory;

/// Defaults are those of the authors' code (aimagelab/meshed-memory-transformer), but for `start`.
struct MeshedMemoryOptions {
  std::int64_t width = 512;  ///< D, even
  std::int64_t heads = 8;
  std::int64_t head_width = 64;  ///< of keys and values
  std::int64_t feed_forward = 2048;
  std::int64_t encoder_layers = 3;  ///< levels; the code has exactly three
  std::int64_t decoder_layers = 3;
  std::int64_t memories = 40;   ///< slots of each encoder layer; 0: none
  std::int64_t positions = 54;  ///< the most words of a caption, its begin included
  double dropout = 0.1;
  /// "intended": the slots start as N(0, 1/d²) and N(0, 1/memories²), the positions are sinusoids.
  /// "released": both are overwritten with Xavier's uniform values, as the code does before it
  /// trains: what the released weights were trained from.
  std::string start = "intended";
  /// Whether the mask of the features counts. The code looks for padded regions after they were
  /// normalised and finds none: false gives what the released model computes of padded features.
  bool mask_regions = true;
  /// A word whose state is 0 and which nobody sees, as the code has it of its padding; −1: none.
  std::int64_t padding = -1;
};
std::vector<Option> options_of(MeshedMemoryOptions& options);

/// Cornia, Stefanini, Baraldi, Cucchiara, "Meshed-Memory Transformer for Image Captioning", CVPR
/// 2020: an encoder whose keys and values have learnt slots beside the regions (equations 3 to 5),
/// and a decoder that looks at the results of all its layers, each weighed by a gate (equations 6
/// to 8; divided by √levels, as the code has it for its three). Parameters have the code's names,
/// "encoder.layers.0.mhatt.attention.fc_q.weight", …, "decoder.fc.weight"; the position table
/// "decoder.pos_emb.weight" [positions + 1, D] is not trained, row t + 1 belongs to word t. Of a
/// published state dict leave out what begins with "running_" after the last of its dots.
class MeshedMemory : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  MeshedMemory(const MeshedMemoryOptions& options, const CaptionerSizes& sizes,
               Generator& generator);
  ~MeshedMemory() override;

  std::string architecture() const override { return "meshed_memory"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return true; }
  std::int64_t longest() const override { return options_.positions - 1; }
  /// Throws InvalidArgument for captions longer than the table of positions.
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;
  /// Of the last layer, the mean over its heads and levels.
  Tensor attention(const decode::State& state) const override;

 private:
  struct Stacks;
  RegionMemory encode(const nn::Features& features, const nn::Pass& pass) const;
  Variable embed(std::span<const std::int32_t> words,
                 std::span<const std::int64_t> positions) const;
  std::vector<std::uint8_t> kept(std::span<const std::int32_t> words) const;

  MeshedMemoryOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<Stacks> stacks_;
};

}  // namespace limn::models
