#include <fstream>
#include <memory>
#include <sstream>

#include "flops.h"
#include "limn/decode/search.h"
#include "limn/models/nic.h"
#include "limn/models/show_attend_tell.h"
#include "limn/models/transformer.h"
#include "limn/optim/clip.h"
#include "limn/optim/optimizer_config.h"
#include "limn/train/objective.h"
#include "measure.h"

namespace limn::bench {
namespace {

constexpr std::int64_t kVocabulary = 9487, kFeatures = 2048, kImages = 16, kPerImage = 5;

bool is_alphanumeric(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c); });
}

// Words of real captions, cut at 16; a few typical ones where there are no captions.
std::vector<std::int64_t> caption_lengths() {
  std::ifstream file(LIMN_BENCH_SHARED "/flickr8k/Flickr8k.token.txt");
  std::vector<std::int64_t> lengths;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(line.find('\t') + 1));
    std::int64_t count = 0;
    for (std::string word; words >> word;) count += is_alphanumeric(word);
    if (count > 0) lengths.push_back(std::min<std::int64_t>(count, 16));
  }
  if (lengths.empty()) lengths = {8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 16};
  return lengths;
}

constexpr CaptionerFlops kFlops{
    .width = 512, .vocabulary = kVocabulary, .features = kFeatures, .regions = 49};
constexpr double kLayers = 6, kInner = 2048;

constexpr models::CaptionerSizes kSizes{.vocabulary = kVocabulary, .features = kFeatures};

std::shared_ptr<models::Captioner> make_nic(Generator& generator) {
  return std::make_shared<models::Nic>(
      models::NicOptions{.dropout_input = 0, .dropout_output = 0, .image_bias = true}, kSizes,
      generator);
}

// The model of the peer: raw regions, no gate, words from the state alone.
std::shared_ptr<models::Captioner> make_attend(Generator& generator) {
  return std::make_shared<models::ShowAttendTell>(
      models::ShowAttendTellOptions{.gate = "none",
                                    .start = "linear",
                                    .readout = "hidden",
                                    .dropout_output = 0,
                                    .attention_penalty = 0},
      kSizes, generator);
}

std::shared_ptr<models::Captioner> make_transformer(Generator& generator) {
  return std::make_shared<models::Transformer>(models::TransformerOptions{.dropout_features = 0},
                                               kSizes, generator);
}

nn::Features random_regions(std::int64_t images, Generator& generator) {
  Tensor regions(Shape{images, 49, kFeatures});
  generator.fill_normal(regions, 0, 1);
  return {.global = {}, .regions = Variable(regions), .mask = {}};
}

nn::Features random_features(std::int64_t images, Generator& generator) {
  Tensor global(Shape{images, kFeatures});
  generator.fill_normal(global, 0, 1);
  return {.global = Variable(global), .regions = {}, .mask = {}};
}

data::CaptionBatch random_captions(Generator& generator) {
  const std::vector<std::int64_t> lengths = caption_lengths();
  std::vector<data::EncodedCaption> captions;
  for (std::int64_t i = 0; i < kImages * kPerImage; ++i) {
    data::EncodedCaption caption{.image = i / kPerImage, .words = {}};
    const auto length = lengths[static_cast<std::size_t>(generator.below(std::ssize(lengths)))];
    for (std::int64_t t = 0; t < length; ++t)
      caption.words.push_back(static_cast<std::int32_t>(2 + generator.below(kVocabulary - 2)));
    captions.push_back(std::move(caption));
  }
  return data::pack_captions(captions, 1, 0);
}

// Of the forward pass.
struct Cost {
  double image, word;
};

// 16 images x 5 captions, Adam, gradient clipping by norm.
Workload train_workload(const char* name, std::shared_ptr<models::Captioner> model,
                        nn::Features features, Generator generator, const Cost& cost) {
  const auto batch = std::make_shared<data::CaptionBatch>(random_captions(generator));
  const std::shared_ptr<optim::Optimizer> adam =
      optim::make_optimizer({}, {{model->parameters(), 1}});
  adam->set_learning_rate(5e-4);
  model->set_trainable(true);
  const auto step = [=]() mutable {
    adam->clear_grad();
    const auto result = train::maximum_likelihood(*model, features, *batch, {}, {true, &generator});
    backward(result.loss);
    optim::clip_norm(adam->parameters(), 5);
    adam->step();
  };
  const auto words = static_cast<double>(batch->words());
  return {name, "target tokens/s", words, step,
          kTraining * (cost.word + cost.image * kImages / words)};
}

// NIC: embedding 512, LSTM 512.
Workload nic_train() {
  Generator generator{0};
  const auto model = make_nic(generator);
  return train_workload("nic_train", model, random_features(kImages, generator), generator,
                        {0, kFlops.nic_word()});
}

// Soft attention: embedding, LSTM and attention 512, 49 regions.
Workload attend_train() {
  Generator generator{0};
  const auto model = make_attend(generator);
  return train_workload("attend_train", model, random_regions(kImages, generator), generator,
                        {kFlops.attend_image(), kFlops.attend_word()});
}

// 6 + 6 layers of width 512, 8 heads, feed-forward 2048.
Workload transformer_train() {
  Generator generator{0};
  const auto model = make_transformer(generator);
  return train_workload(
      "transformer_train", model, random_regions(kImages, generator), generator,
      {kFlops.transformer_image(kLayers, kInner), kFlops.transformer_word(kLayers, kInner)});
}

// Width 3, 50 images, 20 steps: as many operations as when none stops early.
Workload beam_workload(const char* name, std::shared_ptr<models::Captioner> model,
                       nn::Features features, const Cost& cost) {
  constexpr int kBeam = 3, kSteps = 20;
  const auto step = [=] {
    decode::beam_search(*model, features,
                        {.beam = kBeam, .max_length = kSteps, .at_limit = decode::AtLimit::keep});
  };
  return {name, "captions/s", static_cast<double>(features.images()), step,
          cost.image + kBeam * kSteps * cost.word};
}

Workload nic_beam() {
  Generator generator{0};
  const auto model = make_nic(generator);
  return beam_workload("nic_beam", model, random_features(50, generator), {0, kFlops.nic_word()});
}

Workload transformer_beam() {
  Generator generator{0};
  const auto model = make_transformer(generator);
  return beam_workload(
      "transformer_beam", model, random_regions(50, generator),
      {kFlops.transformer_image(kLayers, kInner), kFlops.transformer_word(kLayers, kInner)});
}

}  // namespace

std::vector<NamedWorkload> caption_workloads() {
  return {{"nic_train", nic_train},
          {"attend_train", attend_train},
          {"transformer_train", transformer_train},
          {"nic_beam", nic_beam},
          {"transformer_beam", transformer_beam}};
}

}  // namespace limn::bench
