#include "limn/core/atomic_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "support/catch.h"
#include "support/file_size_limit.h"
#include "support/files.h"
#include "support/temporary_folder.h"

using namespace limn;

namespace {

// A user without rights, while it lives; only root can become one.
class Nobody {
 public:
  Nobody() : is_(::geteuid() == 0 && ::seteuid(65534) == 0) {}
  ~Nobody() {
    if (is_ && ::seteuid(0) != 0) std::abort();
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  bool is_;
};

// The old file is there, whole and alone.
void require_old(const test::TemporaryFolder& folder) {
  REQUIRE(test::read_file(folder / "f") == "old");
  REQUIRE(folder.size() == 1);
}

}  // namespace

TEST_CASE("a file is written whole and alone") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "f", "first");
  write_file_atomically(folder / "f", [](std::ostream& out) { out << "second " << 2; });
  REQUIRE(test::read_file(folder / "f") == "second 2");
  write_file_atomically(folder / "f", "");
  REQUIRE(test::read_file(folder / "f").empty());
  REQUIRE(folder.size() == 1);
}

TEST_CASE("pieces of every size arrive in order") {
  const test::TemporaryFolder folder;
  std::string expected;
  write_file_atomically(folder / "f", [&](std::ostream& out) {
    for (const std::size_t size : {1, 65536, 3, 65535, 200'000, 0, 7, 65537}) {
      const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
      out.write(piece.data(), static_cast<std::streamsize>(size));
      out.put('|');
      expected += piece + "|";
    }
  });
  REQUIRE(test::read_file(folder / "f") == expected);
}

TEST_CASE("a new file has the rights that the process gives") {
  const test::TemporaryFolder folder;
  const mode_t before = ::umask(027);
  write_file_atomically(folder / "f", "x");
  ::umask(before);
  struct stat status {};
  ::stat((folder / "f").c_str(), &status);
  REQUIRE((status.st_mode & 0777) == 0640);
}

TEST_CASE("a file in the current folder needs no folder in its name") {
  const test::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file_atomically("f", "here");
  std::filesystem::current_path(before);
  REQUIRE(test::read_file(folder / "f") == "here");
}

TEST_CASE("the old file survives an exception of the writer") {
  const test::TemporaryFolder folder;
  folder.write("f", "old");
  const auto fails = [](std::ostream& out) {
    out << std::string(100'000, 'x');
    throw std::runtime_error("no more");
  };
  REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", fails), std::runtime_error, "no more");
  require_old(folder);
}

TEST_CASE("the old file survives a stream that the writer left failed") {
  const test::TemporaryFolder folder;
  folder.write("f", "old");
  const auto fails = [](std::ostream& out) {
    out << "half";
    out.setstate(std::ios::failbit);
  };
  REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", fails), IoError,
                      (folder / "f").string() +
                          ": cannot write this file (Input/output error); nothing was changed");
  require_old(folder);
}

TEST_CASE("the old file survives a full disk") {
  const test::TemporaryFolder folder;
  folder.write("f", "old");
  const std::string text = (folder / "f").string() +
                           ": cannot write this file (File too large); nothing was changed; the "
                           "limit on file sizes is too small";
  const test::FileSizeLimit limit(1000);
  REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", std::string(1001, 'x')), IoError, text);
  REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", std::string(500'000, 'x')), IoError,
                      text);
  const auto by_the_byte = [](std::ostream& out) {
    for (int i = 0; i < 200'000; ++i) out.put('x');
  };
  REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", by_the_byte), IoError, text);
  require_old(folder);
}

TEST_CASE("a folder that is not there is named") {
  const test::TemporaryFolder folder;
  const auto path = folder / "no" / "f";
  REQUIRE_THROWS_TEXT(write_file_atomically(path, "x"), IoError,
                      path.string() +
                          ": cannot write here (No such file or directory); nothing was changed; "
                          "make the folder first");
  folder.write("file", "x");
  REQUIRE_THROWS_PART(write_file_atomically(folder / "file" / "f", "x"), IoError,
                      "/file/f: cannot write here (Not a directory); nothing was changed");
}

TEST_CASE("a folder without the right to write is named") {
  const test::TemporaryFolder folder;
  folder.write("f", "old");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  {
    const Nobody nobody;
    if (::geteuid() == 0) {
      WARN("skipped: root cannot become another user here");
      return;
    }
    REQUIRE_THROWS_TEXT(write_file_atomically(folder / "f", "new"), IoError,
                        (folder / "f").string() +
                            ": cannot write here (Permission denied); nothing was changed; choose "
                            "a folder you may write to");
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  require_old(folder);
}

TEST_CASE("a folder is not replaced by a file") {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "f");
  REQUIRE_THROWS_TEXT(
      write_file_atomically(folder / "f", "x"), IoError,
      (folder / "f").string() + ": is a folder and cannot be replaced; name a file in it");
  REQUIRE(folder.size() == 1);
}

TEST_CASE("a pipe is not replaced, nor waited for") {
  const test::TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  REQUIRE_THROWS_TEXT(
      write_file_atomically(pipe, "text"), IoError,
      pipe.string() + ": is a device or a pipe and cannot be replaced; choose a file");
  REQUIRE(std::filesystem::is_fifo(pipe));
  REQUIRE(folder.size() == 1);
  REQUIRE_THROWS_AS(SafetensorsFile(pipe), IoError);
}

TEST_CASE("a link stays, what it leads to is replaced") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("file", "old");
  std::filesystem::create_symlink("file", folder / "link");
  write_file_atomically(folder / "link", "new");
  REQUIRE(std::filesystem::is_symlink(folder / "link"));
  REQUIRE(test::read_file(file) == "new");
  REQUIRE(folder.size() == 2);
}
