// What the options of every captioner must keep to.
#pragma once

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "core/check.h"
#include "limn/core/options.h"

namespace limn::models {

struct OptionChecks {
  const char* model;

  void positive(const char* name, std::int64_t value) const {
    require(value >= 1, "{}: {} must be at least 1; got {}", model, name, value);
  }
  void not_negative(const char* name, double value) const {
    require(value >= 0 && std::isfinite(value), "{}: {} must be at least 0; got {}", model, name,
            value);
  }
  void probability(const char* name, double value) const {
    require(value >= 0 && value < 1, "{}: {} must be in [0, 1); got {}", model, name, value);
  }
  void finite(const char* name, double value) const {
    require(std::isfinite(value), "{}: {} must be finite; got {}", model, name, value);
  }
  /// Every text that has choices is one of them.
  void choices(std::span<const Option> options) const {
    for (const Option& option : options) {
      if (option.choices.empty()) continue;
      const std::string& value = *std::get<std::string*>(option.value);
      require(
          std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end(),
          "{}: {} must be {}; got \"{}\"", model, option.name, fmt::join(option.choices, " or "),
          value);
    }
  }
  /// Before memory is asked for: the sizes may come from a damaged file. `parameters` is about how
  /// many there will be, in double, for the product may be anything; `sizes` says what of.
  void parameters(double parameters, const std::string& sizes) const {
    constexpr double most = 1e9;  // 4 GB
    require(parameters <= most, "{}: {} make more than 1e9 parameters", model, sizes);
  }
};

}  // namespace limn::models
