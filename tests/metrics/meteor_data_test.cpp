#include "metrics/meteor_data.h"

#include "limn/core/error.h"
#include "limn/metrics/meteor.h"
#include "metrics/meteor_toy_data.h"
#include "support/catch.h"

using namespace limn;
using metrics::MeteorData;
using test::TemporaryFolder;
using test::ToyMeteorData;

namespace {

std::vector<std::uint32_t> list(MeteorData::Numbers numbers) {
  return {numbers.begin(), numbers.end()};
}

std::uint32_t node_of(const MeteorData& data, const std::vector<std::string>& phrase) {
  std::uint32_t node = MeteorData::kRoot;
  for (const std::string& word : phrase) node = data.child(node, data.find(word));
  return node;
}

// Looks up much of what there is.
void use(const std::filesystem::path& path) {
  const metrics::Meteor meteor(path);
  const auto line = [](const char* words) { return std::vector<std::string>{words}; };
  (void)meteor.statistics({line("a lot of geese on top of Mr. x No. 5, many children"),
                           {line("many honkers on a bike . x y"), line("lots of kids on y")}});
}

bool is_refused(const std::filesystem::path& path) {
  try {
    use(path);
  } catch (const IoError&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("METEOR's data know words, synsets and irregular forms") {
  const TemporaryFolder folder;
  const MeteorData data(ToyMeteorData().write(folder));
  CHECK(data.flags(data.find("the")) == MeteorData::kFunctionWord);
  CHECK(data.flags(data.find("Mr")) == MeteorData::kPrefix);
  CHECK(data.flags(data.find("No")) == MeteorData::kPrefixOfNumbers);
  CHECK(data.flags(data.find("bike")) == 0);
  for (const char* absent : {"", "bik", "bikes", "zzz", "\x7f"}) {
    CHECK(data.find(absent) == MeteorData::kNone);
    CHECK(data.flags(data.find(absent)) == 0);
    CHECK(data.synsets(data.find(absent)).empty());
    CHECK(data.bases(data.find(absent)).empty());
  }
  CHECK(list(data.synsets(data.find("bicycle"))) == std::vector<std::uint32_t>{7, 8});
  CHECK(data.synsets(data.find("geese")).empty());
  CHECK(list(data.bases(data.find("geese"))) == std::vector{data.find("goose")});
}

TEST_CASE("METEOR's data know phrases and their paraphrases in order") {
  const TemporaryFolder folder;
  const MeteorData data(ToyMeteorData().write(folder));
  const auto many = node_of(data, {"many"});
  const auto a_lot_of = node_of(data, {"a", "lot", "of"});
  CHECK(list(data.paraphrases(many)) == std::vector{a_lot_of, node_of(data, {"lots", "of"})});
  CHECK(list(data.paraphrases(a_lot_of)) == std::vector{many});
  CHECK(data.paraphrases(node_of(data, {"a", "lot"})).empty());
  const auto y = node_of(data, {"y"});
  CHECK(list(data.paraphrases(node_of(data, {"x"}))) == std::vector{y, y});
  CHECK(data.child(MeteorData::kRoot, data.find("of")) == MeteorData::kNone);
  CHECK(data.child(many, data.find("of")) == MeteorData::kNone);
}

TEST_CASE("data without anything in them are data") {
  const TemporaryFolder folder;
  ToyMeteorData nothing;
  nothing.flags.clear();
  nothing.synsets.clear();
  nothing.exceptions.clear();
  nothing.paraphrases.clear();
  const auto path = nothing.write(folder);
  CHECK(MeteorData(path).find("a") == MeteorData::kNone);
  use(path);
}

TEST_CASE("METEOR data of another kind or version are refused") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& content, const char* text) {
    const auto path = folder.write("other", content);
    REQUIRE_THROWS_TEXT(MeteorData(path), IoError, path.string() + ": " + text);
  };
  refused("PK\x03\x04 some archive of more than a few bytes",
          "no METEOR data as limn reads them; make it with data_scripts/meteor_data.py");
  refused("limn", "no METEOR data as limn reads them; make it with data_scripts/meteor_data.py");
  refused("limnMETE and so on",
          "cut short: 18 bytes; make it with data_scripts/meteor_data.py anew");
  std::string later = ToyMeteorData().bytes();
  later[8] = 2;
  refused(later,
          "METEOR data of version 2; this limn reads version 1; make it with "
          "data_scripts/meteor_data.py anew");
  REQUIRE_THROWS_PART(MeteorData(folder / "absent"), IoError, "cannot be opened");
}

TEST_CASE("METEOR data that are cut short are refused, wherever") {
  const TemporaryFolder folder;
  const std::string whole = ToyMeteorData().bytes();
  REQUIRE_FALSE(is_refused(folder.write("whole", whole)));
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    INFO(size << " of " << whole.size() << " bytes");
    REQUIRE(is_refused(folder.write("cut", whole.substr(0, size))));
  }
  REQUIRE_THROWS_PART(MeteorData(folder.write("cut", whole.substr(0, whole.size() - 8))), IoError,
                      "cut short: ");
  REQUIRE_THROWS_PART(MeteorData(folder.write("long", whole + "12345678")), IoError, "too long: ");
}

TEST_CASE("METEOR data with a bit changed are refused, wherever") {
  const TemporaryFolder folder;
  const std::string whole = ToyMeteorData().bytes();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    INFO("byte " << i);
    REQUIRE(is_refused(folder.write("changed", changed)));
  }
}

TEST_CASE("METEOR data that lie about themselves end in an error or a score") {
  const TemporaryFolder folder;
  const std::string whole = ToyMeteorData().bytes();
  std::size_t refused = 0;
  for (std::size_t i = 32; i + 4 <= whole.size(); i += 4) {
    for (const std::uint32_t lie : {0xFFFFFFFFu, 0x7FFFFFF8u, 1u}) {
      std::string changed = whole;
      std::memcpy(changed.data() + i, &lie, 4);
      ToyMeteorData::seal(changed);
      refused += is_refused(folder.write("changed", changed));
    }
  }
  REQUIRE(refused > 40);
}

TEST_CASE("where METEOR's data are: named, in the environment, in the user's folder") {
  const TemporaryFolder folder;
  const auto restore = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
  };
  const std::string variable = restore("LIMN_METEOR_DATA"), data_home = restore("XDG_DATA_HOME");
  ::unsetenv("LIMN_METEOR_DATA");
  ::setenv("XDG_DATA_HOME", folder.path().c_str(), 1);
  CHECK(metrics::find_meteor_data() == std::nullopt);
  CHECK(metrics::find_meteor_data("given.bin") == "given.bin");
  std::filesystem::create_directory(folder / "limn");
  const auto own = folder.write("limn/meteor-en.bin", "");
  CHECK(metrics::find_meteor_data() == own);
  ::setenv("LIMN_METEOR_DATA", "elsewhere.bin", 1);
  CHECK(metrics::find_meteor_data() == "elsewhere.bin");
  CHECK(metrics::find_meteor_data("given.bin") == "given.bin");
  variable.empty() ? ::unsetenv("LIMN_METEOR_DATA")
                   : ::setenv("LIMN_METEOR_DATA", variable.c_str(), 1);
  data_home.empty() ? ::unsetenv("XDG_DATA_HOME") : ::setenv("XDG_DATA_HOME", data_home.c_str(), 1);
}
