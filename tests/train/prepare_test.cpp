#include <algorithm>
#include <fstream>

#include "limn/core/error.h"
#include "limn/core/precision.h"
#include "limn/data/shapes.h"
#include "limn/text/byte_pair.h"
#include "limn/train/trainer.h"
#include "limn/vision/image.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;
using train::Job;

namespace {

/// Photos a.png … f.png and captions of them.
struct OwnPhotos {
  test::TemporaryFolder folder;
  std::string captions;

  OwnPhotos() {
    const data::ShapesSet set = data::make_shapes({.train = 6, .test = 1});
    for (int i = 0; i < 6; ++i) {
      const auto bytes = vision::encode_png(set.train[static_cast<std::size_t>(i)].picture);
      const std::string name{static_cast<char>('a' + i)};
      folder.write(name + ".png", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      captions += name + ".png\tA photo, number " + name + "!\n";
    }
  }

  Job prepare(std::vector<std::pair<std::string, std::string>> more = {}) const {
    folder.write("captions.txt", captions);
    std::vector<std::pair<std::string, std::string>> entries = {
        {"data.captions", "captions.txt"},
        {"data.folder", folder.path().string()},
        {"data.images", "."},
        {"encoder.name", "small_cnn"},
        {"text.min_count", "1"},
        {"data.dev_share", "0.4"},
        {"train.out", (folder / "run").string()},
        {"train.epochs", "1"},
        {"model.hidden", "8"},
        {"model.embedding", "8"}};
    if (!more.empty() && more.front().first == "model.architecture")
      std::erase_if(entries, [](const auto& entry) { return entry.first.starts_with("model."); });
    entries.insert(entries.end(), more.begin(), more.end());
    return train::prepare(train::make_recipe(entries, "recipe"));
  }

  static bool warned(const Job& job, const std::string& part) {
    for (const std::string& warning : job.warnings)
      if (warning.find(part) != std::string::npos) return true;
    return false;
  }
};

}  // namespace

TEST_CASE("own photos and captions become a job, split at random by the seed") {
  const OwnPhotos own;
  const Job job = own.prepare();
  REQUIRE(job.train.size() + job.dev.size() == 6);
  REQUIRE(!job.dev.empty());
  REQUIRE(job.warnings.empty());
  REQUIRE(job.train.front().words.front()[1] == "photo");
  const Job again = own.prepare();
  REQUIRE(again.dev.size() == job.dev.size());
  for (std::size_t i = 0; i < job.dev.size(); ++i) REQUIRE(again.dev[i].name == job.dev[i].name);
}

TEST_CASE("what split was made, and by what, is said") {
  const OwnPhotos own;
  using Notes = std::vector<std::string>;
  REQUIRE(own.prepare().notes == Notes{"4 photos to train on, 2 dev photos, drawn by train.seed 1, "
                                       "data.dev_share 0.4 and data.dev_most 1000"});
  REQUIRE(own.prepare({{"data.dev_most", "1"}}).dev.size() == 1);
  own.folder.write("dev.txt", "b.png\nd.png\n");
  REQUIRE(own.prepare({{"data.dev", "dev.txt"}}).notes ==
          Notes{"4 photos to train on, 2 dev photos, as data.dev says"});
  own.folder.write("table.csv",
                   "split,image,caption\nval,a.png,A photo\ntrain,b.png,Two\ntest,c.png,Three\n");
  REQUIRE(own.prepare({{"data.captions", "table.csv"}}).notes ==
          Notes{"1 photos to train on, 1 dev photos, as the caption file says"});
}

TEST_CASE("what the caption file means is for the recipe to say") {
  const OwnPhotos own;
  own.folder.write("karpathy.json", R"({"images": [
      {"filename": "a.png", "split": "restval", "sentences": [{"raw": "A photo!", "tokens": ["x", "y"]}]},
      {"filename": "b.png", "split": "train", "sentences": [{"raw": "A photo!", "tokens": ["x"]}]},
      {"filename": "c.png", "split": "val", "sentences": [{"raw": "A photo!", "tokens": ["x"]}]}]})");
  const auto prepare = [&](std::vector<std::pair<std::string, std::string>> more) {
    more.emplace_back("data.captions", "karpathy.json");
    return own.prepare(more);
  };
  REQUIRE(prepare({}).train.size() == 2);
  REQUIRE(prepare({{"data.restval", "unused"}}).train.size() == 1);
  REQUIRE(prepare({{"data.tokens", "true"}}).train.front().captions.front() == "x y");
  own.folder.write("latin.txt", "a.png\tcaf\xE9\nb.png\tcaf\xE9\n");
  REQUIRE_THROWS_PART(own.prepare({{"data.captions", "latin.txt"}}), IoError,
                      "line 1, byte 10 (0xE9) is no UTF-8 text");
  const Job lossy = own.prepare({{"data.captions", "latin.txt"}, {"data.lossy", "true"}});
  REQUIRE(OwnPhotos::warned(lossy, "no UTF-8, now U+FFFD: 2, the first: line 1, byte 10"));
}

TEST_CASE("photos are found under COCO's name of another year") {
  const OwnPhotos own;
  std::filesystem::rename(own.folder / "a.png", own.folder / "000000000007.jpg");
  std::filesystem::rename(own.folder / "b.png", own.folder / "000000000008.jpg");
  own.folder.write("coco.jsonl",
                   R"({"image_id": 7, "caption": "A photo"}
{"image": "COCO_val2014_000000000008.jpg", "caption": "A photo"})");
  Job job = own.prepare({{"data.captions", "coco.jsonl"}});
  REQUIRE(job.train.size() + job.dev.size() == 2);
  REQUIRE_FALSE(OwnPhotos::warned(job, "000000000008.jpg"));
  train::Observer nobody;
  REQUIRE(train::train(job, nobody).epochs.size() == 1);
}

TEST_CASE("a list that names no photo with captions is refused, not replaced by chance") {
  const OwnPhotos own;
  own.folder.write("none.txt", "x.png\n");
  for (const std::string key : {"train", "dev"}) {
    REQUIRE_THROWS_PART(own.prepare({{"data." + key, "none.txt"}}), IoError,
                        "none.txt: names no photo that has captions; data." + key + " needs one");
  }
}

TEST_CASE("lists take the place of the caption file's splits") {
  OwnPhotos own;
  own.captions.clear();
  for (const std::string photo : {"a", "b", "c", "d", "e", "f"}) {
    own.captions += own.captions.empty() ? R"({"images": [)" : ",";
    own.captions += R"({"filename": ")" + photo + R"(.png", "split": ")" +
                    (photo < "e" ? "train" : "val") + R"(", "sentences": [{"raw": "photo )" +
                    photo + R"("}]})";
  }
  own.captions += "]}";
  own.folder.write("list.txt", "b.png\nd.png\n");
  const auto names = [](const std::vector<train::Photo>& photos) {
    std::string all;
    for (const train::Photo& photo : photos) all += photo.name[0];
    return all;
  };
  const Job trained = own.prepare({{"data.train", "list.txt"}});
  REQUIRE(names(trained.train) == "bd");
  REQUIRE(names(trained.dev) == "ef");
  const Job judged = own.prepare({{"data.dev", "list.txt"}});
  REQUIRE(names(judged.train) == "ac");
  REQUIRE(names(judged.dev) == "bd");
  REQUIRE(OwnPhotos::warned(judged, "photos moved from split \"train\" to \"dev\": 2"));
}

TEST_CASE("lists decide which photos are dev") {
  const OwnPhotos own;
  own.folder.write("dev.txt", "b.png\nd.png\n");
  const Job job = own.prepare({{"data.dev", "dev.txt"}});
  REQUIRE(job.dev.size() == 2);
  REQUIRE(job.train.size() == 4);
  own.folder.write("train.txt", "a.png\nc.png\nd.png\n");
  REQUIRE(own.prepare({{"data.dev", "dev.txt"}, {"data.train", "train.txt"}}).train.size() <= 3);
  const Job from_train = own.prepare({{"data.train", "train.txt"}});
  REQUIRE(from_train.train.size() + from_train.dev.size() == 3);
}

TEST_CASE("captions of photos that do not exist and photos without captions are counted") {
  OwnPhotos own;
  own.captions += "ghost.png\tNothing to see\n";
  own.folder.write("lonely.jpg", "not read");
  const Job job = own.prepare();
  REQUIRE(OwnPhotos::warned(job, "1 photos with captions are not in"));
  REQUIRE(OwnPhotos::warned(job, "such as ghost.png"));
  REQUIRE(OwnPhotos::warned(job, "1 photos in"));
  REQUIRE(OwnPhotos::warned(job, "such as lonely.jpg"));
}

TEST_CASE("a photo whose name no file can have is left out") {
  OwnPhotos own;
  own.captions += std::string(300, 'x') + ".png\tA photo that cannot be.\n";
  const Job job = own.prepare();
  REQUIRE(job.train.size() + job.dev.size() == 6);
}

TEST_CASE("captions without a word are left out with a count") {
  OwnPhotos own;
  own.captions += "a.png\t!!!\n";
  const Job job = own.prepare();
  REQUIRE(OwnPhotos::warned(job, "1 captions without a word left out"));
}

TEST_CASE("an unreadable photo is named, left out, and training goes on") {
  const OwnPhotos own;
  const std::string unlucky = own.prepare().train.front().name;
  own.folder.write(unlucky, "this is no picture");
  Job job = own.prepare();
  struct Listener : train::Observer {
    void on_warning(const std::string& text) override { warnings += text + "\n"; }
    std::string warnings;
  } listener;
  REQUIRE(train::train(job, listener).epochs.size() == 1);
  REQUIRE(listener.warnings.find(unlucky + ": ") != std::string::npos);
}

TEST_CASE("byte pairs are learnt from the captions, and saved with the model") {
  const OwnPhotos own;
  Job job = own.prepare({{"text.tokenizer", "bpe"}, {"text.learn_merges", "30"}});
  const text::Vocabulary& vocabulary = job.model.vocabulary();
  const std::string merges = job.model.tokenizer().data();
  REQUIRE(vocabulary.size() == 3 + 256 + std::count(merges.begin(), merges.end(), ' '));
  for (const auto& piece : job.train.front().words.front())
    REQUIRE(vocabulary.id(piece) != vocabulary.unknown());
  REQUIRE(job.train.front().words.front()[1] == "Ġphoto");
  train::Observer listener;
  REQUIRE(train::train(job, listener).epochs.size() == 1);
  const auto loaded = models::PhotoCaptioner::load(own.folder / "run" / "model.safetensors");
  REQUIRE(loaded.tokenizer().split("A photo") == job.model.tokenizer().split("A photo"));
  REQUIRE(loaded.vocabulary().words() == vocabulary.words());
}

TEST_CASE("pieces of GPT-2 keep their numbers") {
  const OwnPhotos own;
  own.folder.write("merges.txt", "p h\nph o\n");
  std::string ids = "{\"<|endoftext|>\": 258";
  const auto bpe = text::BytePairTokenizer::read(own.folder / "merges.txt");
  for (std::size_t i = 0; i < bpe.pieces().size(); ++i) {
    const std::string& piece = bpe.pieces()[i];
    ids += ", \"" + std::string(piece == "\"" || piece == "\\" ? "\\" : "") + piece +
           "\": " + std::to_string(257 - i);
  }
  own.folder.write("vocab.json", ids + "}");
  const std::string end = "<|endoftext|>";
  std::vector<std::pair<std::string, std::string>> recipe{
      {"text.tokenizer", "bpe"},
      {"text.merges", (own.folder / "merges.txt").string()},
      {"text.pieces", (own.folder / "vocab.json").string()},
      {"text.end", end},
      {"text.begin", end},
      {"text.unknown", end}};
  const Job job = own.prepare(recipe);
  REQUIRE(job.model.vocabulary().size() == 259);
  REQUIRE(job.model.vocabulary().end() == 258);
  REQUIRE(job.model.vocabulary().id("pho") == 0);
  REQUIRE(job.model.vocabulary().id("!") == 257);
  SECTION("special words that the file lacks are refused") {
    recipe.resize(3);
    REQUIRE_THROWS_PART(own.prepare(recipe), InvalidArgument,
                        "vocabulary: the words must hold \"</s>\"; it is not among the 259");
  }
  SECTION("one file needs the other, and both the tokenizer") {
    recipe.erase(recipe.begin() + 1);
    REQUIRE_THROWS_PART(own.prepare(recipe), InvalidArgument, "text.pieces needs text.merges");
    recipe.erase(recipe.begin());
    REQUIRE_THROWS_PART(own.prepare(recipe), InvalidArgument,
                        "text.merges and text.pieces are of the tokenizer bpe; text.tokenizer is "
                        "simple");
  }
}

TEST_CASE("what a recipe lacks is named with what to do") {
  const OwnPhotos own;
  REQUIRE_THROWS_PART(own.prepare({{"data.captions", ""}}), InvalidArgument,
                      "data.captions is missing; name the file with the captions");
  REQUIRE_THROWS_PART(own.prepare({{"encoder.name", ""}}), InvalidArgument,
                      "neither data.features nor encoder.name is given");
  REQUIRE_THROWS_PART(own.prepare({{"encoder.name", "small_cnm"}}), InvalidArgument, "small_cnm");
  REQUIRE_THROWS_PART(own.prepare({{"data.images", "elsewhere"}}), IoError, "is no folder");
  REQUIRE_THROWS_PART(own.prepare({{"data.captions", "gone.txt"}}), IoError, "gone.txt");
  REQUIRE_THROWS_PART(own.prepare({{"data.features", "gone.safetensors"}}), IoError,
                      "gone.safetensors");
  REQUIRE_THROWS_PART(own.prepare({{"encoder.sides", "32"}}), InvalidArgument, "side");
}

TEST_CASE("a precision that the processor lacks is refused before the data is read") {
  if (is_available(Precision::bfloat16)) return;
  const auto recipe = train::make_recipe(
      {{"data.captions", "not there"}, {"train.precision", "bfloat16"}}, "recipe");
  REQUIRE_THROWS_PART(train::prepare(recipe), InvalidArgument,
                      "precision: bfloat16 needs a processor with AVX512-BF16");
}

TEST_CASE("captions that the model could not say are told before training") {
  const OwnPhotos own;
  const auto with = [&](const char* positions, const char* length) {
    own.prepare({{"model.architecture", "gpt2_prefix"},
                 {"model.width", "8"},
                 {"model.heads", "2"},
                 {"model.layers", "1"},
                 {"model.feed_forward", "8"},
                 {"model.prefix", "3"},
                 {"model.positions", positions},
                 {"text.max_length", length}});
  };
  with("12", "9");
  REQUIRE_THROWS_TEXT(
      with("12", "10"), InvalidArgument,
      "recipe: text.max_length = 10, but gpt2_prefix can say captions of 9 words at "
      "most; lower it, or raise model.positions");
  with("7", "3");  // longer captions are cut to be learnt, but not to be judged by
  REQUIRE_THROWS_PART(with("6", "3"), InvalidArgument,
                      "has 4 words, but gpt2_prefix can say captions of 3 at most; shorten it, or "
                      "raise model.positions");
}
