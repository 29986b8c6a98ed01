// data_scripts/meteor_data.py on toy sources.
#include <cstdlib>

#include "metrics/meteor_toy_data.h"
#include "support/golden.h"

using namespace limn;
using test::TemporaryFolder;

namespace {

const std::filesystem::path kScript = test::kGolden / "../../data_scripts/meteor_data.py";

// As METEOR's jar has them.
constexpr const char* kSources = R"py(
import gzip, os, sys, zipfile
os.mkdir("data")
with zipfile.ZipFile("meteor-1.5.jar", "w") as jar:
    jar.writestr("function/english.words", "a\nthe\nof\n.\n")
    jar.writestr("nonbreaking/english.prefixes",
                 "#titles\nMr\n\n# before digits\nNo #NUMERIC_ONLY# \n")
    jar.writestr("synonym/english.synsets",
                 "bicycle\n00000007 00000008\nbike\n00000007\nbox\n00000006\n"
                 "child\n00000004\ncrate\n00000006\ngoose\n00000005\n"
                 "honker\n00000005\nkid\n00000003 00000004\nscoop\n00000009\n"
                 "spoon\n00000001\nspoonful\n00000009\n")
    jar.writestr("synonym/english.exceptions", "child\nchildren\ngoose\ngeese\n")
with gzip.open("data/paraphrase-en.gz", "wt") as table:
    for first, second in [("a lot of", "many"), ("many", "a lot of"), ("many", "lots of"),
                          ("on top of", "on"), ("on top", "on"), ("x", "y"), ("x", "y")]:
        table.write(f"0.5\n{first}\n{second}\n")
    table.write(sys.argv[1] if len(sys.argv) > 1 else "")
)py";

int shell(const TemporaryFolder& folder, const std::string& command) {
  return std::system(("cd '" + folder.path().string() + "' && " + command + " >out 2>err").c_str());
}

// Nothing to test where there is no Python.
bool make_sources(const TemporaryFolder& folder, const std::string& more = "") {
  folder.write("sources.py", kSources);
  const bool made = shell(folder, "python3 sources.py " + more) == 0;
  if (!made) WARN("skipped: no python3");
  return made;
}

int convert(const TemporaryFolder& folder, const std::string& more) {
  return shell(folder, "python3 '" + kScript.string() + "' " + more);
}

}  // namespace

TEST_CASE("meteor_data.py writes what docs/formats.md says") {
  const TemporaryFolder folder;
  if (!make_sources(folder)) return;
  REQUIRE(convert(folder, ". --out made/meteor.bin") == 0);
  REQUIRE(test::read_file(folder / "made/meteor.bin") == test::ToyMeteorData().bytes());
  const auto before = folder.size();
  REQUIRE(convert(folder, ". --out made/meteor.bin") == 0);  // over the old one
  REQUIRE(folder.size() == before);
}

TEST_CASE("meteor_data.py says what is wrong with its sources") {
  const TemporaryFolder folder;
  if (!make_sources(folder, "one")) return;
  REQUIRE(convert(folder, ". --out made.bin") != 0);
  REQUIRE(test::read_file(folder / "err") ==
          "meteor_data: paraphrases: entries of three lines were expected; the last one is cut "
          "short\n");
  REQUIRE(convert(folder, "elsewhere --out made.bin") != 0);
  REQUIRE(test::read_file(folder / "err").find("elsewhere/meteor-1.5.jar") != std::string::npos);
  REQUIRE_FALSE(std::filesystem::exists(folder / "made.bin"));
}
