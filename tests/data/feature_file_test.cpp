#include "limn/data/feature_file.h"

#include "limn/core/allocator.h"
#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/data/feature_writer.h"
#include "support/catch.h"
#include "support/temporary_folder.h"
#include "support/tensors.h"

using namespace limn;
using data::FeatureFile;
using data::FeatureFileInfo;
using data::FeatureWriter;
using test::elements_of;
using Names = std::vector<std::string>;

namespace {

Tensor random(Shape shape, std::uint64_t seed, DType dtype = DType::float32) {
  Tensor tensor(shape);
  Generator(seed).fill_normal(tensor, 0, 100);
  return tensor.to(dtype);
}

nn::Features features(std::int64_t images, std::uint64_t seed, bool regions = true) {
  return {.global = Variable(random(Shape{images, 5}, seed)),
          .regions = regions ? Variable(random(Shape{images, 2, 3}, seed + 1000)) : Variable(),
          .mask = {}};
}

std::vector<float> rounded(const Tensor& tensor) {
  return elements_of<float>(tensor.to(DType::float16).to(DType::float32));
}

Names numbered_names(std::int64_t count) {
  Names names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i) + ".jpg");
  return names;
}

/// A file with two photos of three numbers each.
void write_foreign(const std::filesystem::path& path, const std::string& names,
                   const Tensor& global = Tensor::zeros(Shape{2, 3}, DType::float16)) {
  write_safetensors(path, {{"global", global}}, {{"names", names}});
}

}  // namespace

TEST_CASE("features come back by name, rounded to float16") {
  const test::TemporaryFolder folder;
  const nn::Features first = features(2, 1);
  const nn::Features second = features(1, 2);
  FeatureWriter writer(folder / "f",
                       {.names = {"a", "b", "missing", "ü 😀.jpg"},
                        .encoder = R"({"name": "x"})",
                        .weights = {{"w.0", random(Shape{2, 2}, 9)},
                                    {"count", Tensor::full(Shape{}, 3, DType::int32)}}},
                       true);
  writer.add(Names{"b", "ü 😀.jpg"}, first);
  writer.add({}, features(0, 3));
  writer.add(Names{"a"}, second);
  REQUIRE(writer.images() == 3);
  writer.finish();

  const FeatureFile file(folder / "f");
  REQUIRE(file.names() == Names{"b", "ü 😀.jpg", "a"});
  REQUIRE(file.images() == 3);
  REQUIRE(file.row("a") == 2);
  REQUIRE(file.row("missing") == -1);
  REQUIRE(file.feature_size() == 5);
  REQUIRE(file.has_regions());
  REQUIRE(file.region_count() == 2);
  REQUIRE(file.region_size() == 3);
  REQUIRE(file.encoder() == R"({"name": "x"})");

  const nn::Features found = file.features(std::vector<std::int64_t>{0, 1, 2}, true);
  auto expected = rounded(first.global.value());
  for (const float value : rounded(second.global.value())) expected.push_back(value);
  REQUIRE(elements_of<float>(found.global.value()) == expected);
  REQUIRE(found.global.shape() == Shape{3, 5});
  REQUIRE(found.regions.shape() == Shape{3, 2, 3});
  REQUIRE(elements_of<float>(found.regions.value().rows(2, 3)) == rounded(second.regions.value()));
  REQUIRE_FALSE(found.mask.defined());
  const auto weights = file.encoder_weights();
  REQUIRE(weights.size() == 2);
  REQUIRE(elements_of<float>(weights.at("w.0")) == elements_of<float>(random(Shape{2, 2}, 9)));
  REQUIRE(weights.at("count").item() == 3);
}

TEST_CASE("rows are gathered in any order, again and again, or not at all") {
  const test::TemporaryFolder folder;
  const nn::Features all = features(4, 1);
  FeatureWriter writer(folder / "f", {.names = numbered_names(4)}, true);
  writer.add(numbered_names(4), all);
  writer.finish();
  const FeatureFile file(folder / "f");
  const nn::Features found = file.features(std::vector<std::int64_t>{3, 0, 3}, false);
  REQUIRE_FALSE(found.regions.defined());
  for (const std::int64_t row : {0, 2})
    REQUIRE(elements_of<float>(found.global.value().rows(row, row + 1)) ==
            rounded(all.global.value().rows(3, 4)));
  REQUIRE(file.features({}, true).regions.shape() == Shape{0, 2, 3});
}

TEST_CASE("a file of global features alone has no regions") {
  const test::TemporaryFolder folder;
  FeatureWriter writer(folder / "f", {.names = {"a"}}, false);
  writer.add(Names{"a"}, features(1, 1));
  writer.finish();
  const FeatureFile file(folder / "f");
  REQUIRE_FALSE(file.has_regions());
  REQUIRE(file.region_count() == 0);
  REQUIRE(file.region_size() == 0);
  REQUIRE(file.encoder().empty());
  REQUIRE(file.encoder_weights().empty());
  REQUIRE_THROWS_TEXT(file.features(std::vector<std::int64_t>{0}, true), InvalidArgument,
                      "FeatureFile: " + (folder / "f").string() +
                          " has no regions; make it again with `limn features --regions`");
  REQUIRE_THROWS_TEXT(file.features(std::vector<std::int64_t>{0, 1}, false), InvalidArgument,
                      "FeatureFile: row 1 of 1 photos in " + (folder / "f").string());
  REQUIRE_THROWS_PART(file.features(std::vector<std::int64_t>{-1}, false), InvalidArgument,
                      "row -1 of 1 photos");
}

TEST_CASE("regions pass through the writer without staying in memory") {
  const test::TemporaryFolder folder;
  constexpr std::int64_t batches = 40, batch = 8;
  FeatureWriter writer(folder / "f", {.names = numbered_names(batches * batch)}, true);
  const auto names = numbered_names(batches * batch);
  const nn::Features some = {.global = Variable(random(Shape{batch, 4}, 1)),
                             .regions = Variable(random(Shape{batch, 49, 64}, 2)),
                             .mask = {}};
  const std::size_t before = allocator_statistics().bytes_in_use;
  for (std::int64_t i = 0; i < batches; ++i)
    writer.add(std::span(names).subspan(static_cast<std::size_t>(i * batch), batch), some);
  REQUIRE(allocator_statistics().bytes_in_use - before < 100'000);
  writer.finish();
  const FeatureFile file(folder / "f");
  REQUIRE(file.images() == batches * batch);
  const std::vector<std::int64_t> last = {batches * batch - 1};
  REQUIRE(elements_of<float>(file.features(last, true).regions.value()) ==
          rounded(some.regions.value().rows(batch - 1, batch)));
}

TEST_CASE("nothing is under the final name before the writer finishes") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("f", "old");
  {
    FeatureWriter writer(path, {.names = numbered_names(2)}, true);
    writer.add(Names{"0.jpg"}, features(1, 1));
    REQUIRE(test::read_file(path) == "old");
  }
  REQUIRE(test::read_file(path) == "old");
  REQUIRE(folder.size() == 1);
}

TEST_CASE("numbers that float16 cannot hold are refused with the photo, and nothing is added") {
  const test::TemporaryFolder folder;
  FeatureWriter writer(folder / "f", {.names = numbered_names(3)}, true);
  nn::Features bad = features(2, 1);
  bad.global.value().data<float>()[7] = 65505;
  REQUIRE_THROWS_TEXT(writer.add(numbered_names(2), bad), InvalidArgument,
                      "FeatureWriter: number 2 of the global features of \"1.jpg\" is 65505; "
                      "float16 holds finite ones up to 65504 only");
  bad = features(2, 1);
  bad.regions.value().data<float>()[5] = std::numeric_limits<float>::quiet_NaN();
  REQUIRE_THROWS_TEXT(writer.add(numbered_names(2), bad), InvalidArgument,
                      "FeatureWriter: number 5 of the region features of \"0.jpg\" is nan; "
                      "float16 holds finite ones up to 65504 only");
  writer.add(numbered_names(2), features(2, 1));
  writer.finish();
  REQUIRE(FeatureFile(folder / "f").images() == 2);
}

TEST_CASE("the writer says which names do not fit") {
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_TEXT(FeatureWriter(folder / "f", {.names = {"a", "b", "a"}}, false),
                      InvalidArgument, "FeatureWriter: \"a\" is announced twice");
  REQUIRE_THROWS_TEXT(FeatureWriter(folder / "f", {.names = {"caf\xE9.jpg"}}, false),
                      InvalidArgument,
                      "FeatureWriter: the photo's name \"caf\" is no UTF-8 at byte 4; rename it");
  FeatureWriter writer(folder / "f", {.names = {"a", "b"}}, false);
  REQUIRE_THROWS_TEXT(writer.finish(), InvalidArgument,
                      "FeatureWriter: none of the 2 photos announced was added");
  REQUIRE_THROWS_TEXT(writer.add(Names{"c"}, features(1, 1)), InvalidArgument,
                      "FeatureWriter: \"c\" is none of the 2 photos announced");
  REQUIRE_THROWS_TEXT(writer.add(Names{"a", "a"}, features(2, 1)), InvalidArgument,
                      "FeatureWriter: 2 names of 1 photos");
  writer.add(Names{"a"}, features(1, 1));
  REQUIRE_THROWS_TEXT(writer.add(Names{"b", "a"}, features(2, 1)), InvalidArgument,
                      "FeatureWriter: \"a\" was added before");
}

TEST_CASE("the writer says which features do not fit") {
  const test::TemporaryFolder folder;
  FeatureWriter writer(folder / "f", {.names = numbered_names(4)}, true);
  const auto add = [&](const nn::Features& some, Names names = {"0.jpg", "1.jpg"}) {
    writer.add(names, some);
  };
  REQUIRE_THROWS_TEXT(add(features(1, 1)), InvalidArgument,
                      "FeatureWriter: global features of 2 photos must be float32 [2, F]; got "
                      "float32 [1, 5]");
  REQUIRE_THROWS_TEXT(add(features(2, 1, false)), InvalidArgument,
                      "FeatureWriter: region features of 2 photos must be float32 [2, R, F]; got "
                      "none");
  nn::Features some = features(2, 1);
  some.mask = Tensor::full(Shape{2, 2}, 1, DType::uint8);
  REQUIRE_THROWS_TEXT(add(some), InvalidArgument,
                      "FeatureWriter: regions with a mask cannot be stored; every photo needs as "
                      "many");
  add(features(2, 1));
  some = features(2, 1);
  some.global = Variable(random(Shape{2, 4}, 1));
  REQUIRE_THROWS_TEXT(add(some, {"2.jpg", "3.jpg"}), InvalidArgument,
                      "FeatureWriter: global features of a photo are [1, 5] so far; got [1, 4]");
  some = features(2, 1);
  some.regions = Variable(random(Shape{2, 3, 3}, 1));
  REQUIRE_THROWS_TEXT(add(some, {"2.jpg", "3.jpg"}), InvalidArgument,
                      "FeatureWriter: region features of a photo are [1, 2, 3] so far; got [1, 3, "
                      "3]");
}

TEST_CASE("files that are no feature files are refused") {
  const test::TemporaryFolder folder;
  const auto path = folder / "f";
  const auto refused = [&](const std::string& problem) {
    REQUIRE_THROWS_TEXT(FeatureFile(path), IoError, path.string() + ": " + problem);
  };
  const std::string none =
      "is no feature file (\"global\" or \"regions\" and, in the metadata, \"names\" are wanted); "
      "make one with `limn features`";
  refused("cannot be opened (No such file or directory)");
  folder.write("f", "0.jpg\t0.5 0.25");
  refused("no safetensors file");
  write_safetensors(path, {{"weight", Tensor::zeros(Shape{2})}}, {{"names", "[]"}});
  refused(none);
  write_safetensors(path, {{"global", Tensor::zeros(Shape{2, 3}, DType::float16)}});
  refused(none);
}

TEST_CASE("damaged feature files are refused with what does not hold") {
  const test::TemporaryFolder folder;
  const auto path = folder / "f";
  const auto refused = [&](const std::string& problem) {
    REQUIRE_THROWS_TEXT(FeatureFile(path), IoError, path.string() + ": " + problem);
  };
  write_foreign(path, R"(["a", "b"])");
  REQUIRE(FeatureFile(path).row("b") == 1);
  write_foreign(path, "[\"a\", ");
  refused("its JSON ends too early, after 6 bytes");
  write_foreign(path, R"({"a": 0})");
  refused("damaged feature file: \"names\" in its metadata must be a list");
  write_foreign(path, R"(["a", 5])");
  refused("damaged feature file: name 1 must be text; it is 5");
  write_foreign(path, R"(["a", "a"])");
  refused("damaged feature file: \"a\" is there twice, in rows 0 and 1");
  write_foreign(path, R"(["a", "b", "c"])");
  refused(
      "damaged feature file: \"global\" must be float16 [3, F] for its 3 names; it is float16 "
      "[2, 3]");
  write_foreign(path, R"(["a", "b"])", Tensor::zeros(Shape{2, 3}));
  refused(
      "damaged feature file: \"global\" must be float16 [2, F] for its 2 names; it is float32 "
      "[2, 3]");
  write_safetensors(path,
                    {{"global", Tensor::zeros(Shape{1, 3}, DType::float16)},
                     {"regions", Tensor::zeros(Shape{1, 3}, DType::float16)}},
                    {{"names", R"(["a"])"}});
  refused(
      "damaged feature file: \"regions\" must be float16 [1, R, F] for its 1 names; it is "
      "float16 [1, 3]");
}

TEST_CASE("photos may have different numbers of regions, and no global features") {
  const test::TemporaryFolder folder;
  const Tensor regions = random(Shape{3, 2, 4}, 1, DType::float16);
  const auto write = [&](const Tensor& mask) {
    write_safetensors(folder / "f", {{"regions", regions}, {"mask", mask}},
                      {{"names", R"(["a", "b", "c"])"}});
  };
  write(Tensor::from(Shape{3, 2}, std::vector<std::uint8_t>{1, 1, 1, 0, 0, 1}));
  const FeatureFile file(folder / "f");
  REQUIRE_FALSE(file.has_global());
  REQUIRE(file.has_mask());
  REQUIRE(file.feature_size() == 0);
  const nn::Features found = file.features(std::vector<std::int64_t>{2, 0}, true);
  REQUIRE_FALSE(found.global.defined());
  REQUIRE(elements_of<std::uint8_t>(found.mask) == std::vector<std::uint8_t>{0, 1, 1, 1});
  REQUIRE(found.images() == 2);
  REQUIRE_THROWS_TEXT(file.features(std::vector<std::int64_t>{0}, false), InvalidArgument,
                      "FeatureFile: " + (folder / "f").string() +
                          " has regions only; the model wants global features, one vector a photo");
  write(Tensor::from(Shape{3, 2}, std::vector<std::uint8_t>{1, 1, 0, 0, 0, 1}));
  REQUIRE_THROWS_TEXT(
      FeatureFile(folder / "f"), IoError,
      (folder / "f").string() + ": damaged feature file: \"b\" has no region in \"mask\"");
  write(Tensor::full(Shape{3, 1}, 1, DType::uint8));
  REQUIRE_THROWS_TEXT(
      FeatureFile(folder / "f"), IoError,
      (folder / "f").string() +
          ": damaged feature file: \"mask\" must be uint8 [3, 2] for its regions; it "
          "is uint8 [3, 1]");
}

TEST_CASE("a feature file cut short anywhere is refused") {
  const test::TemporaryFolder folder;
  FeatureWriter writer(folder / "f", {.names = numbered_names(2)}, true);
  writer.add(numbered_names(2), features(2, 1));
  writer.finish();
  const std::string whole = test::read_file(folder / "f");
  for (std::size_t size = 0; size < whole.size(); ++size)
    REQUIRE_THROWS_AS(FeatureFile(folder.write("cut", whole.substr(0, size))), IoError);
}
