// The program: subcommands, and flags that fill their option structs.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace limn::cli {

/// How a flag is called, shown and checked.
struct Flag {
  std::string name;        ///< "--beam"; "photo": needs no flag
  std::string value = {};  ///< what the help calls its value
  std::string help;        ///< one line, with unit or range
  bool required = false;
  double least = -std::numeric_limits<double>::infinity();  ///< of a number
  double most = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  ///< of a text; empty: any
  bool one_each = false;                  ///< of several values: each has the flag before it
};

/// Keys and values, as they are written.
using Entries = std::vector<std::pair<std::string, std::string>>;

/// A subcommand. The places of its flags must live as long as the program; the help shows what
/// they hold as defaults.
class Command {
 public:
  Command(CLI::App& program, const std::string& name, const std::string& summary);

  /// The heading of the flags that follow, in the help.
  void group(const std::string& heading) { group_ = heading; }
  void add(bool& place, const Flag& flag);
  void add(int& place, const Flag& flag);
  void add(std::int64_t& place, const Flag& flag);
  void add(std::uint64_t& place, const Flag& flag);
  void add(double& place, const Flag& flag);
  void add(std::string& place, const Flag& flag);
  void add(std::vector<std::string>& place, const Flag& flag);
  void add(std::vector<double>& place, const Flag& flag);
  /// Takes flags with a dot in their name, "--SECTION.KEY VALUE", of any kind; `help` describes
  /// them.
  void add_dotted(Entries& place, std::function<std::string()> help);
  /// Whether a flag stands among the arguments, once they are read.
  bool given(const std::string& flag) const;
  /// What it does; the result is the exit code. To be called last.
  void run(std::function<int()> body);

 private:
  friend class Program;
  template <class T>
  void add_value(T& place, const Flag& flag);

  CLI::App* app_;
  std::string group_ = "Options";
  std::shared_ptr<int> threads_;
  std::function<int()> body_;
  Entries* dotted_ = nullptr;
};

class Program {
 public:
  Program();
  ~Program();
  Command& command(const std::string& name, const std::string& summary);
  /// Runs the subcommand that the arguments name; the result is the exit code. Throws UsageError.
  int run(std::vector<std::string> arguments);

 private:
  void prepare(std::vector<std::string>& arguments) const;
  const Command* parse(std::vector<std::string> arguments);

  std::unique_ptr<CLI::App> app_;
  std::vector<std::unique_ptr<Command>> commands_;
};

}  // namespace limn::cli
