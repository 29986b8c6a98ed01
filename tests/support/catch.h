// Catch2 version 2 (Debian 12) or 3 (elsewhere) under one include.
#pragma once

#ifdef LIMN_CATCH2_V3
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

/// The expression throws `Type` with exactly `text`.
#define REQUIRE_THROWS_TEXT(expression, Type, text) \
  do {                                              \
    std::string limn_thrown;                        \
    try {                                           \
      (void)(expression);                           \
    } catch (const Type& error) {                   \
      limn_thrown = error.what();                   \
    }                                               \
    REQUIRE(limn_thrown == std::string(text));      \
  } while (false)

/// The expression throws `Type` and the text contains `part`.
#define REQUIRE_THROWS_PART(expression, Type, part)       \
  do {                                                    \
    std::string limn_thrown = "(nothing was thrown)";     \
    try {                                                 \
      (void)(expression);                                 \
    } catch (const Type& error) {                         \
      limn_thrown = error.what();                         \
    }                                                     \
    INFO("thrown: " << limn_thrown);                      \
    REQUIRE(limn_thrown.find(part) != std::string::npos); \
  } while (false)
