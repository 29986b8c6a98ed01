// Systems beside each other, and results that are not as they should be.
#include "cli/limn_program.h"

using namespace limn;
using namespace limn::test;

namespace {

// Three photos, in the layout of Flickr's token files; no METEOR data.
struct SystemsSet {
  TemporaryFolder folder;

  SystemsSet() {
    folder.write("references.txt",
                 "1.jpg#0\ta man rides a wave\n1.jpg#1\ta surfer on a wave\n"
                 "2.jpg#0\ta brown dog runs on grass\n3.jpg#0\ttwo people sit at a table\n");
    folder.write("good.json", results("a man rides a wave", "a brown dog runs on grass",
                                      "two people sit at a table"));
    folder.write("bad.json", results("a cat", "a cat", "a cat"));
  }
  static std::string results(const std::string& one, const std::string& two,
                             const std::string& three) {
    return R"([{"file": "3.jpg", "caption": ")" + three + R"("}, {"file": "1.jpg", "caption": ")" +
           one + R"("}, {"file": "2.jpg", "caption": ")" + two + "\"}]";
  }
  Outcome evaluate(const std::string& more,
                   const std::string& references = "references.txt") const {
    return run_shell(folder,
                     "unset LIMN_METEOR_DATA; XDG_DATA_HOME=. \"$LIMN\" evaluate --references " +
                         references + " --results " + more + " 2>err; status=$?; " +
                         "grep -v 'METEOR is left out' err >&2; exit $status");
  }
};

}  // namespace

TEST_CASE("every score has an interval that holds it") {
  const SystemsSet set;
  set.folder.write("mixed.json",
                   SystemsSet::results("a man rides a horse", "a dog on grass", "a table"));
  const json mixed = json_of(set.evaluate("mixed.json --json"));
  CHECK(mixed.at("scores").size() == 6);
  for (const auto& [name, score] : mixed.at("scores").items()) {
    INFO(name);
    const auto interval = mixed.at("intervals").at(name).get<std::vector<double>>();
    CHECK(interval.at(0) <= score.get<double>());
    CHECK(score.get<double>() <= interval.at(1));
  }
  CHECK(set.evaluate("mixed.json --json").out == set.evaluate("mixed.json --json").out);
}

TEST_CASE("systems stand beside each other, each compared with the first") {
  const SystemsSet set;
  const json both = json_of(set.evaluate("good.json bad.json good.json --json"));
  CHECK(both.at("photos") == 3);
  const json& systems = both.at("systems");
  REQUIRE(systems.size() == 3);
  CHECK(systems[1].at("name") == "bad.json");
  CHECK(systems[1].at("distinct") == 1);
  CHECK(!systems[0].contains("p_values"));
  CHECK(systems[0].at("scores").at("ROUGE-L") == 1);
  // Of eight ways to exchange three pairs, two keep the whole difference.
  CHECK(systems[1].at("p_values").at("ROUGE-L").get<double>() == Approx(0.25).margin(0.05));
  CHECK(systems[2].at("p_values").at("ROUGE-L") == 1);
  const json alone = json_of(set.evaluate("bad.json --json"));
  CHECK(alone.at("scores") == systems[1].at("scores"));
}

TEST_CASE("evaluate says what captions are made of") {
  const SystemsSet set;
  set.folder.write("cut.json", SystemsSet::results("A man rides a", "a dog", "a dog"));
  const json cut = json_of(set.evaluate("cut.json --json"));
  CHECK(cut.at("distinct") == 2);
  CHECK(cut.at("distinct_share").get<double>() == Approx(2.0 / 3));
  CHECK(cut.at("captions") == json{{"words", 8},
                                   {"vocabulary", 4},
                                   {"mean_length", 8.0 / 3},
                                   {"longest", 4},
                                   {"bad_endings", 1}});
  const Outcome table = set.evaluate("cut.json");
  CHECK(has(table.out, "bad endings"));
  CHECK(has(table.out, "0.6667"));
}

TEST_CASE("captions that training has not are novel") {
  const SystemsSet set;
  set.folder.write("training.txt", "7.jpg#0\tA cat.\n7.jpg#1\ta man rides a wave\n");
  const json systems =
      json_of(set.evaluate("good.json bad.json --training training.txt --json")).at("systems");
  CHECK(systems[0].at("captions").at("novel") == 2);
  CHECK(systems[0].at("captions").at("novel_share").get<double>() == Approx(2.0 / 3));
  CHECK(systems[1].at("captions").at("novel") == 0);
  const Outcome table = set.evaluate("good.json --training training.txt");
  CHECK(has(table.out, "novel captions"));
  CHECK(has(table.out, "0.6667"));
  CHECK(!json_of(set.evaluate("good.json --json")).at("captions").contains("novel"));
  SECTION("where training has splits, its train split counts") {
    set.folder.write("training.txt", R"({"image": "7.jpg", "caption": "a cat", "split": "test"})"
                                     "\n"
                                     R"({"image": "8.jpg", "caption": "a dog", "split": "train"})"
                                     "\n");
    const Outcome outcome = set.evaluate("bad.json --training training.txt --json");
    CHECK(json_of(outcome).at("captions").at("novel") == 3);
  }
}

TEST_CASE("CIDEr-D takes the document frequency of another file") {
  const SystemsSet set;
  const json own = json_of(set.evaluate("good.json --json"));
  CHECK(
      json_of(set.evaluate("good.json --document-frequency references.txt --json")).at("scores") ==
      own.at("scores"));
  set.folder.write("other.txt", "7.jpg#0\ta man rides a wave\n8.jpg#0\ttwo people sit\n");
  CHECK(json_of(set.evaluate("good.json --document-frequency other.txt --json"))
            .at("scores")
            .at("CIDEr-D") != own.at("scores").at("CIDEr-D"));
  SECTION("then one photo has a score, and nothing needs to be explained") {
    set.folder.write("one.json", R"([{"file": "1.jpg", "caption": "a man rides a wave"}])");
    const Outcome one = set.evaluate("one.json --json --document-frequency references.txt");
    CHECK(json_of(one).at("scores").at("CIDEr-D").get<double>() > 1);
    CHECK(!has(one.err, "0 by definition"));
  }
}

TEST_CASE("evaluate --html writes a page of all captions") {
  const SystemsSet set;
  const Outcome outcome = set.evaluate("good.json bad.json --html page.html");
  CHECK(outcome.status == 0);
  const std::string page = read_file(set.folder / "page.html");
  for (const char* part : {"Captions of 3 photos by 2 systems", "a man rides a wave",
                           "a surfer on a wave", "a cat", "CIDEr-D: bad.json less good.json"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  SECTION("photos that cannot be read are named, and not shown") {
    fs::create_directory(set.folder / "photos");
    set.folder.write("photos/1.jpg", "P6 1 1 255\nabc");
    const Outcome without = set.evaluate("good.json --html page.html --images photos");
    CHECK(without.status == 0);
    CHECK(has(without.err, "2 photos were skipped"));
    CHECK(
        has(read_file(set.folder / "page.html"), "1 of 3 photos are shown; 2 could not be read."));
  }
  SECTION("a folder that is missing is named before the work") {
    require_failure(set.evaluate("good.json --html new.html --images nowhere"), 1,
                    "nowhere: is no folder; --images names one of photos");
    CHECK(!fs::exists(set.folder / "new.html"));
  }
  SECTION("a folder of photos without a page is a mistake") {
    const Outcome wrong = set.evaluate("good.json --images .");
    CHECK(wrong.status == 2);
    CHECK(has(wrong.err, "give --html too"));
  }
  SECTION("a page that cannot be written is an error") {
    require_failure(set.evaluate("good.json --html nowhere/page.html"), 1,
                    "nowhere/page.html: cannot write here (No such file or directory); nothing was "
                    "changed; make the folder first");
    require_failure(set.evaluate("good.json --html ."), 1,
                    ".: is a folder and cannot be replaced; name a file in it");
  }
}

TEST_CASE("flags that mean nothing here are refused") {
  const SystemsSet set;
  for (const char* flag : {"--captions references.txt", "--features x", "--results-out x.json",
                           "--averaging probabilities", "--model-weight 2"}) {
    INFO(flag);
    const Outcome wrong = set.evaluate(std::string("good.json ") + flag);
    CHECK(wrong.status == 2);
    CHECK(has(wrong.err, "is for --model, not for --results"));
  }
}

TEST_CASE("what is odd about other caption files is said") {
  const SystemsSet set;
  set.folder.write("odd.txt", "7.jpg#0\ta cat\n7.jpg#1\t\n");
  for (const char* flag : {"--training odd.txt", "--document-frequency odd.txt"}) {
    INFO(flag);
    CHECK(has(set.evaluate(std::string("good.json ") + flag).err, "empty caption"));
  }
  CHECK(has(set.evaluate("good.json --document-frequency odd.txt").err, "0 by definition"));
}

TEST_CASE("a result file without results is named") {
  const SystemsSet set;
  set.folder.write("none.json", "[]");
  const Outcome none = set.evaluate("none.json");
  CHECK(none.status == 1);
  CHECK(has(none.err, "none.json: holds no results"));
}

TEST_CASE("the table names its systems") {
  const SystemsSet set;
  const Outcome table = set.evaluate("good.json bad.json");
  CHECK(table.status == 0);
  CHECK(has(table.out, "good.json"));
  CHECK(has(table.out, "bad.json"));
  CHECK(has(table.out, "1.0000 – 1.0000"));
  CHECK(has(table.out, "distinct captions"));
}

TEST_CASE("systems of other photos are not compared") {
  const SystemsSet set;
  set.folder.write("less.json", R"([{"file": "1.jpg", "caption": "a wave"}])");
  require_failure(set.evaluate("good.json less.json"), 1,
                  "less.json: lacks 2 of the 3 photos of good.json: 3.jpg, 2.jpg; systems are "
                  "compared on the same photos");
  require_failure(set.evaluate("less.json good.json"), 1,
                  "good.json: has 2 photos that less.json lacks: 3.jpg, 2.jpg; systems are "
                  "compared on the same photos");
}

TEST_CASE("two captions of a photo are refused, by one name or two") {
  const SystemsSet set;
  set.folder.write("coco.json", R"({"images": [{"id": 7, "file_name": "7.jpg"}],
                                    "annotations": [{"image_id": 7, "caption": "a dog"}]})");
  set.folder.write("twice.json", R"([{"image_id": 7, "caption": "a dog"},
                                     {"file": "7.jpg", "caption": "a cat"}])");
  require_failure(set.evaluate("twice.json", "coco.json"), 1,
                  "twice.json: [1] is a second caption of the photo 7.jpg, under another of its "
                  "names; keep one");
  set.folder.write("same.json", R"([{"image_id": 7, "caption": "a dog"},
                                    {"image_id": 7, "caption": "a cat"}])");
  CHECK(set.evaluate("same.json", "coco.json").status == 1);
}

TEST_CASE("the id 0 is an id like any other") {
  const SystemsSet set;
  set.folder.write("coco.json", R"({"images": [{"id": 0, "file_name": "a.jpg"},
                                               {"id": 1, "file_name": "b.jpg"}],
                                    "annotations": [{"image_id": 0, "caption": "a dog"},
                                                    {"image_id": 1, "caption": "a cat"}]})");
  set.folder.write("zero.json", R"([{"image_id": 0, "caption": "a dog"},
                                    {"image_id": 1, "caption": "a cat"}])");
  CHECK(json_of(set.evaluate("zero.json --json", "coco.json")).at("scores").at("ROUGE-L") == 1);
}

TEST_CASE("a result whose id and file are of two photos is refused") {
  const SystemsSet set;
  set.folder.write("coco.json", R"({"images": [{"id": 7, "file_name": "7.jpg"},
                                               {"id": 8, "file_name": "8.jpg"}],
                                    "annotations": [{"image_id": 7, "caption": "a dog"},
                                                    {"image_id": 8, "caption": "a cat"}]})");
  set.folder.write("two.json", R"([{"image_id": 8, "caption": "a cat"},
                                   {"image_id": 7, "file": "8.jpg", "caption": "a dog"}])");
  require_failure(set.evaluate("two.json", "coco.json"), 1,
                  "two.json: [1] names two photos, image_id 7 and file \"8.jpg\": among the "
                  "references, image_id 7 is \"7.jpg\"; correct one of them");
  set.folder.write("two.json", R"([{"image_id": 9, "file": "8.jpg", "caption": "a cat"}])");
  require_failure(set.evaluate("two.json", "coco.json"), 1,
                  "two.json: [0] names two photos, image_id 9 and file \"8.jpg\": among the "
                  "references, \"8.jpg\" has the image_id 8; correct one of them");
  SECTION("an id that the references do not know contradicts nothing") {
    set.folder.write("ids.json", R"([{"image_id": 9, "file": "1.jpg", "caption": "a wave"}])");
    CHECK(set.evaluate("ids.json").status == 0);
  }
}

TEST_CASE("results are of the photo that COCO calls so in another year") {
  const SystemsSet set;
  const std::string of_2014 = "COCO_val2014_000000000042.jpg", of_2017 = "000000000042.jpg";
  for (const auto& [references, results] :
       {std::pair(of_2014, of_2017), std::pair(of_2017, of_2014)}) {
    set.folder.write("coco.txt", references + "\ta dog\n");
    set.folder.write("r.json", R"([{"file": ")" + results + R"(", "caption": "a dog"}])");
    CHECK(json_of(set.evaluate("r.json --json", "coco.txt")).at("scores").at("ROUGE-L") == 1);
  }
}

TEST_CASE("empty captions count as 0 and are named") {
  const SystemsSet set;
  set.folder.write("empty.json", SystemsSet::results("a man rides a wave", "", ""));
  const Outcome outcome = set.evaluate("empty.json --json");
  CHECK(outcome.err == "limn: empty.json: 2 of 3 captions are empty; they score 0\n");
  CHECK(json_of(outcome).at("scores").at("ROUGE-L").get<double>() == Approx(1.0 / 3));
}

TEST_CASE("one photo has no CIDEr-D, and the program says why") {
  const SystemsSet set;
  set.folder.write("one.txt", "1.jpg\ta man rides a wave\n");
  set.folder.write("one.json", R"([{"file": "1.jpg", "caption": "a man rides a wave"}])");
  const Outcome outcome = set.evaluate("one.json --json", "one.txt");
  CHECK(json_of(outcome).at("scores").at("CIDEr-D") == 0);
  CHECK(outcome.err ==
        "limn: CIDEr-D of one photo is 0 by definition: what is said of every photo of a set "
        "weighs nothing\n");
}

TEST_CASE("a caption of a hundred thousand words is scored") {
  const SystemsSet set;
  std::string words;
  for (int i = 0; i < 100000; ++i) words += "wave ";
  set.folder.write("long.json", SystemsSet::results(words, "a dog", "a table"));
  const json scores = json_of(set.evaluate("long.json --json")).at("scores");
  CHECK(scores.at("BLEU-1").get<double>() == Approx(5.0 / 100004).epsilon(1e-3));
}
