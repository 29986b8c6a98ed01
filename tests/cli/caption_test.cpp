#include <sstream>

#include "cli/short_demo.h"

using namespace limn;
using namespace limn::test;

namespace {

Outcome caption(const std::vector<std::string>& arguments) {
  return run_model("caption", arguments);
}

// The first `bytes` of a picture of the demo.
std::string part_of_picture(std::size_t bytes) {
  return read_file(demo().folder / demo().picture).substr(0, bytes);
}

}  // namespace

TEST_CASE("caption prints the caption of one photo, and names before those of several") {
  const Outcome one = caption({demo().picture});
  REQUIRE(one.status == 0);
  CHECK(lines(one.out) == 1);
  CHECK(one.err.empty());
  const Outcome folder = caption({demo().pictures});
  CHECK(lines(folder.out) == 8);
  CHECK(has(folder.out, demo().picture + "\t" + one.out));
}

TEST_CASE("caption gives the n best with falling log-probabilities") {
  const Outcome best = caption({demo().picture, "--n-best", "3"});
  REQUIRE(best.status == 0);
  std::istringstream text(best.out);
  double last = 0;
  std::string rest;
  for (double value = 0; text >> value; last = value) {
    CHECK(value <= last);
    std::getline(text, rest);
  }
  CHECK(lines(best.out) == 3);
}

TEST_CASE("caption as JSON holds every word's log-probability") {
  const json photos = json_of(caption({demo().picture, "--format", "json"}));
  REQUIRE(photos.size() == 1);
  CHECK(photos[0].at("photo") == demo().picture);
  const json& first = photos[0].at("captions").at(0);
  CHECK(sum_of_words(first.at("words")) == Approx(first.at("log_probability").get<double>()));
}

TEST_CASE("caption as COCO results knows COCO's file names") {
  fs::copy_file(demo().folder / demo().picture, demo().folder / "COCO_val2014_000000000139.png",
                fs::copy_options::overwrite_existing);
  const json results =
      json_of(caption({demo().picture, "COCO_val2014_000000000139.png", "--format", "coco"}));
  REQUIRE(results.size() == 2);
  CHECK(results[0].at("file") == fs::path(demo().picture).filename().string());
  CHECK(results[1].at("image_id") == 139);
  CHECK(results[0].at("caption") == results[1].at("caption"));
  fs::copy_file(demo().folder / demo().picture, demo().folder / "000000000139.png",
                fs::copy_options::overwrite_existing);
  require_failure(
      caption({"COCO_val2014_000000000139.png", "000000000139.png", "--format", "coco"}), 2,
      "--format coco knows photos by their file names: COCO_val2014_000000000139.png and "
      "000000000139.png would both be {\"image_id\":139}");
}

TEST_CASE("caption as a page shows the photos") {
  const Outcome page =
      caption({demo().pictures, "--n-best", "2", "--format", "html", "--out", "page.html"});
  REQUIRE(page.status == 0);
  CHECK(page.out.empty());
  const std::string html = read_file(demo().folder / "page.html");
  CHECK(has(html, "data:image/jpeg;base64,"));
  CHECK(has(html, "Model, next"));
  CHECK(has(html, fs::path(demo().picture).filename().string()));
}

TEST_CASE("caption draws the same captions from the same seed") {
  const std::vector<std::string> drawn{demo().picture, "--sample", "--samples", "5", "--seed", "7"};
  const Outcome once = caption(drawn);
  REQUIRE(once.status == 0);
  CHECK(lines(once.out) == 5);
  CHECK(caption(drawn).out == once.out);
}

TEST_CASE("a flag of sampling samples") {
  const Outcome drawn = caption({demo().picture, "--samples", "3"});
  CHECK(drawn.status == 0);
  CHECK(std::count(drawn.out.begin(), drawn.out.end(), '\n') == 3);
  const Outcome both = caption({demo().picture, "--sample", "--n-best", "3"});
  CHECK(both.status == 2);
  CHECK(has(both.err, "--samples draws several"));
}

TEST_CASE("a photo that cannot be read is a failure, among several it is skipped") {
  const TemporaryFolder& folder = demo().folder;
  folder.write("empty.png", "");
  folder.write("text.jpg", "this is no picture");
  folder.write("cut.png", part_of_picture(120));
  for (const std::string bad : {"empty.png", "text.jpg", "cut.png", "absent.jpg"}) {
    const Outcome one = caption({bad});
    INFO(one.err);
    CHECK(one.status == 1);
    CHECK(one.out.empty());
    CHECK(one.err.starts_with("limn: " + bad + ": "));
    CHECK(lines(one.err) == 1);
  }
  const Outcome several = caption({"empty.png", demo().picture, "cut.png", "text.jpg"});
  CHECK(several.status == 0);
  CHECK(lines(several.out) == 1);
  CHECK(has(several.err, "limn: skipped: empty.png: "));
  CHECK(has(several.err, "3 photos were skipped"));
  const Outcome none = caption({"empty.png", "text.jpg"});
  CHECK(none.status == 1);
  CHECK(none.out.empty());
  CHECK(has(none.err, "limn: none of the photos could be captioned"));
}

TEST_CASE("output that cannot be written is a failure") {
  const Outcome outcome = caption({demo().picture, "--out", "absent/captions.txt"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: absent/captions.txt: cannot write here"));
}

TEST_CASE("a damaged model is refused by name") {
  const std::string bytes = read_file(demo().folder / demo().model);
  demo().folder.write("cut.safetensors", bytes.substr(0, bytes.size() / 2));
  const Outcome outcome =
      run(demo().folder, {"caption", demo().picture, "--model", "cut.safetensors"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: cut.safetensors: "));
  CHECK(lines(outcome.err) == 1);
}
