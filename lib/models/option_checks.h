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
#include "limn/models/captioner.h"

namespace limn::models {

/// Names and values of a struct of options that has `options_of`.
template <class Options>
std::vector<std::pair<std::string, std::string>> texts_of(Options options) {
  return option_texts(options_of(options));
}

struct OptionChecks {
  const char* model;

  void positive(const char* name, std::int64_t value) const {
    require(value >= 1, "{}: {} must be at least 1; got {}", model, name, value);
  }
  /// However narrow, each is a module with names: those of a damaged file must not fill the memory.
  void layers(const char* name, std::int64_t value) const {
    constexpr std::int64_t most = 100;
    positive(name, value);
    require(value <= most, "{}: {} must be at most {}; got {}", model, name, most, value);
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
  template <class Options>
  void choices(Options options) const {
    for (const Option& option : options_of(options)) {
      if (option.choices.empty()) continue;
      const std::string& value = *std::get<std::string*>(option.value);
      require(
          std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end(),
          "{}: {} must be {}; got \"{}\"", model, option.name, fmt::join(option.choices, " or "),
          value);
    }
  }
  /// Before memory is asked for: the sizes may come from a damaged file. `parameters` is about how
  /// many there will be, in double, for the product may be anything; `what` says what of.
  void parameters(double parameters, const CaptionerSizes& sizes, const std::string& what) const {
    positive("features", sizes.features);
    require(parameters <= sizes.most_parameters,
            "{}: {} make about {:.2g} parameters; there may be at most {:.2g}", model, what,
            parameters, sizes.most_parameters);
  }
};

}  // namespace limn::models
