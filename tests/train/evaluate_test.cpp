#include "limn/train/evaluate.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/train/demo.h"
#include "support/catch.h"
#include "support/temporary_folder.h"
#include "train/run_report.h"

using namespace limn;

namespace {

train::Demo small_demo() {
  train::DemoOptions options;
  options.shapes.train = 20;
  options.shapes.test = 9;
  return train::make_demo(options);
}

}  // namespace

TEST_CASE("an evaluation captions every photo, scores the captions and measures perplexity") {
  const train::Demo demo = small_demo();
  const models::PhotoCaptioner& model = demo.job.model;
  std::int64_t last = 0;
  const train::Evaluation evaluation =
      train::evaluate(model, *demo.test_features, demo.test, {.beam = 2, .max_length = 12},
                      [&](std::int64_t done, std::int64_t total) {
                        REQUIRE(total == 9);
                        last = done;
                      });
  REQUIRE(last == 9);
  REQUIRE(evaluation.captions.size() == 9);
  REQUIRE(evaluation.scores.cider_d.images.size() == 9);
  const auto alone =
      model.caption(std::vector{demo.test_pictures[4]}, {.beam = 2, .max_length = 12});
  REQUIRE(evaluation.captions[4].text == alone[0][0].text);

  double sum = 0;
  std::size_t words = 0;
  for (std::size_t i = 0; i < demo.test.size(); ++i) {
    const std::vector<std::string>& captions = demo.test[i].captions;
    const std::vector<std::int64_t> images(captions.size(), 0);
    for (const auto& caption :
         model.score(model.look(std::vector{demo.test_pictures[i]}), captions, images)) {
      sum += caption.log_probability;
      words += caption.words.size();
    }
  }
  REQUIRE(evaluation.perplexity == Approx(std::exp(-sum / static_cast<double>(words))));
  REQUIRE(evaluation.summary().at("perplexity") == evaluation.perplexity);
  REQUIRE(evaluation.summary().at("CIDEr-D") == evaluation.scores.cider_d.corpus);
}

TEST_CASE("photos that cannot be read are left out of an evaluation, all of them are an error") {
  const train::Demo demo = small_demo();
  const auto source =
      train::features_from_pictures(demo.job.model.encoder(), [&](std::int64_t item) -> Tensor {
        if (item % 3 == 0) throw IoError("photo" + std::to_string(item), "the file is empty");
        return demo.test_pictures.at(static_cast<std::size_t>(item));
      });
  const auto evaluation = train::evaluate(demo.job.model, *source, demo.test, {});
  REQUIRE(evaluation.items == std::vector<std::int64_t>{1, 2, 4, 5, 7, 8});
  REQUIRE(source->failures().size() == 3);
  REQUIRE(source->failures().front() == "photo0: the file is empty");
  const auto none = train::features_from_pictures(
      demo.job.model.encoder(),
      [](std::int64_t) -> Tensor { throw IoError("photo", "the file is empty"); });
  REQUIRE_THROWS_TEXT(train::evaluate(demo.job.model, *none, demo.test, {}), InvalidArgument,
                      "evaluate: none of the 9 photos could be read; the first: photo: the file is "
                      "empty");
}

TEST_CASE("twice the same model evaluates as the model, and photos must be the same for both") {
  const train::Demo demo = small_demo();
  const test::TemporaryFolder folder;
  demo.job.model.save(folder / "model.safetensors");
  const std::string path = folder / "model.safetensors";
  const auto twice = models::PhotoEnsemble::load(std::vector{path, path});
  const auto source = [&](std::int64_t unreadable) {
    return train::features_from_pictures(
        demo.job.model.encoder(), [&demo, unreadable](std::int64_t item) -> Tensor {
          if (item == unreadable) throw IoError("photo", "the file is empty");
          return demo.test_pictures.at(static_cast<std::size_t>(item));
        });
  };
  const auto all = source(-1), also = source(-1), other = source(4);
  const auto one = train::evaluate(demo.job.model, *all, demo.test, {});
  const auto both = train::evaluate(twice, {all.get(), also.get()}, demo.test, {});
  REQUIRE(both.perplexity == Approx(one.perplexity));
  REQUIRE(both.scores.cider_d.corpus == Approx(one.scores.cider_d.corpus));
  REQUIRE(both.distinct == one.distinct);
  REQUIRE_THROWS_TEXT(train::evaluate(twice, {all.get()}, demo.test, {}), InvalidArgument,
                      "evaluate: every model needs its source of features; got 1 for 2 models");
  REQUIRE_THROWS_TEXT(train::evaluate(twice, {all.get(), other.get()}, demo.test, {}), Error,
                      "the models could read 9 and 8 photos of one batch; do the files change?");
}

TEST_CASE("an exact match is one of the photo's captions, word for word") {
  train::Evaluation evaluation;
  evaluation.items = {0, 2};
  evaluation.captions.resize(2);
  evaluation.captions[0].text = "a dog";
  evaluation.captions[1].text = "a cat";
  const std::vector<train::Photo> photos = {
      {.name = "0", .id = {}, .captions = {"one dog", "a dog"}, .words = {}},
      {.name = "1", .id = {}, .captions = {"a cat"}, .words = {}},
      {.name = "2", .id = {}, .captions = {"a dog"}, .words = {}}};
  REQUIRE(train::exact_match(evaluation, photos) == 0.5);
}

TEST_CASE("the samples of a report are spread from the best caption to the worst") {
  train::Evaluation evaluation;
  for (int i = 0; i < 100; ++i) {
    evaluation.items.push_back(i);
    evaluation.captions.emplace_back();
    evaluation.scores.cider_d.images.push_back(i * 0.01);
  }
  const auto samples = train::choose_samples(evaluation);
  REQUIRE(samples.size() == 12);
  REQUIRE(samples.front().item == 99);
  REQUIRE(samples.back().item == 0);
  for (std::size_t i = 1; i < samples.size(); ++i) REQUIRE(samples[i].cider < samples[i - 1].cider);
}

TEST_CASE("a demo needs a picture to train on and one for dev") {
  train::DemoOptions options;
  for (const std::int64_t pictures : {0, 1}) {
    options.shapes.train = pictures;
    REQUIRE_THROWS_PART(train::make_demo(options), InvalidArgument,
                        "make_demo: needs 2 training pictures or more; got ");
  }
}
