#include "limn/models/meshed_memory.h"

#include <algorithm>
#include <cmath>

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::MeshedMemory;
using models::MeshedMemoryOptions;

namespace {

constexpr models::CaptionerSizes kMeshed{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

MeshedMemoryOptions small_mesh() {
  return {.width = 8,
          .heads = 2,
          .head_width = 3,
          .feed_forward = 6,
          .encoder_layers = 2,
          .decoder_layers = 2,
          .memories = 2,
          .positions = 9};
}

std::unique_ptr<MeshedMemory> make_meshed(const MeshedMemoryOptions& options) {
  Generator generator(2);
  return std::make_unique<MeshedMemory>(options, kMeshed, generator);
}

/// Slots or none, a padding word, both starts.
void for_all_meshes(const std::function<void(MeshedMemory&)>& body) {
  MeshedMemoryOptions without = small_mesh(), padded = small_mesh();
  without.memories = 0;
  without.encoder_layers = 1;
  padded.padding = 3;
  padded.start = "released";
  for (const MeshedMemoryOptions& options : {small_mesh(), without, padded}) {
    INFO(options.memories << " slots, padding " << options.padding);
    body(*make_meshed(options));
  }
}

/// What data_scripts/golden_meshed_memory.py computes.
struct SmallMesh {
  test::GoldenCaptioner golden{"meshed_memory"};
  Generator generator;
  MeshedMemory model{{.width = 16,
                      .heads = 2,
                      .head_width = 6,
                      .feed_forward = 12,
                      .encoder_layers = 3,
                      .decoder_layers = 2,
                      .memories = 4,
                      .positions = 10,
                      .padding = 21},
                     {.vocabulary = 23, .begin = 22, .end = 13, .features = 20},
                     generator};

  SmallMesh() { golden.load_into(model); }
};

}  // namespace

TEST_CASE("meshed_memory: teacher forcing and steps are two views of one distribution") {
  for_all_meshes(
      [](MeshedMemory& m) { test::require_two_views_agree(m, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("meshed_memory: P(S | I) sums to one over all sentences") {
  for_all_meshes(
      [](MeshedMemory& m) { test::require_sums_to_one(m, test::region_features(2, 3), 3, 1e-5); });
}

TEST_CASE("meshed_memory: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_all_meshes(
      [](MeshedMemory& m) { test::require_search_is_exact(m, test::region_features(2, 3), 3); });
}

TEST_CASE("meshed_memory: gradients of every parameter hold in double") {
  for_all_meshes([](MeshedMemory& m) {
    test::require_gradients_hold(m, test::region_features(2, 3, DType::float64), 2);
  });
}

TEST_CASE("meshed_memory: a batch of one gives what a batch of many gives") {
  for_all_meshes(
      [](MeshedMemory& m) { test::require_batch_does_not_matter(m, test::region_features(4, 3)); });
}

TEST_CASE("meshed_memory: masked regions have no influence, whatever they hold") {
  for_all_meshes([](MeshedMemory& m) { test::require_masks_hold(m, test::region_features(3, 3)); });
}

TEST_CASE("meshed_memory: told so, it looks at masked regions as the released code does") {
  MeshedMemoryOptions options = small_mesh();
  options.mask_regions = false;
  const std::unique_ptr<MeshedMemory> meshed = make_meshed(options);
  nn::Features features = test::region_features(3, 3);
  const auto score = [&] {
    const data::CaptionBatch batch = test::toy_captions(*meshed, 3, 1);
    return meshed->log_likelihood(features, batch, {}, {}).total.value().item();
  };
  const double masked = score();
  features.mask = {};
  REQUIRE(masked == score());
}

TEST_CASE("meshed_memory: dropout draws in training only") {
  for_all_meshes([](MeshedMemory& m) {
    test::require_dropout_draws_in_training(m, test::region_features(2, 3));
  });
}

TEST_CASE("meshed_memory: says where it looks") {
  for_all_meshes(
      [](MeshedMemory& m) { test::require_attention_is_said(m, test::region_features(3, 3)); });
}

TEST_CASE("meshed_memory: a model file holds all of it") {
  test::require_file_holds_all(make_meshed(small_mesh()), test::region_features(3, 3));
}

TEST_CASE("meshed_memory: log-probabilities are those of the reference") {
  const SmallMesh reference;
  test::require_golden_log_probabilities(reference.golden, reference.model);
}

TEST_CASE("meshed_memory: the loss and gradients are those of the reference") {
  const SmallMesh reference;
  test::require_golden_losses(reference.golden, reference.model);
}

TEST_CASE("meshed_memory: nobody sees the padding, as in the reference") {
  const SmallMesh reference;
  const std::vector<std::int32_t> said = test::golden_ids(reference.golden.file, "said");
  const Tensor theirs = reference.golden.file.tensor("said/logprobs");
  const std::int64_t images = theirs.shape()[0], steps = theirs.shape()[1];
  decode::State state = reference.model.start(reference.golden.features);
  for (std::int64_t t = 0; t < steps; ++t) {
    std::vector<std::int32_t> words;
    for (std::int64_t b = 0; b < images; ++b)
      words.push_back(said[static_cast<std::size_t>(b * steps + t)]);
    const Tensor scores = reference.model.step(state, words);
    for (std::int64_t b = 0; b < images; ++b) {
      INFO("image " << b << ", step " << t);
      const Tensor row = theirs.rows(b, b + 1).reshaped(Shape{steps, 23}).rows(t, t + 1);
      test::require_close(scores.rows(b, b + 1), row, 1e-4);
    }
  }
}

TEST_CASE("meshed_memory: slots and positions start as intended or as released") {
  const auto largest = [](const std::string& start, const std::string& tensor) {
    MeshedMemoryOptions options;
    options.width = 32;
    options.heads = 1;
    options.head_width = 16;
    options.start = start;
    float result = 0;
    for (const auto& [name, values] : make_meshed(options)->state_dict())
      if (name == tensor)
        for (const float value : values.span<float>()) result = std::max(result, std::abs(value));
    return result;
  };
  const std::string slots = "encoder.layers.0.mhatt.attention.m_v";
  const std::string positions = "decoder.pos_emb.weight";
  REQUIRE(largest("intended", positions) == Approx(1).epsilon(1e-3));
  REQUIRE(largest("released", positions) == Approx(std::sqrt(6.0 / (55 + 32))).epsilon(0.01));
  REQUIRE(largest("intended", slots) == Approx(3.3 / 40).epsilon(0.3));  // 3.3 deviations
  REQUIRE(largest("released", slots) == Approx(std::sqrt(6.0 / (16 * 41))).epsilon(0.02));
}

TEST_CASE("meshed_memory: captions longer than its positions are refused") {
  MeshedMemoryOptions options = small_mesh();
  options.positions = 2;
  const std::unique_ptr<MeshedMemory> meshed = make_meshed(options);
  const NoGradGuard guard;
  decode::State state = meshed->start(test::region_features(1, 3));
  meshed->step(state, std::vector<std::int32_t>{1});
  meshed->step(state, std::vector<std::int32_t>{2});
  REQUIRE_THROWS_TEXT(
      meshed->step(state, std::vector<std::int32_t>{2}), InvalidArgument,
      "meshed_memory: was built for captions of 2 words, the begin included; got more");
}

TEST_CASE("meshed_memory: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("meshed_memory", {{name, value}}, kMeshed, generator);
  };
  for (const std::string name : {"width", "heads", "head_width", "feed_forward", "encoder_layers",
                                 "decoder_layers", "positions"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "meshed_memory: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  }
  REQUIRE_THROWS_AS(make("memories", "1000000000"), InvalidArgument);
  REQUIRE_THROWS_TEXT(make("memories", "-1"), InvalidArgument,
                      "meshed_memory: memories must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(make("width", "5"), InvalidArgument,
                      "meshed_memory: width must be even; got 5");
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "meshed_memory: dropout must be in [0, 1); got 1");
  for (const std::string word : {"-2", "0", "1", "5"}) {
    REQUIRE_THROWS_TEXT(make("padding", word), InvalidArgument,
                        "meshed_memory: padding must be -1 or a word that is neither begin nor "
                        "end; got " +
                            word);
  }
  REQUIRE_THROWS_TEXT(make("start", "paper"), InvalidArgument,
                      "model: start must be one of intended, released; got \"paper\"");
}
