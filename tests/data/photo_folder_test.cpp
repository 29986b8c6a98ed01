#include "limn/data/photo_folder.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;

TEST_CASE("the photos of a folder are sorted, whatever the case of their suffix") {
  const test::TemporaryFolder folder;
  for (const char* name : {"b.JPG", "a.png", "c.jpeg", "notes.txt", "jpg", "d.PgM"})
    folder.write(name, "x");
  std::filesystem::create_directory(folder / "folder.jpg");
  std::filesystem::create_directory(folder / "inner");
  std::ofstream(folder / "inner" / "z.jpg") << "x";
  REQUIRE(data::photos_in(folder.path()) ==
          std::vector{folder / "a.png", folder / "b.JPG", folder / "c.jpeg", folder / "d.PgM"});
}

TEST_CASE("a folder without photos or that is none is refused") {
  const test::TemporaryFolder folder;
  folder.write("notes.txt", "x");
  REQUIRE_THROWS_TEXT(
      data::photos_in(folder.path()), IoError,
      folder.path().string() + ": holds no photo: no file that ends in .jpg, .png or the like");
  REQUIRE_THROWS_TEXT(
      data::photos_in(folder / "absent"), IoError,
      (folder / "absent").string() + ": is no folder that can be read: No such file or directory");
  REQUIRE_THROWS_PART(data::photos_in(folder / "notes.txt"), IoError, "Not a directory");
}
