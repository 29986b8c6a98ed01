#include <fstream>
#include <memory>
#include <sstream>

#include "limn/decode/search.h"
#include "limn/models/nic.h"
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

models::Nic make_nic(Generator& generator) {
  return {{.dropout_input = 0, .dropout_output = 0, .image_bias = true},
          {.vocabulary = kVocabulary, .features = kFeatures},
          generator};
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

// NIC: embedding 512, LSTM 512, 16 images x 5 captions, Adam, gradient clipping by norm.
Workload nic_train() {
  struct State {
    Generator generator{0};
    models::Nic nic = make_nic(generator);
    nn::Features features = random_features(kImages, generator);
    data::CaptionBatch batch = random_captions(generator);
    std::unique_ptr<optim::Optimizer> adam = optim::make_optimizer({}, {{nic.parameters(), 1}});
  };
  const auto state = std::make_shared<State>();
  state->adam->set_learning_rate(5e-4);
  const auto step = [state] {
    const auto result = train::maximum_likelihood(state->nic, state->features, state->batch, {},
                                                  {true, &state->generator});
    state->adam->clear_grad();
    backward(result.loss);
    optim::clip_norm(state->adam->parameters(), 5);
    state->adam->step();
  };
  return {"nic_train", "target tokens/s", static_cast<double>(state->batch.words()), step};
}

// Beam search of width 3 over 50 images, 20 steps.
Workload nic_beam() {
  struct State {
    Generator generator{0};
    models::Nic nic = make_nic(generator);
    nn::Features features = random_features(50, generator);
  };
  const auto state = std::make_shared<State>();
  const auto step = [state] {
    decode::beam_search(state->nic, state->features,
                        {.beam = 3, .max_length = 20, .at_limit = decode::AtLimit::keep});
  };
  return {"nic_beam", "captions/s", 50, step};
}

models::Transformer make_transformer(Generator& generator) {
  return {{.dropout_features = 0}, {.vocabulary = kVocabulary, .features = kFeatures}, generator};
}

nn::Features random_regions(std::int64_t images, Generator& generator) {
  Tensor regions(Shape{images, 49, kFeatures});
  generator.fill_normal(regions, 0, 1);
  return {.global = {}, .regions = Variable(regions), .mask = {}};
}

// 6 + 6 layers of width 512, 8 heads, feed-forward 2048, 49 regions; the batches of nic_train.
Workload transformer_train() {
  struct State {
    Generator generator{0};
    models::Transformer transformer = make_transformer(generator);
    nn::Features features = random_regions(kImages, generator);
    data::CaptionBatch batch = random_captions(generator);
    std::unique_ptr<optim::Optimizer> adam =
        optim::make_optimizer({}, {{transformer.parameters(), 1}});
  };
  const auto state = std::make_shared<State>();
  state->adam->set_learning_rate(5e-4);
  const auto step = [state] {
    const auto result = train::maximum_likelihood(state->transformer, state->features, state->batch,
                                                  0, {true, &state->generator});
    state->adam->clear_grad();
    backward(result.loss);
    optim::clip_norm(state->adam->parameters(), 5);
    state->adam->step();
  };
  return {"transformer_train", "target tokens/s", static_cast<double>(state->batch.words()), step};
}

// The search of nic_beam.
Workload transformer_beam() {
  struct State {
    Generator generator{0};
    models::Transformer transformer = make_transformer(generator);
    nn::Features features = random_regions(50, generator);
  };
  const auto state = std::make_shared<State>();
  const auto step = [state] {
    decode::beam_search(state->transformer, state->features,
                        {.beam = 3, .max_length = 20, .at_limit = decode::AtLimit::keep});
  };
  return {"transformer_beam", "captions/s", 50, step};
}

}  // namespace

std::vector<NamedWorkload> caption_workloads() {
  return {{"nic_train", nic_train},
          {"nic_beam", nic_beam},
          {"transformer_train", transformer_train},
          {"transformer_beam", transformer_beam}};
}

}  // namespace limn::bench
