// What every architecture must refuse, in its own name.
#include <algorithm>
#include <functional>

#include "limn/core/allocator.h"
#include "limn/core/error.h"
#include "limn/decode/search.h"
#include "support/captioner_properties.h"
#include "support/region_properties.h"
#include "support/small_options.h"

using namespace limn;

namespace {

constexpr models::CaptionerSizes kSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

void require_refused(const std::string& architecture, const std::function<void()>& body) {
  try {
    body();
  } catch (const InvalidArgument& error) {
    INFO(error.what());
    REQUIRE(std::string(error.what()).starts_with(architecture + ": "));
    return;
  }
  FAIL("not refused");
}

void for_every_captioner(const std::function<void(const models::Captioner&)>& body) {
  for (const models::Architecture& architecture : models::architectures()) {
    INFO(architecture.name);
    Generator generator(1);
    body(*models::make_captioner(architecture.name, test::small_options(architecture.name), kSizes,
                                 generator));
  }
}

bool is_size(const OptionHelp& option) {
  static const std::vector<std::string> sizes = {
      "embedding",      "hidden",        "layers",       "attention_size",  "width",
      "heads",          "head_width",    "feed_forward", "encoder_layers",  "decoder_layers",
      "refiner_layers", "memories",      "positions",    "global_features", "region_embedding",
      "prefix",         "mapper_layers", "mapper_heads", "mapper_inputs",   "padding"};
  const bool is_switch = option.value == "true" || option.value == "false";
  return !is_switch && std::find(sizes.begin(), sizes.end(), option.name) != sizes.end();
}

}  // namespace

TEST_CASE("every captioner refuses sizes that are negative or that no memory holds") {
  for (const models::Architecture& architecture : models::architectures()) {
    for (const OptionHelp& option : models::architecture_options(architecture.name)) {
      if (!is_size(option)) continue;
      for (const std::string size : {"-2", "1000000000", "1000000000000000000"}) {
        INFO(architecture.name << " " << option.name << " " << size);
        auto options = test::small_options(architecture.name);
        if (architecture.name == "gpt2_prefix") options["mapper"] = "transformer";
        options[option.name] = size;
        Generator generator;
        require_refused(architecture.name, [&] {
          models::make_captioner(architecture.name, options, kSizes, generator);
        });
      }
    }
  }
}

TEST_CASE("every captioner refuses more layers than there could be, however narrow") {
  Generator generator;
  for (const std::string name : {"nic", "gpt2_cross"}) {
    auto options = test::small_options(name);
    options["layers"] = "101";
    REQUIRE_THROWS_TEXT(models::make_captioner(name, options, kSizes, generator), InvalidArgument,
                        name + ": layers must be at most 100; got 101");
  }
}

TEST_CASE("every captioner refuses features without numbers") {
  for (const models::Architecture& architecture : models::architectures()) {
    INFO(architecture.name);
    Generator generator;
    auto sizes = kSizes;
    sizes.features = 0;
    REQUIRE_THROWS_TEXT(
        models::make_captioner(architecture.name, test::small_options(architecture.name), sizes,
                               generator),
        InvalidArgument, architecture.name + ": features must be at least 1; got 0");
  }
}

TEST_CASE("every captioner refuses features of another kind, width or dtype") {
  for_every_captioner([](const models::Captioner& captioner) {
    const bool regions = captioner.needs_regions();
    const auto refused = [&](nn::Features features) {
      const data::CaptionBatch batch = test::toy_captions(captioner, 2, 1);
      require_refused(captioner.architecture(), [&] { captioner.start(features); });
      require_refused(captioner.architecture(),
                      [&] { captioner.log_likelihood(features, batch, {}, {}); });
    };
    const nn::Features features = test::region_features(2, 3);
    nn::Features other = features;
    (regions ? other.regions : other.global) = {};
    refused(other);
    refused(test::region_features(2, 4));
    refused(test::region_features(2, 3, DType::float64));
    const Shape shape = regions ? Shape{2, 3} : Shape{2, 1, 3};
    (regions ? other.regions : other.global) = Variable(test::random_tensor(shape, 1));
    refused(other);
    other = features;
    other.global = Variable(test::random_tensor(Shape{3, 3}, 1, DType::float32));
    refused(other);
  });
}

TEST_CASE("every captioner of regions refuses masks that do not fit and images without regions") {
  for_every_captioner([](const models::Captioner& captioner) {
    if (!captioner.needs_regions()) return;
    const std::string name = captioner.architecture();
    nn::Features features = test::region_features(2, 3);
    features.mask = Tensor::full(Shape{2, 5}, 1, DType::uint8);
    require_refused(name, [&] { captioner.start(features); });
    features.mask = Tensor::full(Shape{2, 4}, 1, DType::int32);
    require_refused(name, [&] { captioner.start(features); });
    features.mask = Tensor::full(Shape{2, 4}, 1, DType::uint8);
    features.mask.rows(1, 2).fill(0);
    REQUIRE_THROWS_TEXT(captioner.start(features), InvalidArgument,
                        name + ": image 1 has none of its 4 regions");
    features.mask = {};
    features.regions = Variable(Tensor(Shape{2, 0, 3}));
    REQUIRE_THROWS_TEXT(captioner.start(features), InvalidArgument,
                        name + ": image 0 has none of its 0 regions");
  });
}

TEST_CASE("every captioner refuses captions of images that are not there, and weights of others") {
  for_every_captioner([](const models::Captioner& captioner) {
    const data::CaptionBatch batch = test::toy_captions(captioner, 3, 1);
    const auto run = [&](std::int64_t images, const models::LikelihoodOptions& options) {
      return captioner.log_likelihood(test::region_features(images, 3), batch, options, {});
    };
    REQUIRE_THROWS_PART(run(2, {}), InvalidArgument,
                        captioner.architecture() + ": captions describe image 2 of 2");
    REQUIRE_THROWS_TEXT(run(3, {.weights = {1, 1}}), InvalidArgument,
                        "log_likelihood: needs a weight for each of " +
                            std::to_string(batch.words()) + " targets; got 2");
  });
}

TEST_CASE(
    "captions of the longest length have a likelihood and are found, longer ones do not fit") {
  int limited = 0;
  for_every_captioner([&](const models::Captioner& captioner) {
    const std::int64_t longest = captioner.longest();
    if (longest > 1000) return;
    ++limited;
    const nn::Features features = test::region_features(1, 3);
    const auto likelihood = [&](std::int64_t words) {
      const std::vector<data::EncodedCaption> all = {
          {0, std::vector<std::int32_t>(static_cast<std::size_t>(words), 2)}};
      captioner.log_likelihood(
          features, data::pack_captions(all, captioner.begin(), captioner.end()), {}, {});
    };
    likelihood(longest);
    REQUIRE_THROWS_AS(likelihood(longest + 1), InvalidArgument);
    const auto found =
        decode::greedy(captioner, features, {.max_length = longest, .min_length = longest});
    REQUIRE(std::ssize(found.front().words) == longest);
  });
  REQUIRE(limited == 4);
}

TEST_CASE("every captioner says log P of no captions") {
  for_every_captioner([](const models::Captioner& captioner) {
    const auto likelihood = captioner.log_likelihood(test::region_features(2, 3),
                                                     data::pack_captions({}, 1, 0), {}, {});
    REQUIRE(likelihood.total.value().item() == 0);
    REQUIRE(likelihood.log_probabilities.shape() == Shape{0});
  });
}

TEST_CASE("every captioner needs a word for each row of a step") {
  for_every_captioner([](const models::Captioner& captioner) {
    decode::State state = captioner.start(test::region_features(2, 3));
    for (const std::size_t words : {1, 3}) {
      REQUIRE_THROWS_TEXT(
          captioner.step(state, std::vector<std::int32_t>(words, 1)), InvalidArgument,
          captioner.architecture() + ": a step needs a word for each of 2 rows; got " +
              std::to_string(words));
    }
  });
}

TEST_CASE(
    "a training step of every captioner asks the system for no memory, after the first ones") {
  for_every_captioner([](const models::Captioner& captioner) {
    const nn::Features features = test::region_features(3, 3);
    const data::CaptionBatch batch = test::toy_captions(captioner, 3, 1);
    Generator generator(1);
    const auto step = [&] {
      captioner.clear_grad();
      backward(captioner.log_likelihood(features, batch, {}, {true, &generator}).total);
    };
    for (int i = 0; i < 3; ++i) step();
    const auto before = allocator_statistics();
    for (int i = 0; i < 3; ++i) step();
    const auto after = allocator_statistics();
    REQUIRE(after.system_allocations == before.system_allocations);
    REQUIRE(after.bytes_in_use == before.bytes_in_use);
  });
}
