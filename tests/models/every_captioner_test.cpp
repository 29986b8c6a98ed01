// What every architecture must refuse, in its own name.
#include <algorithm>
#include <functional>

#include "limn/core/error.h"
#include "support/catch.h"
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
