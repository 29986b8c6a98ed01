#include "cli/limn_program.h"
#include "metrics/meteor_toy_data.h"

using namespace limn;
using namespace limn::test;

namespace {

// Two photos with a result each; no METEOR data but the toy ones, and those only when named.
struct MeteorSet {
  TemporaryFolder folder;
  std::string data = ToyMeteorData().write(folder).string();

  MeteorSet() {
    folder.write("references.txt", "1.jpg\tq r\n2.jpg\tq t\n");
    folder.write("results.json", R"([{"file": "1.jpg", "caption": "q r"},
                                     {"file": "2.jpg", "caption": "q s t"}])");
  }
  Outcome evaluate(const std::string& more) const {
    return run_shell(folder,
                     "unset LIMN_METEOR_DATA; XDG_DATA_HOME=. \"$LIMN\" evaluate --references "
                     "references.txt --results results.json " +
                         more);
  }
};

}  // namespace

TEST_CASE("evaluate gives METEOR with its data") {
  const MeteorSet set;
  const Outcome json_text = set.evaluate("--json --meteor-data " + set.data);
  CHECK(json_text.err.empty());
  const json scores = json::parse(json_text.out).at("scores");
  // P = 4/5, R = 1; the first pair is whole and has no chunk, the second has two.
  const double f = 0.8 / (0.85 * 0.8 + 0.15);
  CHECK(scores.at("METEOR").get<double>() == Approx(f * (1 - 0.6 * std::pow(2.0 / 4, 0.2))));
  const Outcome table = set.evaluate("--meteor-data " + set.data);
  CHECK(table.out.find("METEOR") > table.out.find("BLEU-4"));
  CHECK(table.out.find("METEOR") < table.out.find("ROUGE-L"));
}

TEST_CASE("evaluate finds METEOR's data in the user's folder") {
  const MeteorSet set;
  std::filesystem::create_directory(set.folder / "limn");
  std::filesystem::rename(set.data, set.folder / "limn/meteor-en.bin");
  const Outcome outcome = set.evaluate("--json");
  CHECK(outcome.err.empty());
  CHECK(json::parse(outcome.out).at("scores").contains("METEOR"));
}

TEST_CASE("evaluate without METEOR's data says how to get them") {
  const MeteorSet set;
  const Outcome outcome = set.evaluate("--json");
  CHECK(outcome.status == 0);
  CHECK(outcome.err ==
        "limn: METEOR is left out, its data are not here: pip install pycocoevalcap, then python3 "
        "data_scripts/meteor_data.py\n");
  CHECK(!json::parse(outcome.out).at("scores").contains("METEOR"));
}

TEST_CASE("evaluate refuses METEOR's data that are none") {
  const MeteorSet set;
  require_failure(set.evaluate("--meteor-data results.json"), 1,
                  "results.json: no METEOR data as limn reads them; make it with "
                  "data_scripts/meteor_data.py");
  CHECK(has(set.evaluate("--meteor-data absent.bin").err, "limn: absent.bin: cannot be opened"));
}
