// A vision transformer and GPT-2 with attention to its tokens, trained together: a
// VisionEncoderDecoderModel of transformers 5.23 at a small size.
#include "encoders/vit.h"
#include "limn/models/gpt2_cross.h"
#include "limn/ops/reshape.h"
#include "support/channels.h"
#include "support/golden_captioner.h"

using namespace limn;

namespace {

/// The name in transformers of what is "encoder.layers.encoder_layer_N." in torchvision.
std::string transformers_name(const std::string& mine) {
  static const std::map<std::string, std::string> names = {
      {"class_token", "embeddings.cls_token"},
      {"encoder.pos_embedding", "embeddings.position_embeddings"},
      {"conv_proj.", "embeddings.patch_embeddings.projection."},
      {"encoder.ln.", "layernorm."},
      {".ln_1.", ".layernorm_before."},
      {".ln_2.", ".layernorm_after."},
      {".self_attention.out_proj.", ".attention.o_proj."},
      {".mlp.0.", ".mlp.fc1."},
      {".mlp.3.", ".mlp.fc2."},
      {"encoder.layers.encoder_layer_", "layers."}};
  std::string name = mine;
  for (const auto& [ours, theirs] : names)
    if (const auto at = name.find(ours); at != std::string::npos)
      name.replace(at, ours.size(), theirs);
  return "encoder." + name;
}

/// `kind`/NAME; of the joined maps to queries, keys and values, the three that theirs are.
Tensor of_encoder(const SafetensorsFile& file, const std::string& kind, const std::string& mine,
                  const Shape& shape) {
  const auto joined = mine.find(".self_attention.in_proj_");
  if (joined == std::string::npos) return file.tensor(kind + transformers_name(mine));
  const std::string layer = transformers_name(mine.substr(0, joined));
  const std::string ending = mine.ends_with("weight") ? "weight" : "bias";
  std::vector<Variable> parts;
  for (const std::string part : {"q", "k", "v"}) {
    std::string name = kind;
    name += layer;
    name += ".attention.";
    name += part;
    name += "_proj.";
    name += ending;
    parts.emplace_back(file.tensor(name));
  }
  const Tensor all = ops::concatenate(parts, 0).value();
  REQUIRE(all.shape() == shape);
  return all;
}

struct GoldenVitGpt2 {
  test::GoldenCaptioner golden{"vit_gpt2", {{"", "decoder."}}};
  Generator generator;
  encoders::Vit vit{{"vit", 32, 8, 16, 4, 2, 32, 1e-12}, generator};
  models::Gpt2Cross gpt2{
      {.gpt2 = {.width = 16, .heads = 4, .layers = 2, .feed_forward = 64, .positions = 32}},
      {.vocabulary = 23, .begin = 22, .end = 4, .features = 16},
      generator};

  GoldenVitGpt2() {
    std::map<std::string, Tensor> state;
    for (const auto& [name, values] : vit.state_dict())
      state[name] = of_encoder(golden.file, "parameter/", name, values.shape());
    vit.load_state_dict(state);
    golden.load_into(gpt2);
    look();
  }

  /// Their decoder looks at all tokens, the class token first.
  void look() {
    const Variable pixels(test::channels_last(golden.file.tensor("input/pixels")));
    const nn::Features seen = vit.forward(pixels, {});
    const Shape& shape = seen.regions.shape();
    golden.features.regions = ops::concatenate(
        {ops::reshape(seen.global, Shape{shape[0], 1, shape[2]}), seen.regions}, 1);
  }
};

}  // namespace

TEST_CASE("vit and gpt2: log-probabilities, loss and all gradients are those of transformers") {
  GoldenVitGpt2 reference;
  test::require_golden_log_probabilities(reference.golden, reference.gpt2);
  reference.vit.clear_grad();
  test::require_golden_losses(reference.golden, reference.gpt2);
  for (const auto& [name, parameter] : reference.vit.parameters()) {
    INFO(name);
    test::require_close(parameter.grad(),
                        of_encoder(reference.golden.file, "gradient/", name, parameter.shape()),
                        1e-5);
  }
}

TEST_CASE("vit and gpt2: greedy and beam captions are those of transformers") {
  const NoGradGuard guard;
  const GoldenVitGpt2 reference;
  test::require_golden_greedy(reference.golden, reference.gpt2);
  test::require_golden_beam(reference.golden, reference.gpt2, "beam3");
  test::require_golden_beam(reference.golden, reference.gpt2, "beam5");
}
