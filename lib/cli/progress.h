// What long work says of itself, on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace limn::cli {

/// On a terminal one line that is rewritten; elsewhere a line every ten seconds.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Replaces what was shown, unless that was a moment ago.
  void show(const std::string& text);
  /// A line that stays.
  void line(const std::string& text);
  /// Takes away what is shown.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point last_;
};

/// Shows how many of how many are done, how fast and how long it will take; throws Interrupted on
/// Ctrl-C.
class Counter {
 public:
  /// `what` is counted: "photos".
  Counter(Progress& progress, std::string what);
  void operator()(std::int64_t done, std::int64_t total);

 private:
  Progress& progress_;
  std::string what_;
  std::chrono::steady_clock::time_point start_;
};

/// "0:42", "1:02:03".
std::string clock_text(double seconds);

}  // namespace limn::cli
