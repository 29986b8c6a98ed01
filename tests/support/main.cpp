#ifndef LIMN_CATCH2_V3
#define CATCH_CONFIG_RUNNER
#endif
#include "support/skipped.h"

// A failure is 1, not the number of failures, which could be that of skipped cases.
int main(int argc, char** argv) {
  if (Catch::Session().run(argc, argv) != 0) return 1;
  return limn::test::a_case_was_skipped ? LIMN_TEST_SKIPPED : 0;
}
