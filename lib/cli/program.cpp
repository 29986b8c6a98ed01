#include "cli/program.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "core/nearest.h"
#include "limn/core/threads.h"
#include "limn/version.h"

namespace limn::cli {
namespace {

constexpr std::size_t kHelpColumn = 32;
constexpr std::size_t kHelpWidth = 66;

// Lines of at most `width` characters; CLI11 puts them below each other.
std::string wrapped(const std::string& text, std::size_t width) {
  std::string result;
  std::size_t used = 0;
  for (const std::string& word : CLI::detail::split(text, ' ')) {
    const bool fits = used + 1 + word.size() <= width;
    if (used > 0) result += fits ? ' ' : '\n';
    used = (fits && used > 0 ? used + 1 : 0) + word.size();
    result += word;
  }
  return result;
}

// What is wrong with a number; "" when nothing is.
template <class T>
std::string wrong_number(const Flag& flag, const std::string& text) {
  T number{};
  double value = 0;
  if (!CLI::detail::lexical_cast(text, number) || !CLI::detail::lexical_cast(text, value))
    return fmt::format("must be a {}number; got \"{}\"", std::is_integral_v<T> ? "whole " : "",
                       text);
  if (value >= flag.least && value <= flag.most) return "";
  if (flag.most == std::numeric_limits<double>::infinity())
    return fmt::format("must be at least {}; got {}", flag.least, text);
  return fmt::format("must be from {} to {}; got {}", flag.least, flag.most, text);
}

// "did you mean"; "" when nothing is near.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(word, known);
  return nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", nearest);
}

std::string not_a_choice(const Flag& flag, const std::string& text) {
  const auto& choices = flag.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end())
    return "";
  return fmt::format("must be one of {}; got \"{}\"{}", fmt::join(choices, ", "), text,
                     suggestion(text, choices));
}

std::string value_name(const Flag& flag) {
  return flag.choices.empty() ? flag.value : fmt::format("{}", fmt::join(flag.choices, "|"));
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  return names;
}

// The text of a parse error. A flag that there is not comes first: the one that is missing may be
// meant.
std::string text_of(const CLI::ParseError& error, const CLI::App& command) {
  for (const std::string& word : command.remaining()) {
    if (!word.starts_with("--") || word == "--") continue;
    const std::string flag = word.substr(0, word.find('='));
    const std::string nearest = nearest_name(flag.substr(2), flags_of(command));
    return fmt::format("there is no flag {}{}", flag,
                       nearest.empty() ? "" : fmt::format(" (did you mean --{}?)", nearest));
  }
  return error.what();
}

bool is_dotted(const std::string& argument) {
  const auto end = std::min(argument.find('='), argument.size());
  return argument.starts_with("--") && argument.find('.') < end;
}

// Moves "--SECTION.KEY VALUE" and "--SECTION.KEY=VALUE" from the arguments to `entries`.
void take_dotted(std::vector<std::string>& arguments, Entries& entries) {
  std::vector<std::string> others;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!is_dotted(argument)) {
      others.push_back(argument);
    } else if (const auto equals = argument.find('='); equals != std::string::npos) {
      entries.emplace_back(argument.substr(2, equals - 2), argument.substr(equals + 1));
    } else if (i + 1 == arguments.size()) {
      throw UsageError(fmt::format("{} needs a value", argument));
    } else {
      entries.emplace_back(argument.substr(2), arguments[++i]);
    }
  }
  arguments = std::move(others);
}

}  // namespace

Command::Command(CLI::App& program, const std::string& name, const std::string& summary)
    : app_(program.add_subcommand(name, summary)), threads_(std::make_shared<int>(0)) {}

template <class T>
void Command::add_value(T& place, const Flag& flag) {
  CLI::Option* option = app_->add_option(flag.name, place, wrapped(flag.help, kHelpWidth));
  option->group(group_)->type_name(value_name(flag))->required(flag.required);
  if constexpr (std::is_arithmetic_v<T>) {
    option->capture_default_str();
    option->check([flag](const std::string& text) { return wrong_number<T>(flag, text); });
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!place.empty()) option->capture_default_str();
    option->check([flag](const std::string& text) { return not_a_choice(flag, text); });
  } else {
    if constexpr (std::is_same_v<T, std::vector<double>>)
      option->check([flag](const std::string& text) { return wrong_number<double>(flag, text); });
    if (flag.one_each) option->allow_extra_args(false);
  }
}

void Command::add(bool& place, const Flag& flag) {
  app_->add_flag(flag.name, place, wrapped(flag.help, kHelpWidth))->group(group_);
}
void Command::add(int& place, const Flag& flag) { add_value(place, flag); }
void Command::add(std::int64_t& place, const Flag& flag) { add_value(place, flag); }
void Command::add(std::uint64_t& place, const Flag& flag) { add_value(place, flag); }
void Command::add(double& place, const Flag& flag) { add_value(place, flag); }
void Command::add(std::string& place, const Flag& flag) { add_value(place, flag); }
void Command::add(std::vector<std::string>& place, const Flag& flag) { add_value(place, flag); }
void Command::add(std::vector<double>& place, const Flag& flag) { add_value(place, flag); }

void Command::add_dotted(Entries& place, std::function<std::string()> help) {
  dotted_ = &place;
  app_->footer(std::move(help));
}

bool Command::given(const std::string& flag) const { return app_->count(flag) > 0; }

void Command::run(std::function<int()> body) {
  group("Options");
  add(*threads_, {.name = "--threads",
                  .value = "N",
                  .help = "threads that compute; 0: one for each core, or OMP_NUM_THREADS",
                  .least = 0,
                  .most = 4096});
  body_ = std::move(body);
}

Program::Program()
    : app_(std::make_unique<CLI::App>("limn looks at a photo and says what is on it.", "limn")) {
  app_->set_version_flag("--version", "limn " LIMN_VERSION);
  app_->require_subcommand(0, 1);
  app_->get_formatter()->column_width(kHelpColumn);
}

Program::~Program() = default;

Command& Program::command(const std::string& name, const std::string& summary) {
  return *commands_.emplace_back(std::make_unique<Command>(*app_, name, summary));
}

// Refuses an unknown command and takes the dotted flags of a known one.
void Program::prepare(std::vector<std::string>& arguments) const {
  std::vector<std::string> names;
  for (const auto& command : commands_) names.push_back(command->app_->get_name());
  if (arguments.empty())
    throw UsageError(fmt::format("needs a command: {}; see limn --help", fmt::join(names, ", ")));
  const std::string& first = arguments.front();
  if (first.starts_with("-")) return;
  const auto found = std::find(names.begin(), names.end(), first);
  if (found == names.end()) {
    throw UsageError(fmt::format("there is no command \"{}\"{}; see limn --help", first,
                                 suggestion(first, names)));
  }
  Entries* dotted = commands_[static_cast<std::size_t>(found - names.begin())]->dotted_;
  if (dotted != nullptr) take_dotted(arguments, *dotted);
}

// The command that is to run; none when help or the version was asked for and printed.
const Command* Program::parse(std::vector<std::string> arguments) {
  prepare(arguments);
  app_->footer(
      "limn COMMAND --help describes a command.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.");
  try {
    std::reverse(arguments.begin(), arguments.end());
    app_->parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app_->exit(error);
      return nullptr;
    }
    const auto used = app_->get_subcommands();
    const CLI::App& command = used.empty() ? *app_ : *used.front();
    const std::string name = used.empty() ? "" : command.get_name();
    throw UsageError(fmt::format("{}{}; see limn {}{}--help", name.empty() ? "" : name + ": ",
                                 text_of(error, command), name, name.empty() ? "" : " "));
  }
  const auto found = std::find_if(commands_.begin(), commands_.end(),
                                  [](const auto& command) { return command->app_->parsed(); });
  if (found == commands_.end()) throw UsageError("needs a command; see limn --help");
  return found->get();
}

int Program::run(std::vector<std::string> arguments) {
  int status = kDone;
  if (const Command* command = parse(std::move(arguments))) {
    if (*command->threads_ > 0) set_thread_count(*command->threads_);
    note_interrupts();
    status = command->body_();
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw Error("the result could not be written to the standard output; is the disk full?");
  return status;
}

}  // namespace limn::cli
