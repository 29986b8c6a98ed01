#include "limn/models/pretrained_gpt2.h"

#include <cstring>

#include "limn/core/error.h"
#include "limn/models/gpt2_cross.h"
#include "limn/models/gpt2_prefix.h"
#include "limn/ops/softmax.h"
#include "limn/text/byte_pair.h"
#include "limn/text/vocabulary.h"
#include "support/difference.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

using namespace limn;
using models::PretrainedGpt2;

namespace {

const std::filesystem::path kTinyGpt2 = test::kGolden / "gpt2";
constexpr const char* kWhich =
    "; give the model.safetensors of a GPT-2, as transformers publishes "
    "it";

using Tensors = std::map<std::string, Tensor>;

/// The tiny GPT-2 with other tensors, and no config.json beside it.
struct ChangedGpt2 {
  test::TemporaryFolder folder;
  Tensors tensors = SafetensorsFile(kTinyGpt2 / "model.safetensors").tensors();

  std::filesystem::path write() const {
    std::filesystem::remove(folder / "model.safetensors");
    write_safetensors(folder / "model.safetensors", {tensors.begin(), tensors.end()});
    return folder / "model.safetensors";
  }
  void rename(const std::string& prefix) {
    Tensors renamed;
    for (const auto& [name, tensor] : tensors) renamed[prefix + name] = tensor;
    tensors = renamed;
  }
};

/// The language model alone.
std::unique_ptr<models::Gpt2Prefix> blind_captioner(const PretrainedGpt2& file,
                                                    std::int64_t heads = 4) {
  Generator generator;
  models::Gpt2PrefixOptions options{.gpt2 = file.options(), .prefix = 0};
  options.gpt2.heads = heads;
  auto captioner = std::make_unique<models::Gpt2Prefix>(
      options,
      models::CaptionerSizes{
          .vocabulary = file.vocabulary_size(), .begin = 277, .end = 277, .features = 1},
      generator);
  file.load_into(*captioner);
  return captioner;
}

/// Log-probabilities after each word of the reference text [T, V].
std::vector<float> spoken(const models::Gpt2Prefix& captioner) {
  const SafetensorsFile reference(kTinyGpt2 / "reference.safetensors");
  nn::Features features;
  features.global = Variable(Tensor::zeros(Shape{1, 1}));
  decode::State state = captioner.start(features);
  std::vector<float> all;
  for (const std::int32_t id : test::golden_ids(reference, "ids")) {
    const std::vector<float> step =
        test::elements_of<float>(captioner.step(state, std::vector{id}));
    all.insert(all.end(), step.begin(), step.end());
  }
  return all;
}

std::vector<float> reference_log_probabilities() {
  const SafetensorsFile reference(kTinyGpt2 / "reference.safetensors");
  return test::elements_of<float>(ops::log_softmax(Variable(reference.tensor("logits"))).value());
}

}  // namespace

TEST_CASE("a published GPT-2 computes what its weights say") {
  const PretrainedGpt2 file(kTinyGpt2 / "model.safetensors");
  REQUIRE(file.vocabulary_size() == 278);
  REQUIRE(file.knows_heads());
  REQUIRE(file.options().heads == 4);
  REQUIRE(file.options().layers == 2);
  REQUIRE(file.options().width == 16);
  REQUIRE(file.options().feed_forward == 64);
  REQUIRE(file.options().positions == 32);
  REQUIRE(test::largest_difference(spoken(*blind_captioner(file)), reference_log_probabilities()) <
          1e-4);
}

TEST_CASE("the pieces of a published GPT-2 have the ids that it was trained on") {
  const auto bpe = text::BytePairTokenizer::read(kTinyGpt2 / "merges.txt");
  const std::string end = "<|endoftext|>";
  const auto vocabulary = text::Vocabulary::from_words(
      text::read_pieces(kTinyGpt2 / "vocab.json", bpe), {.end = end, .begin = end, .unknown = end});
  std::vector<std::int32_t> ids = vocabulary.encode(bpe.split("a dog runs through the snow"));
  ids.insert(ids.begin(), vocabulary.begin());
  REQUIRE(ids == test::golden_ids(SafetensorsFile(kTinyGpt2 / "reference.safetensors"), "ids"));
}

TEST_CASE("names with another beginning, half precision and the output layer again are taken") {
  ChangedGpt2 changed;
  const std::vector<float> expected = reference_log_probabilities();
  SECTION("with the name of the module, without masks") {
    for (const char* mask : {"attn.bias", "attn.masked_bias"})
      for (const char* layer : {"h.0.", "h.1."}) changed.tensors.erase(std::string(layer) + mask);
    changed.rename("transformer.");
    changed.tensors["lm_head.weight"] = changed.tensors.at("transformer.wte.weight");
    const PretrainedGpt2 file(changed.write());
    REQUIRE_FALSE(file.knows_heads());
    REQUIRE(test::largest_difference(spoken(*blind_captioner(file)), expected) < 1e-4);
  }
  SECTION("bfloat16") {
    for (auto& [name, tensor] : changed.tensors) tensor = tensor.to(DType::bfloat16);
    const double difference = test::largest_difference(
        spoken(*blind_captioner(PretrainedGpt2(changed.write()))), expected);
    REQUIRE(difference < 0.2);
    REQUIRE(difference > 1e-4);
  }
}

TEST_CASE("cross-attention comes with the file, or starts anew") {
  Generator generator(3);
  const PretrainedGpt2 file(kTinyGpt2 / "model.safetensors");
  const models::CaptionerSizes sizes{.vocabulary = 278, .begin = 277, .end = 277, .features = 5};
  models::Gpt2Cross saved({.gpt2 = file.options()}, sizes, generator);
  const auto values = [](const models::Captioner& captioner, const std::string& name) {
    for (const auto& [own, tensor] : captioner.state_dict())
      if (own == "transformer." + name) return test::elements_of<float>(tensor);
    return std::vector<float>();
  };
  const std::string cross = "h.1.crossattention.q_attn.weight", own = "h.1.mlp.c_fc.weight";
  const std::vector<float> started = values(saved, cross);
  file.load_into(saved);
  REQUIRE(values(saved, cross) == started);
  REQUIRE(values(saved, own) ==
          test::elements_of<float>(SafetensorsFile(kTinyGpt2 / "model.safetensors").tensor(own)));

  ChangedGpt2 changed;
  for (const auto& [name, tensor] : saved.state_dict())
    if (name.starts_with("transformer.")) changed.tensors[name.substr(12)] = tensor.clone();
  const PretrainedGpt2 with_cross(changed.write());
  models::Gpt2Cross loaded({.gpt2 = file.options()}, sizes, generator);
  REQUIRE(values(loaded, cross) != started);
  with_cross.load_into(loaded);
  REQUIRE(values(loaded, cross) == started);
  REQUIRE_THROWS_PART(blind_captioner(with_cross), InvalidArgument,
                      "h.0.crossattention.c_attn.bias [32] has no place here");
}

TEST_CASE("a frozen language model is loaded too") {
  Generator generator;
  const PretrainedGpt2 file(kTinyGpt2 / "model.safetensors");
  models::Gpt2Prefix frozen({.gpt2 = file.options(), .prefix = 1, .frozen = true},
                            {.vocabulary = 278, .begin = 277, .end = 277, .features = 1},
                            generator);
  file.load_into(frozen);
  for (const auto& [name, tensor] : frozen.buffers()) {
    INFO(name);
    REQUIRE(test::elements_of<float>(tensor) ==
            test::elements_of<float>(SafetensorsFile(kTinyGpt2 / "model.safetensors")
                                         .tensor(name.substr(std::strlen("gpt.transformer.")))));
  }
}

TEST_CASE("a file that is no GPT-2 is refused with every tensor that does not fit") {
  ChangedGpt2 changed;
  const auto refused = [&](const std::string& problem) {
    const std::filesystem::path path = changed.write();
    REQUIRE_THROWS_TEXT(PretrainedGpt2(path), IoError, path.string() + ": " + problem);
  };
  SECTION("another model") {
    changed.tensors = {{"weight", Tensor::zeros(Shape{2})}};
    refused(std::string("is no GPT-2: wte.weight is missing") + kWhich);
  }
  SECTION("missing, of other shapes, and not known") {
    changed.tensors.erase("ln_f.bias");
    changed.tensors["h.0.ln_1.weight"] = Tensor::zeros(Shape{15});
    changed.tensors["h.1.attn.c_attn.weight"] = Tensor::zeros(Shape{48, 16});
    changed.tensors["h.1.attn.rotary.weight"] = Tensor::zeros(Shape{4});
    refused(
        std::string("is no whole GPT-2, 4 tensors do not fit: ln_f.bias [16] is missing; "
                    "h.0.ln_1.weight is [15], must be [16]; h.1.attn.c_attn.weight is [48, 16], "
                    "must be [16, 48]; h.1.attn.rotary.weight [4] is not of a GPT-2") +
        kWhich);
  }
  SECTION("a layer that is not there") {
    for (const auto& [name, tensor] : Tensors(changed.tensors))
      if (name.starts_with("h.1.")) changed.tensors["h.2." + name.substr(4)] = tensor;
    std::erase_if(changed.tensors,
                  [](const auto& entry) { return entry.first.starts_with("h.1."); });
    REQUIRE_THROWS_PART(PretrainedGpt2(changed.write()), IoError,
                        "12 tensors do not fit: h.1.ln_1.weight [16] is missing; ");
  }
  SECTION("a layer beyond all tensors") {
    changed.tensors["h.999999.ln_1.weight"] = Tensor::zeros(Shape{16});
    refused("is no whole GPT-2: it has a layer 999999, but 33 tensors");
  }
  SECTION("words that are no table") {
    changed.tensors["wte.weight"] = Tensor::zeros(Shape{4});
    refused(std::string("is no GPT-2: wte.weight must be a matrix; it is [4]") + kWhich);
  }
  SECTION("an output layer of its own") {
    changed.tensors["lm_head.weight"] = Tensor::zeros(Shape{278, 16});
    refused(
        "has an output layer of its own, lm_head.weight [278, 16], which must be wte.weight [278, "
        "16] again");
  }
  SECTION("no file") {
    REQUIRE_THROWS_AS(PretrainedGpt2(changed.folder / "none.safetensors"), IoError);
  }
}

TEST_CASE("a config.json that asks for something else is refused") {
  const ChangedGpt2 changed;
  const std::filesystem::path path = changed.write();
  const auto refused = [&](const std::string& config, const std::string& problem) {
    changed.folder.write("config.json", config);
    REQUIRE_THROWS_TEXT(PretrainedGpt2(path), IoError,
                        (changed.folder / "config.json").string() +
                            ": the description of the language model is damaged: " + problem);
  };
  refused(R"({"n_head": 5})", "n_head must be a divisor of the width 16; it is 5");
  refused(R"({"n_head": 4, "activation_function": "relu"})",
          "activation_function must be \"gelu_new\", as in limn's GPT-2; it is \"relu\"");
  refused(R"({"n_head": 4, "layer_norm_epsilon": 1e-6})",
          "layer_norm_epsilon must be 1e-05, as in limn's GPT-2; it is 1e-06");
  refused(R"({"n_head": 4, "scale_attn_by_inverse_layer_idx": true})",
          "scale_attn_by_inverse_layer_idx must be false, as in limn's GPT-2; it is true");
  const std::string whole = R"({"n_head": 8, "activation_function": "gelu_new"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    changed.folder.write("config.json", whole.substr(0, size));
    REQUIRE_THROWS_AS(PretrainedGpt2(path), IoError);
  }
  changed.folder.write("config.json", whole);
  REQUIRE(PretrainedGpt2(path).options().heads == 8);
}

TEST_CASE("a captioner that has no such language model is named with what differs") {
  const PretrainedGpt2 file(kTinyGpt2 / "model.safetensors");
  Generator generator;
  const models::CaptionerSizes sizes{.vocabulary = 278, .begin = 277, .end = 277, .features = 1};
  const auto nic = models::make_captioner("nic", {}, sizes, generator);
  REQUIRE_THROWS_TEXT(
      file.load_into(*nic), InvalidArgument,
      "pretrained: needs a captioner with a GPT-2 in it, such as gpt2_prefix; got nic");
  models::Gpt2PrefixOptions options{.gpt2 = file.options(), .prefix = 0};
  options.gpt2.positions = 31;
  models::Gpt2Prefix shorter(options, sizes, generator);
  const std::string path = (kTinyGpt2 / "model.safetensors").string();
  REQUIRE_THROWS_TEXT(file.load_into(shorter), InvalidArgument,
                      "pretrained: 1 tensors of " + path +
                          " do not fit gpt2_prefix: wpe.weight is [32, 16] there, [31, 16] here");
  options.gpt2 = file.options();
  options.gpt2.layers = 3;
  models::Gpt2Prefix deeper(options, sizes, generator);
  REQUIRE_THROWS_PART(file.load_into(deeper), InvalidArgument,
                      "12 tensors of " + path +
                          " do not fit gpt2_prefix: h.2.attn.c_attn.bias [48] "
                          "is missing there; ");
}
