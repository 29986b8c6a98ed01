// Files of pretrained language models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "limn/core/safetensors.h"
#include "limn/models/captioner.h"
#include "limn/models/gpt2.h"

namespace limn::models {

/// GPT-2's weights as they are published (the safetensors file of transformers): "wte.weight",
/// "wpe.weight", "h.0.ln_1.weight", …, "ln_f.bias", with or without "transformer." before them;
/// matrices [inputs, outputs]; any floating dtype. The buffers "….attn.bias" and
/// "….attn.masked_bias" of older files are skipped. It may have cross-attention
/// ("h.0.crossattention.…", "h.0.ln_cross_attn.…"), and "lm_head.weight" if that is the same as
/// "wte.weight".
class PretrainedGpt2 {
 public:
  /// Looks at the shapes, and at the config.json beside the file, if there is one. Throws IoError
  /// when the file is missing, damaged or no GPT-2, naming every tensor that is missing, not known
  /// or of another shape than the others ask for; and when config.json asks for what limn's GPT-2
  /// does not do.
  explicit PretrainedGpt2(const std::filesystem::path& path);

  /// What the shapes say; `heads` is that of config.json.
  const Gpt2Options& options() const { return options_; }
  /// Whether there is a config.json; without it `options().heads` says nothing.
  bool knows_heads() const { return knows_heads_; }
  std::int64_t vocabulary_size() const { return vocabulary_; }
  /// Gives the language model of a captioner its weights. Cross-attention that the file lacks keeps
  /// its own. Throws InvalidArgument for a captioner without a language model or with one of other
  /// sizes, naming every tensor that differs.
  void load_into(Captioner& captioner) const;

 private:
  void read_sizes();
  void read_config();
  void check_tensors() const;
  void check_output() const;
  std::vector<std::pair<std::string, Shape>> expected() const;

  SafetensorsFile file_;
  std::string prefix_;  // of the names in the file
  Gpt2Options options_;
  std::int64_t vocabulary_ = 0;
  bool knows_heads_ = false;
};

}  // namespace limn::models
