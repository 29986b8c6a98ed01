#include "limn/core/safetensors_writer.h"

#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "support/catch.h"
#include "support/file_size_limit.h"
#include "support/temporary_folder.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

namespace {

Tensor counted(Shape shape, float first) {
  Tensor tensor(shape);
  for (float& value : tensor.span<float>()) value = first++;
  return tensor;
}

}  // namespace

TEST_CASE("tensors written in pieces come back whole") {
  const test::TemporaryFolder folder;
  SafetensorsWriter writer(folder / "x.safetensors", 1000);
  writer.append("scalar", Tensor::full(Shape{}, 5));
  writer.append("rows", counted(Shape{2, 3}, 0));
  writer.append("rows", counted(Shape{0, 3}, 0));
  writer.append("rows", counted(Shape{1, 3}, 6));
  writer.append("bytes", Tensor::full(Shape{3}, 7, DType::uint8));
  writer.finish({{"who", "limn"}});
  const SafetensorsFile file(folder / "x.safetensors");
  REQUIRE(file.names() == std::vector<std::string>{"scalar", "rows", "bytes"});
  REQUIRE(file.metadata() == std::map<std::string, std::string>{{"who", "limn"}});
  REQUIRE(file.tensor("scalar").item() == 5);
  REQUIRE(file.shape("rows") == Shape{3, 3});
  REQUIRE(elements_of<float>(file.tensor("rows")) == std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8});
  REQUIRE(file.tensor("bytes").dtype() == DType::uint8);
}

TEST_CASE("pieces and the whole give the same file where the same header bytes are set aside") {
  const test::TemporaryFolder folder;
  const Tensor whole = counted(Shape{4, 2}, 1);
  write_safetensors(folder / "whole", {{"x", whole}}, {{"k", "v"}});
  const std::string text = R"({"__metadata__":{"k":"v"},"x":{"data_offsets":[0,32],"dtype":"F32",)"
                           R"("shape":[4,2]}})";
  SafetensorsWriter writer(folder / "pieces", text.size());
  writer.append("x", whole.rows(0, 1));
  writer.append("x", whole.rows(1, 4));
  writer.finish({{"k", "v"}});
  REQUIRE(test::read_file(folder / "pieces") == test::read_file(folder / "whole"));
  REQUIRE(test::read_file(folder / "whole").substr(8, text.size()) == text);
}

TEST_CASE("the data begin at a multiple of 64 bytes whatever is set aside") {
  const test::TemporaryFolder folder;
  for (std::size_t bytes = 100; bytes < 170; ++bytes) {
    SafetensorsWriter writer(folder / "x", bytes);
    writer.append("x", counted(Shape{2}, 1));
    writer.finish();
    const std::string content = test::read_file(folder / "x");
    REQUIRE((content.size() - 8) % 64 == 0);
    REQUIRE(content.size() - 8 >= bytes + 8);
    REQUIRE(elements_of<float>(SafetensorsFile(folder / "x").tensor("x")) ==
            std::vector<float>{1, 2});
  }
}

TEST_CASE("nothing but the finished file takes the place of the old one") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("x", "old");
  {
    SafetensorsWriter writer(path, 100);
    writer.append("x", counted(Shape{2}, 1));
    REQUIRE(test::read_file(path) == "old");
    SafetensorsWriter moved = std::move(writer);
    moved.append("x", counted(Shape{2}, 1));
    REQUIRE(test::read_file(path) == "old");
  }
  REQUIRE(test::read_file(path) == "old");
  REQUIRE(folder.size() == 1);
}

TEST_CASE("a full disk is named, and the old file stays") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("x", "old");
  {
    SafetensorsWriter writer(path, 100);
    writer.append("x", counted(Shape{2000}, 1));
    const test::FileSizeLimit limit(10000);
    REQUIRE_THROWS_TEXT(writer.append("x", counted(Shape{2000}, 1)), IoError,
                        path.string() +
                            ": cannot write this file (File too large); nothing was "
                            "changed; the limit on file sizes is too small");
    REQUIRE_THROWS_TEXT(
        writer.append("x", counted(Shape{1}, 1)), InvalidArgument,
        "SafetensorsWriter: " + path.string() + " is finished, or failed; \"x\" comes too late");
    REQUIRE_THROWS_TEXT(writer.finish(), InvalidArgument,
                        "SafetensorsWriter: " + path.string() + " is finished already, or failed");
  }
  REQUIRE(test::read_file(path) == "old");
  REQUIRE(folder.size() == 1);
}

TEST_CASE("pieces that do not fit are refused and change nothing") {
  const test::TemporaryFolder folder;
  SafetensorsWriter writer(folder / "x", 200);
  writer.append("x", counted(Shape{1, 3}, 0));
  REQUIRE_THROWS_TEXT(writer.append("x", counted(Shape{1, 2}, 0)), InvalidArgument,
                      "SafetensorsWriter: \"x\" is float32 [1, 3] so far; got float32 [1, 2]");
  REQUIRE_THROWS_TEXT(writer.append("x", Tensor(Shape{1, 3}, DType::float16)), InvalidArgument,
                      "SafetensorsWriter: \"x\" is float32 [1, 3] so far; got float16 [1, 3]");
  REQUIRE_THROWS_TEXT(writer.append("x", Tensor(Shape{})), InvalidArgument,
                      "SafetensorsWriter: \"x\" is float32 [1, 3] so far; got float32 []");
  REQUIRE_THROWS_TEXT(writer.append("x", Tensor()), InvalidArgument,
                      "SafetensorsWriter: rows of \"x\" are undefined");
  REQUIRE_THROWS_TEXT(writer.append("__metadata__", counted(Shape{1}, 0)), InvalidArgument,
                      "SafetensorsWriter: a tensor cannot be called \"__metadata__\"");
  writer.append("y", counted(Shape{1}, 0));
  REQUIRE_THROWS_TEXT(writer.append("x", counted(Shape{1, 3}, 0)), InvalidArgument,
                      "SafetensorsWriter: \"x\" must come in one run; there was \"y\" after it");
  REQUIRE_THROWS_TEXT(writer.finish({{"long", std::string(200, 'x')}}), InvalidArgument,
                      "SafetensorsWriter: the header needs 339 bytes; 248 were set aside");
  writer.finish();
  REQUIRE(elements_of<float>(SafetensorsFile(folder / "x").tensor("x")) ==
          std::vector<float>{0, 1, 2});
  REQUIRE_THROWS_PART(writer.append("z", counted(Shape{1}, 0)), InvalidArgument, "comes too late");
}

TEST_CASE("write_safetensors checks before it writes") {
  const test::TemporaryFolder folder;
  const Tensor one = counted(Shape{1}, 1);
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "x", {{"a", one}, {"a", one}}), InvalidArgument,
                      "write_safetensors: two tensors are called \"a\"");
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "x", {{"a", Tensor()}}), InvalidArgument,
                      "write_safetensors: tensor \"a\" is undefined");
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "no" / "x", {{"a", one}}), IoError,
                      (folder / "no" / "x").string() +
                          ": cannot write here (No such file or directory); nothing was changed; "
                          "make the folder first");
  REQUIRE(folder.size() == 0);
}
