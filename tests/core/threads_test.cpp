#include "limn/core/threads.h"

#include "limn/core/cpu.h"
#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("the number of threads is what was set") {
  const int before = thread_count();
  REQUIRE(before >= 1);
  set_thread_count(3);
  REQUIRE(thread_count() == 3);
  set_thread_count(before);
  REQUIRE(thread_count() == before);
}

TEST_CASE("there is at least one thread") {
  const int before = thread_count();
  REQUIRE_THROWS_TEXT(set_thread_count(0), InvalidArgument,
                      "set_thread_count: at least 1 thread; got 0");
  REQUIRE(thread_count() == before);
}

TEST_CASE("a processor that runs the tests has what the build needs") {
  REQUIRE_NOTHROW(check_cpu());
}
