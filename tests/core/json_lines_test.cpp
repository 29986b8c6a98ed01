#include "limn/core/json_lines.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/file_size_limit.h"
#include "support/temporary_folder.h"

using namespace limn;
using Lines = std::vector<std::string>;

TEST_CASE("lines are there as soon as they are appended") {
  const test::TemporaryFolder folder;
  JsonLines log(folder / "log");
  log.append(R"({"step":1})");
  REQUIRE(read_json_lines(folder / "log") == Lines{R"({"step":1})"});
  log.append(R"({"step":2})");
  REQUIRE(test::read_file(folder / "log") == "{\"step\":1}\n{\"step\":2}\n");
}

TEST_CASE("a log goes on where it ended") {
  const test::TemporaryFolder folder;
  JsonLines(folder / "log").append("{}");
  JsonLines(folder / "log").append("{\"b\":1}");
  REQUIRE(read_json_lines(folder / "log") == Lines{"{}", "{\"b\":1}"});
}

TEST_CASE("a missing or empty log has no lines") {
  const test::TemporaryFolder folder;
  REQUIRE(read_json_lines(folder / "missing").empty());
  REQUIRE(read_json_lines(folder.write("empty", "")).empty());
}

TEST_CASE("a log that cannot be read is not taken for an empty one") {
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_PART(read_json_lines(folder / ""), IoError, "cannot be read");
  REQUIRE_THROWS_AS(truncate_json_lines(folder / "", 1), IoError);
}

TEST_CASE("a last line that was cut short is left out") {
  const test::TemporaryFolder folder;
  const std::string whole = "{\"a\":1}\n{\"b\":2}\n";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    INFO(size << " bytes");
    const auto path = folder.write("log", whole.substr(0, size));
    const std::size_t complete = size == whole.size() ? 2 : size >= 8 ? 1 : 0;
    REQUIRE(read_json_lines(path).size() == complete);
  }
}

TEST_CASE("a line never continues one that was cut short") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("log", "{\"a\":1}\n{\"b\":");
  JsonLines(path).append("{\"c\":3}");
  REQUIRE(read_json_lines(path) == Lines{"{\"a\":1}", "{\"c\":3}"});
}

TEST_CASE("truncate keeps the first lines") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("log", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\"");
  truncate_json_lines(path, 5);
  REQUIRE(test::read_file(path) == "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
  truncate_json_lines(path, 2);
  REQUIRE(test::read_file(path) == "{\"a\":1}\n{\"b\":2}\n");
  truncate_json_lines(path, 0);
  REQUIRE(test::read_file(path).empty());
  REQUIRE(folder.size() == 1);
}

TEST_CASE("a log that cannot be opened is named") {
  const test::TemporaryFolder folder;
  const auto path = folder / "no" / "log";
  REQUIRE_THROWS_TEXT(
      JsonLines(path), IoError,
      path.string() + ": cannot be opened for writing; choose a folder you may write to");
}

TEST_CASE("a line that cannot be written is an error") {
  const std::string problem = ": a line could not be written; is the disk full?";
  JsonLines full("/dev/full");
  REQUIRE_THROWS_TEXT(full.append("{}"), IoError, "/dev/full" + problem);
  const test::TemporaryFolder folder;
  JsonLines log(folder / "log");
  const test::FileSizeLimit limit(20);
  log.append("{\"a\":1}");
  REQUIRE_THROWS_TEXT(log.append("{\"b\":\"does not fit\"}"), IoError,
                      (folder / "log").string() + problem);
  REQUIRE(read_json_lines(folder / "log") == Lines{"{\"a\":1}"});
}
