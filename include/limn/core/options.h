// Named options of a struct: one description for flags, recipes, model files and help.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace limn {

/// A member of an options struct: what it is called, where it is, what it means. The struct must
/// outlive it.
struct Option {
  using Place = std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<double>*>;
  std::string name;  ///< "hidden"; in a recipe with sections "model.hidden"
  Place value;
  std::string help;                       ///< one line, with unit or range
  std::vector<std::string> choices = {};  ///< of a string; empty: any
};

/// The value as text that `set_option` reads again: "true", "512", "0.5", "adam", "[0.9, 0.999]".
std::string option_text(const Option& option);

/// Sets the option called `name` from text. Throws InvalidArgument, beginning with `what`, for an
/// unknown name (suggesting the nearest), for text that is not of its type and for a choice that
/// there is not.
void set_option(std::span<const Option> options, std::string_view name, std::string_view text,
                std::string_view what);

/// An option in words: what it is called, its default, what it means.
struct OptionHelp {
  std::string name;
  std::string value;
  std::string help;
};
std::vector<OptionHelp> option_helps(std::span<const Option> options);

/// All names and values, in order.
std::vector<std::pair<std::string, std::string>> option_texts(std::span<const Option> options);

}  // namespace limn
