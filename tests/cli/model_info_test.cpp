#include "cli/limn_program.h"
#include "limn/core/safetensors.h"
#include "limn/models/nic.h"
#include "limn/models/photo_captioner.h"

using namespace limn;
using namespace limn::test;

TEST_CASE("info shows how a model's pictures are prepared") {
  Generator generator(1);
  auto encoder = encoders::make_encoder(
      {.name = "small_cnn",
       .options = {{"side", "16"}, {"width", "1"}},
       .preprocessing = vision::Preprocessing{.shorter = 20,
                                              .crop = 16,
                                              .filter = vision::Filter::bicubic,
                                              .mean = {0.1, 0.2, 0.3},
                                              .deviation = {0.5, 0.5, 0.25}}},
      generator);
  const models::CaptionerSizes sizes{.vocabulary = 3, .features = encoder->feature_size()};
  auto nic = std::make_unique<models::Nic>(models::NicOptions{.embedding = 2, .hidden = 2}, sizes,
                                           generator);
  const TemporaryFolder folder;
  models::PhotoCaptioner(std::move(encoder), std::move(nic),
                         text::Vocabulary::from_words({"</s>", "<s>", "<unk>"}),
                         text::make_tokenizer("simple"))
      .save(folder / "m.safetensors");
  const json info = json_of(run(folder, {"info", "m.safetensors", "--json"}));
  CHECK(info.at("encoder").at("preprocessing") == json{{"shorter", 20},
                                                       {"crop", 16},
                                                       {"filter", "bicubic"},
                                                       {"mean", {0.1, 0.2, 0.3}},
                                                       {"deviation", {0.5, 0.5, 0.25}}});
  const Outcome table = run(folder, {"info", "m.safetensors"});
  CHECK(has(table.out, "encoder.preprocessing.filter"));
  CHECK(has(table.out, "bicubic"));
  REQUIRE(has(table.out, "0.1, 0.2, 0.3"));
}

TEST_CASE("a description of another kind is refused by file and key") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& description, const std::string& text) {
    write_safetensors(folder / "m.safetensors", {}, {{"limn", description}});
    require_failure(run(folder, {"info", "m.safetensors"}), 1, "m.safetensors: " + text);
  };
  refused(R"({"kind": 3})", "its description is damaged: kind must be text; it is 3");
  refused("[]", "its description is damaged: it must be an object; it is []");
  refused(R"({"kind": "checkpoint", "state": {"epoch": "x"}, "version": 1})",
          "its description is damaged: state.epoch must be a whole number; it is \"x\"");
  refused(R"({"kind": "captioner", "version": 1.5})",
          "its description is damaged: version must be a whole number; it is 1.5");
  refused(R"({"kind": )", "its JSON ends too early, after 9 bytes");
}
