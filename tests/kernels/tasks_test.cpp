#include "kernels/tasks.h"

#include <vector>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using kernels::for_each_task;

TEST_CASE("each task is done once") {
  for (const std::size_t count : {0, 1, 7}) {
    std::vector<int> done(count, 0);
    for_each_task(static_cast<std::int64_t>(count), true,
                  [&](std::int64_t task) { ++done[static_cast<std::size_t>(task)]; });
    REQUIRE(done == std::vector<int>(count, 1));
  }
}

TEST_CASE("of the tasks that fail the first is reported, after all of them") {
  std::vector<int> done(6, 0);
  REQUIRE_THROWS_TEXT(for_each_task(6, true,
                                    [&](std::int64_t task) {
                                      ++done[static_cast<std::size_t>(task)];
                                      if (task % 3 == 2)
                                        throw Error("task " + std::to_string(task));
                                    }),
                      Error, "task 2");
  REQUIRE(done == std::vector<int>(6, 1));
}

TEST_CASE("a loop of tasks within a task reports to it") {
  REQUIRE_THROWS_TEXT(
      for_each_task(4, true,
                    [&](std::int64_t outer) {
                      for_each_task(4, true, [&](std::int64_t inner) {
                        if (outer > 0 && inner > 1)
                          throw Error(std::to_string(outer) + "." + std::to_string(inner));
                      });
                    }),
      Error, "1.2");
}
