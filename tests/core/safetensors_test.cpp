#include "limn/core/safetensors.h"

#include <array>
#include <cstring>
#include <string>

#include "limn/core/error.h"
#include "support/file_errors.h"
#include "support/temporary_folder.h"

using namespace limn;
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

namespace {

constexpr std::array kDTypes = {DType::float32, DType::float64, DType::int32,
                                DType::uint8,   DType::float16, DType::bfloat16};

NamedTensors one_of_each() {
  NamedTensors tensors;
  for (const DType dtype : kDTypes) {
    Tensor tensor(Shape{3, 1, 5}, dtype);
    auto* bytes = static_cast<unsigned char*>(tensor.raw());
    for (std::size_t i = 0; i < tensor.bytes(); ++i) bytes[i] = static_cast<unsigned char>(7 * i);
    tensors.emplace_back(name_of(dtype), tensor);
  }
  return tensors;
}

bool same(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && a.dtype() == b.dtype() &&
         std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

std::string file_of(const std::string& header, const std::string& data) {
  std::string file(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) file[i] = static_cast<char>(header.size() >> (8 * i));
  return file + header + data;
}

// Opens a file with this header and so many bytes of data; the text of the IoError without the
// path.
std::string refusal(const std::string& header, std::size_t data_bytes) {
  return test::error_of_file(file_of(header, std::string(data_bytes, 'x')),
                             [](const auto& path) { const SafetensorsFile file(path); });
}

std::string refusal_of_entry(const std::string& entry, std::size_t data_bytes = 8) {
  return refusal("{\"a\":" + entry + "}", data_bytes);
}

}  // namespace

TEST_CASE("a safetensors file gives back every dtype, its names and its metadata") {
  const test::TemporaryFolder folder;
  const NamedTensors tensors = one_of_each();
  const std::map<std::string, std::string> metadata = {
      {"", "empty"}, {"vocabulary", "a \"quoted\"\nline\t\u00e4\u4e2d\U0001F600\\"}};
  write_safetensors(folder / "f", tensors, metadata);
  const SafetensorsFile file(folder / "f");
  REQUIRE(file.path() == folder / "f");
  REQUIRE(file.metadata() == metadata);
  REQUIRE(file.tensors().size() == tensors.size());
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    REQUIRE(file.contains(name));
    REQUIRE(file.shape(name) == tensor.shape());
    REQUIRE(same(file.tensor(name), tensor));
  }
  REQUIRE(file.names().front() == "float32");
  REQUIRE(folder.size() == 1);
}

TEST_CASE("scalars, empty tensors and no tensors at all are written and read") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "f", {{"empty", Tensor(Shape{0, 3})},
                                   {"scalar", Tensor::full(Shape{}, 2.5)},
                                   {"also empty", Tensor(Shape{2, 0}, DType::float64)}});
  const SafetensorsFile file(folder / "f");
  REQUIRE(file.tensor("scalar").item() == 2.5);
  REQUIRE(file.tensor("empty").shape() == Shape{0, 3});
  REQUIRE(file.tensor("also empty").shape() == Shape{2, 0});
  write_safetensors(folder / "none", {});
  REQUIRE(SafetensorsFile(folder / "none").names().empty());
}

TEST_CASE("the data of a file begin at a multiple of 64 bytes and are shared, not read") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "f", {{"a", Tensor::full(Shape{4}, 1)}});
  const SafetensorsFile file(folder / "f");
  Tensor a = file.tensor("a");
  REQUIRE(reinterpret_cast<std::uintptr_t>(a.raw()) % 64 == 0);
  REQUIRE(file.tensor("a").raw() == a.raw());
  a.fill(5);  // copy on write: the file stays as it was
  REQUIRE(SafetensorsFile(folder / "f").tensor("a").data<float>()[3] == 1);
}

TEST_CASE("a mapped tensor outlives its file object and the name of the file") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "f", {{"a", Tensor::full(Shape{4}, 3)}});
  const Tensor a = SafetensorsFile(folder / "f").tensor("a");
  std::filesystem::remove(folder / "f");
  REQUIRE(a.data<float>()[3] == 3);
}

TEST_CASE("the same input gives the same bytes") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "a", one_of_each(), {{"k", "v"}, {"b", "c"}});
  write_safetensors(folder / "b", one_of_each(), {{"b", "c"}, {"k", "v"}});
  REQUIRE(test::read_file(folder / "a") == test::read_file(folder / "b"));
}

TEST_CASE("tensors that cannot be written are refused before the file is touched") {
  const test::TemporaryFolder folder;
  const Tensor a(Shape{1});
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "f", {{"a", a}, {"a", a}}), InvalidArgument,
                      "write_safetensors: two tensors are called \"a\"");
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "f", {{"__metadata__", a}}), InvalidArgument,
                      "write_safetensors: two tensors are called \"__metadata__\"");
  REQUIRE_THROWS_TEXT(write_safetensors(folder / "f", {{"a", Tensor()}}), InvalidArgument,
                      "write_safetensors: tensor \"a\" is undefined");
  REQUIRE(folder.size() == 0);
}

TEST_CASE("BOOL is read as uint8 and I64 as int32") {
  const test::TemporaryFolder folder;
  const std::int64_t ids[] = {-5, 2147483647, -2147483648};
  std::string data(2 + sizeof ids, '\1');
  std::memcpy(data.data() + 2, ids, sizeof ids);  // not aligned
  const auto path =
      folder.write("f", file_of(R"({"mask":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},)"
                                R"("ids":{"dtype":"I64","shape":[3],"data_offsets":[2,26]}})",
                                data));
  const SafetensorsFile file(path);
  REQUIRE(file.tensor("mask").dtype() == DType::uint8);
  REQUIRE(file.tensor("mask").data<std::uint8_t>()[1] == 1);
  const Tensor read = file.tensor("ids");
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(read.data<std::int32_t>()[i] == ids[i]);
}

TEST_CASE("an I64 value beyond 32 bits is named") {
  const test::TemporaryFolder folder;
  std::string data(16, '\0');
  data[12] = 1;  // 2^32
  const auto path = folder.write(
      "f", file_of(R"({"ids":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}})", data));
  const SafetensorsFile file(path);
  REQUIRE_THROWS_TEXT(file.tensor("ids"), IoError,
                      path.string() + ": tensor \"ids\": element 1 is 4294967296, beyond 32 bits");
}

TEST_CASE("tensors whose place is not aligned are copied") {
  const test::TemporaryFolder folder;
  const double value = 1.0 / 3;
  std::string data(9, '\7');
  std::memcpy(data.data() + 1, &value, sizeof value);
  const auto path =
      folder.write("f", file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                R"("b":{"dtype":"F64","shape":[],"data_offsets":[1,9]}})",
                                data));
  REQUIRE(SafetensorsFile(path).tensor("b").item() == value);
}

TEST_CASE("tensors that limn cannot read do not disturb the others") {
  const test::TemporaryFolder folder;
  const auto path =
      folder.write("f", file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                R"("b":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[1,3]},)"
                                R"("c":{"dtype":"F4","shape":[2],"data_offsets":[3,4]}})",
                                "\7abc"));
  const SafetensorsFile file(path);
  REQUIRE(file.tensor("a").item() == 7);
  REQUIRE_THROWS_TEXT(
      file.tensor("b"), IoError,
      path.string() + ": tensor \"b\" is of dtype F8_E4M3, which limn does not read");
  REQUIRE_THROWS_PART(file.tensor("c"), IoError, "is of dtype F4, which limn does not read");
  REQUIRE_THROWS_TEXT(file.tensor("d"), IoError, path.string() + ": has no tensor \"d\"");
  REQUIRE_THROWS_TEXT(file.shape("d"), IoError, path.string() + ": has no tensor \"d\"");
}

TEST_CASE("a file that is cut at any byte is refused") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "whole", one_of_each(), {{"format", "pt"}});
  const std::string whole = test::read_file(folder / "whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto path = folder.write("cut", std::string_view(whole).substr(0, size));
    INFO(size << " of " << whole.size() << " bytes");
    REQUIRE_THROWS_AS(SafetensorsFile(path), IoError);
  }
}

TEST_CASE("a file with any byte of its header changed is read or refused") {
  const test::TemporaryFolder folder;
  write_safetensors(folder / "whole", {{"a", Tensor(Shape{2})}, {"b", Tensor(Shape{3})}},
                    {{"format", "pt"}});
  const std::string whole = test::read_file(folder / "whole");
  int refused = 0;
  for (std::size_t i = 0; i + 20 < whole.size(); ++i) {
    for (const char value : {'\0', '\x7f', '\xff', '{', '}', '[', '"', '-', '9', ' ', ','}) {
      std::string damaged = whole;
      damaged[i] = value;
      const auto path = folder.write("damaged", damaged);
      try {
        const SafetensorsFile file(path);
        for (const std::string& name : file.names()) (void)file.tensor(name);
      } catch (const IoError&) {
        ++refused;
      }
    }
  }
  REQUIRE(refused > 1000);
}

TEST_CASE("what is no file is refused") {
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_TEXT(
      SafetensorsFile(folder / "missing"), IoError,
      (folder / "missing").string() + ": cannot be opened (No such file or directory)");
  REQUIRE_THROWS_TEXT(SafetensorsFile(folder.path()), IoError,
                      folder.path().string() + ": is a folder; a file was expected");
  REQUIRE_THROWS_TEXT(SafetensorsFile(folder.write("empty", "")), IoError,
                      (folder / "empty").string() + ": the file is empty");
  REQUIRE_THROWS_TEXT(SafetensorsFile("/dev/zero"), IoError,
                      "/dev/zero: is no regular file; a file was expected");
}

TEST_CASE("a file of another format is named for what it looks like") {
  const test::TemporaryFolder folder;
  const auto refused = [&](const std::string& content) {
    const auto path = folder.write("f", content + std::string(100, '\1'));
    try {
      const SafetensorsFile file(path);
    } catch (const IoError& error) {
      return std::string(error.what()).substr(path.string().size() + 2);
    }
    return std::string(test::kNoError);
  };
  const std::string no = "no safetensors file; it looks like ";
  REQUIRE(refused("PK\3\4") ==
          no + "a zip file (a PyTorch checkpoint?): convert it to safetensors");
  REQUIRE(refused("\xff\xd8\xff") == no + "a JPEG photo");
  REQUIRE(refused("\x89PNG\r\n") == no + "a PNG picture");
  REQUIRE(refused("\x80\2}q") == no + "a Python pickle: convert it to safetensors");
  REQUIRE(refused("\x89HDF\r\n") == no + "an HDF5 file");
  REQUIRE(refused("GGUF") == no + "a GGUF file");
  REQUIRE(refused("{\"images\": []") == no + "JSON");
  REQUIRE(refused("something else") == "no safetensors file");
}

TEST_CASE("headers that are no headers are refused") {
  const std::string huge = std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) + "{}";
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_PART(SafetensorsFile(folder.write("huge", huge)), IoError,
                      ": no safetensors file");
  const std::string longer = std::string("\x00\x01\0\0\0\0\0\0", 8) + "{}";
  REQUIRE_THROWS_PART(SafetensorsFile(folder.write("longer", longer)), IoError,
                      ": cut short: a header of 256 bytes in a file of 10");
  REQUIRE(refusal("{\"a\":", 0) == "its JSON ends too early, after 5 bytes");
  REQUIRE(refusal("{} {}", 0) == "no valid JSON at byte 4 of 5");
  REQUIRE(refusal("{\"a\xff\":1}", 0) == "no valid JSON at byte 4 of 8");
  REQUIRE(refusal(std::string(1000, '{'), 0) == "JSON nested deeper than 64 levels at byte 64");
  REQUIRE(refusal("{\"a\":" + std::string(100'000, '[') + "}", 0) ==
          "JSON nested deeper than 64 levels at byte 68");
  REQUIRE(refusal_of_entry("1e999") == "JSON with a number that is too large");
}

TEST_CASE("entries that do not hold are named") {
  const std::string rest = R"(,"dtype":"F32"})";
  const std::string shape = "damaged header: a needs shape, a list of whole numbers >= 0";
  for (const char* sizes : {"-1", "2.0", "\"2\"", "true", "null", "[2]", "18446744073709551615"}) {
    REQUIRE(refusal_of_entry(std::string(R"({"shape":[)") + sizes + R"(],"data_offsets":[0,8])" +
                             rest) == shape);
  }
  REQUIRE(refusal_of_entry(R"({"shape":2,"data_offsets":[0,8])" + rest) == shape);
  REQUIRE(refusal_of_entry("1") == shape);
  REQUIRE(refusal_of_entry("{}") == shape);
  const std::string offsets = "damaged header: a needs data_offsets, a list of whole numbers >= 0";
  for (const char* place : {"-8,0", "0,8.5", "0,\"8\"", "0,18446744073709551615"}) {
    REQUIRE(refusal_of_entry(std::string(R"({"shape":[2],"data_offsets":[)") + place + "]" +
                             rest) == offsets);
  }
  REQUIRE(refusal_of_entry(R"({"shape":[2],"data_offsets":[0,4,8])" + rest) ==
          "damaged header: a needs two data_offsets; got 3");
  REQUIRE(refusal_of_entry(R"({"shape":[2],"data_offsets":[0,8],"dtype":4})") ==
          "damaged header: a needs a dtype, a text");
  REQUIRE(refusal_of_entry(R"({"shape":[1,1,1,1,1,1,2],"data_offsets":[0,8])" + rest) ==
          "damaged header: Shape: at most 6 axes; got 7");
  REQUIRE(refusal_of_entry(R"({"shape":[4294967296,4294967296],"data_offsets":[0,8])" + rest) ==
          "damaged header: Shape: too many elements in [4294967296, 4294967296]");
}

TEST_CASE("shape, dtype and place must agree") {
  REQUIRE(refusal_of_entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})") ==
          "damaged header: a [3] of F32 does not fit its 8 bytes");
  REQUIRE(refusal_of_entry(R"({"dtype":"F64","shape":[2],"data_offsets":[0,8]})") ==
          "damaged header: a [2] of F64 does not fit its 8 bytes");
  REQUIRE(
      refusal_of_entry(R"({"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]})") ==
      "damaged header: Shape: too many elements in [4611686018427387904]");
  REQUIRE(
      refusal_of_entry(R"({"dtype":"F64","shape":[288230376151711744],"data_offsets":[0,8]})") ==
      "damaged header: a [288230376151711744] of F64 does not fit its 8 bytes");
  REQUIRE(refusal_of_entry(R"({"dtype":"X","shape":[72],"data_offsets":[0,8]})") ==
          "damaged header: a [72] of X cannot be in 8 bytes");
  REQUIRE(refusal_of_entry(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})") ==
          "damaged header: the bytes [8, 0) of a should begin at 0");
}

TEST_CASE("the data are covered without overlaps and holes") {
  const auto two = [](const char* first, const char* second, std::size_t bytes) {
    const std::string entry = R"({"dtype":"U8","shape":[4],"data_offsets":)";
    return refusal("{\"a\":" + entry + first + "},\"b\":" + entry + second + "}}", bytes);
  };
  REQUIRE(two("[0,4]", "[4,8]", 8) == test::kNoError);
  REQUIRE(two("[4,8]", "[0,4]", 8) == test::kNoError);
  REQUIRE(two("[0,4]", "[2,6]", 6) == "damaged header: the bytes [2, 6) of b should begin at 4");
  REQUIRE(two("[0,4]", "[0,4]", 4) == "damaged header: the bytes [0, 4) of b should begin at 4");
  REQUIRE(two("[0,4]", "[6,10]", 10) == "damaged header: the bytes [6, 10) of b should begin at 4");
  REQUIRE(two("[2,6]", "[6,10]", 10) == "damaged header: the bytes [2, 6) of a should begin at 0");
  REQUIRE(two("[0,4]", "[4,8]", 9) == "damaged header: 9 bytes of data, but its tensors have 8");
  REQUIRE(two("[0,4]", "[4,8]", 7) ==
          "cut short: b ends at byte 8 of the data, but there are only 7");
  REQUIRE(two("[0,4]", "[9223372036854775803,9223372036854775807]", 8) ==
          "cut short: b ends at byte 9223372036854775807 of the data, but there are only 8");
}

TEST_CASE("a name that stands there twice is refused") {
  const std::string entry = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  REQUIRE(refusal("{" + entry + "," + entry + "}", 1) ==
          "damaged header: \"a\" stands there twice");
  REQUIRE(refusal("{" + entry + R"(,"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                  2) == "damaged header: \"a\" stands there twice");
}

TEST_CASE("metadata are texts") {
  REQUIRE(refusal(R"({"__metadata__":{"a":"b"}})", 0) == test::kNoError);
  REQUIRE(refusal(R"({"__metadata__":{"a":1}})", 0) ==
          "damaged header: __metadata__ needs texts; a is none");
  REQUIRE(refusal(R"({"__metadata__":["a"]})", 0) ==
          "damaged header: __metadata__ needs texts by name");
}
