#include "limn/metrics/perplexity.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using metrics::perplexity;

TEST_CASE("perplexity is the number of equally likely words") {
  REQUIRE(perplexity(0, 5) == 1);
  REQUIRE(perplexity(7 * std::log(1.0 / 20), 7) == Approx(20));
  REQUIRE(perplexity(-std::numeric_limits<double>::infinity(), 2) ==
          std::numeric_limits<double>::infinity());
}

TEST_CASE("perplexity says what does not fit") {
  REQUIRE_THROWS_TEXT(perplexity(-1, 0), InvalidArgument,
                      "perplexity: words must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(
      perplexity(std::nan(""), 3), InvalidArgument,
      "perplexity: the total log-probability must be a number; got nan for 3 words");
}
