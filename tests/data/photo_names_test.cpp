#include "limn/data/photo_names.h"

#include "support/catch.h"

using namespace limn;

TEST_CASE("COCO's names hold the id in twelve digits") {
  REQUIRE(data::coco_id("COCO_val2014_000000000042.jpg") == 42);
  REQUIRE(data::coco_id("000000000042.jpg") == 42);
  REQUIRE(data::coco_id("000000000042") == 42);
  REQUIRE(data::coco_id("000000000000.jpg") == 0);
  REQUIRE(data::coco_id("999999999999.png") == 999999999999);
  for (const char* other : {"", "42.jpg", "00000000042.jpg", "0000000000042.jpg", "42_.jpg",
                            "1000268201_693b08cb0e.jpg", "000000000042.jpg.gz"})
    REQUIRE_FALSE(data::coco_id(other).has_value());
}

TEST_CASE("the photo 0 has two names as well") {
  data::PhotoIndex index;
  REQUIRE(index.add("a.jpg", 0));
  REQUIRE(index.add("COCO_val2014_000000000000.jpg", 1));
  REQUIRE(index.find("000000000000.jpg") == 1);
  REQUIRE(index.find("b.jpg") == -1);
}

TEST_CASE("photos are told by their suffix") {
  for (const char* photo : {"a.jpg", "b.JPEG", "c.d.pNm", "folder/a.gif"})
    REQUIRE(data::names_photo(photo));
  for (const char* other : {"", "jpg", ".jpg", "a.webp", "a.jpg.1", "a.jpg ", "notes.txt"})
    REQUIRE_FALSE(data::names_photo(other));
}

TEST_CASE("photos are found by name, and by COCO's other name") {
  data::PhotoIndex index;
  REQUIRE(index.add("COCO_val2014_000000000042.jpg", 0));
  REQUIRE(index.add("a.jpg", 1));
  REQUIRE_FALSE(index.add("a.jpg", 2));
  REQUIRE(index.find("a.jpg") == 1);
  REQUIRE(index.find("b.jpg") == -1);
  REQUIRE(index.find("000000000042.jpg") == 0);
  REQUIRE(index.find("COCO_val2014_000000000042.jpg") == 0);
  REQUIRE(index.find("000000000043.jpg") == -1);
  REQUIRE(index.add("000000000042.jpg", 3));
  REQUIRE(index.find("000000000042.jpg") == 3);
  REQUIRE(index.find("COCO_train2014_000000000042.jpg") == 0);
}
