#include "limn/core/tensor.h"

#include <cmath>
#include <limits>
#include <vector>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

namespace {

Tensor counted(const Shape& shape) {
  Tensor tensor(shape, DType::int32);
  for (std::int32_t i = 0; i < tensor.elements(); ++i) tensor.data<std::int32_t>()[i] = i;
  return tensor;
}

}  // namespace

TEST_CASE("copies share elements, clones do not") {
  Tensor a = Tensor::from(Shape{3}, std::vector<float>{1, 2, 3});
  REQUIRE(a.unique());
  const Tensor shared = a;
  const Tensor copy = a.clone();
  REQUIRE_FALSE(a.unique());
  a.data<float>()[1] = 7;
  REQUIRE(elements_of<float>(shared) == std::vector<float>{1, 7, 3});
  REQUIRE(elements_of<float>(copy) == std::vector<float>{1, 2, 3});
}

TEST_CASE("an undefined tensor holds nothing") {
  const Tensor undefined;
  REQUIRE_FALSE(undefined.defined());
  REQUIRE(undefined.elements() == 0);
  REQUIRE(undefined.bytes() == 0);
  REQUIRE_FALSE(undefined.unique());
  REQUIRE_FALSE(undefined.clone().defined());
  REQUIRE_FALSE(undefined.to(DType::uint8).defined());
}

TEST_CASE("an empty tensor is defined") {
  const Tensor empty(Shape{0, 4});
  REQUIRE(empty.defined());
  REQUIRE(empty.bytes() == 0);
  REQUIRE(empty.clone().shape() == Shape{0, 4});
  REQUIRE(empty.to(DType::int32).span<std::int32_t>().empty());
  REQUIRE(empty.rows(0, 0).defined());
}

TEST_CASE("reshaped sees the same elements under another shape") {
  const Tensor a = counted(Shape{2, 6});
  Tensor b = a.reshaped(Shape{3, 4});
  b.data<std::int32_t>()[11] = 99;
  REQUIRE(a.data<std::int32_t>()[11] == 99);
  REQUIRE(counted(Shape{1}).reshaped(Shape{}).item() == 0);
  REQUIRE_THROWS_TEXT(a.reshaped(Shape{5}), InvalidArgument,
                      "Tensor: [2, 6] cannot be reshaped to [5]");
}

TEST_CASE("rows is a view of the leading axis") {
  const Tensor a = counted(Shape{4, 1, 3});
  Tensor middle = a.rows(1, 3);
  REQUIRE(middle.shape() == Shape{2, 1, 3});
  REQUIRE(elements_of<std::int32_t>(middle) == std::vector<std::int32_t>{3, 4, 5, 6, 7, 8});
  middle.fill(-1);
  REQUIRE(a.data<std::int32_t>()[2] == 2);
  REQUIRE(a.data<std::int32_t>()[3] == -1);
  REQUIRE(a.data<std::int32_t>()[9] == 9);
  REQUIRE(a.rows(4, 4).elements() == 0);
  REQUIRE(middle.rows(1, 2).shape() == Shape{1, 1, 3});
}

TEST_CASE("rows that are not there are refused") {
  const Tensor a = counted(Shape{4, 3});
  REQUIRE_THROWS_TEXT(a.rows(-1, 2), InvalidArgument, "Tensor: rows [-1, 2) of [4, 3]");
  REQUIRE_THROWS_TEXT(a.rows(3, 2), InvalidArgument, "Tensor: rows [3, 2) of [4, 3]");
  REQUIRE_THROWS_TEXT(a.rows(0, 5), InvalidArgument, "Tensor: rows [0, 5) of [4, 3]");
  REQUIRE_THROWS_TEXT(counted(Shape{}).rows(0, 0), InvalidArgument, "Tensor: rows [0, 0) of []");
}

TEST_CASE("a view keeps memory alive") {
  Tensor view;
  {
    const Tensor whole = counted(Shape{100, 100});
    view = whole.rows(99, 100);
  }
  REQUIRE(view.unique());
  REQUIRE(view.data<std::int32_t>()[99] == 9999);
}

TEST_CASE("a tensor may look at memory that another owns") {
  auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3, 4});
  const Tensor view(Shape{3}, DType::float32, owner->data() + 1, owner);
  REQUIRE(elements_of<float>(view) == std::vector<float>{2, 3, 4});
  REQUIRE(owner.use_count() == 2);
}

TEST_CASE("elements are converted to every dtype and back") {
  const std::vector<double> numbers = {0, 1, 2, 100, 255};
  const Tensor a = Tensor::from(Shape{5}, numbers);
  for (const DType dtype : {DType::float32, DType::float64, DType::int32, DType::uint8,
                            DType::float16, DType::bfloat16}) {
    INFO(name_of(dtype));
    const Tensor b = a.to(dtype);
    REQUIRE(b.dtype() == dtype);
    REQUIRE(elements_of<double>(b.to(DType::float64)) == numbers);
    REQUIRE(b.to(DType::int32).to(dtype).rows(4, 5).item() == 255);
  }
}

TEST_CASE("to the same dtype shares elements") {
  const Tensor a = counted(Shape{2});
  REQUIRE(a.to(DType::int32).raw() == a.raw());
}

TEST_CASE("conversion to whole numbers cuts off and stays within the range") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Tensor a = Tensor::from(
      Shape{8}, std::vector<double>{1.9, -1.9, 255.9, 1e10, -1e10, infinity, -infinity, NAN});
  constexpr std::int32_t low = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t high = std::numeric_limits<std::int32_t>::max();
  REQUIRE(elements_of<std::int32_t>(a.to(DType::int32)) ==
          std::vector<std::int32_t>{1, -1, 255, high, low, high, low, 0});
  REQUIRE(elements_of<std::uint8_t>(a.to(DType::uint8)) ==
          std::vector<std::uint8_t>{1, 0, 255, 255, 0, 255, 0, 0});
  const Tensor b = Tensor::from(Shape{3}, std::vector<std::int32_t>{-1, 256, 7});
  REQUIRE(elements_of<std::uint8_t>(b.to(DType::uint8)) == std::vector<std::uint8_t>{0, 255, 7});
  const Tensor c = Tensor::from(Shape{2}, std::vector<float>{3e9f, -3e9f});
  REQUIRE(elements_of<std::int32_t>(c.to(DType::int32)) == std::vector<std::int32_t>{high, low});
}

TEST_CASE("zeros, full and fill reach every element of every dtype") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32, DType::uint8,
                            DType::float16, DType::bfloat16}) {
    INFO(name_of(dtype));
    REQUIRE(elements_of<double>(Tensor::zeros(Shape{3}, dtype).to(DType::float64)) ==
            std::vector<double>{0, 0, 0});
    Tensor a = Tensor::full(Shape{2}, 3, dtype);
    REQUIRE(elements_of<double>(a.to(DType::float64)) == std::vector<double>{3, 3});
    a.fill(5);
    REQUIRE(elements_of<double>(a.to(DType::float64)) == std::vector<double>{5, 5});
  }
}

TEST_CASE("copy_from converts and keeps the shape and dtype") {
  Tensor a = Tensor::zeros(Shape{2}, DType::float16);
  a.copy_from(Tensor::from(Shape{2}, std::vector<float>{1.5, -2}));
  REQUIRE(a.dtype() == DType::float16);
  REQUIRE(elements_of<float>(a.to(DType::float32)) == std::vector<float>{1.5, -2});
  REQUIRE_THROWS_TEXT(a.copy_from(Tensor::zeros(Shape{1, 2})), InvalidArgument,
                      "Tensor: [1, 2] cannot be copied into [2]");
}

TEST_CASE("copy_from takes overlapping rows as they were") {
  const Tensor a = counted(Shape{4});
  a.rows(1, 4).copy_from(a.rows(0, 3));
  REQUIRE(elements_of<std::int32_t>(a) == std::vector<std::int32_t>{0, 0, 1, 2});
}

TEST_CASE("an undefined tensor is neither copied from nor into") {
  Tensor scalar = Tensor::zeros(Shape{});
  REQUIRE_THROWS_TEXT(scalar.copy_from(Tensor()), InvalidArgument,
                      "Tensor: undefined, but it was to be copied");
  Tensor undefined;
  REQUIRE_THROWS_TEXT(undefined.copy_from(scalar), InvalidArgument,
                      "Tensor: undefined, but it was to be copied into");
  REQUIRE_THROWS_TEXT(undefined.fill(1), InvalidArgument,
                      "Tensor: undefined, but its elements were asked for");
  REQUIRE_THROWS_TEXT(undefined.item(), InvalidArgument,
                      "Tensor: item() needs one element; it is undefined");
}

TEST_CASE("elements are only given out as what they are") {
  const Tensor a(Shape{2}, DType::float16);
  REQUIRE_THROWS_TEXT(a.data<float>(), InvalidArgument,
                      "Tensor: float32 was asked for; it holds float16");
  REQUIRE_THROWS_TEXT(Tensor().data<float>(), InvalidArgument,
                      "Tensor: undefined, but its elements were asked for");
}

TEST_CASE("from needs as many values as the shape has elements") {
  REQUIRE_THROWS_TEXT(Tensor::from(Shape{2, 2}, std::vector<float>{1, 2, 3}), InvalidArgument,
                      "Tensor: shape [2, 2] needs 4 values; got 3");
}

TEST_CASE("item is the only element of any dtype") {
  REQUIRE(Tensor::full(Shape{1, 1}, 7, DType::uint8).item() == 7);
  REQUIRE(Tensor::full(Shape{}, -0.5, DType::bfloat16).item() == -0.5);
  REQUIRE_THROWS_TEXT(Tensor(Shape{2}).item(), InvalidArgument,
                      "Tensor: item() needs one element; shape is [2]");
}

TEST_CASE("storage is aligned, whatever the size") {
  for (const std::int64_t n : {0, 1, 17, 1000, 100'000}) {
    const Tensor a(Shape{n}, DType::uint8);
    REQUIRE(reinterpret_cast<std::uintptr_t>(a.raw()) % 64 == 0);
  }
}
