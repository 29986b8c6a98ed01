#include "cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/interrupt.h"

namespace limn::cli {
namespace {

constexpr auto kOnTerminal = std::chrono::milliseconds(100);
constexpr auto kElsewhere = std::chrono::seconds(10);

// Of stderr's terminal, in characters.
std::size_t width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) != 0), last_(Clock::now()) {}

Progress::~Progress() { clear(); }

void Progress::show(const std::string& text) {
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? Clock::duration(kOnTerminal) : Clock::duration(kElsewhere)))
    return;
  last_ = now;
  if (terminal_) {
    fmt::print(stderr, "\r{}\033[K", text.substr(0, width() - 1));
    std::fflush(stderr);
    shown_ = true;
  } else {
    fmt::print(stderr, "{}\n", text);
  }
}

void Progress::line(const std::string& text) {
  clear();
  fmt::print(stderr, "{}\n", text);
}

void Progress::clear() {
  if (shown_) fmt::print(stderr, "\r\033[K");
  shown_ = false;
}

Counter::Counter(Progress& progress, std::string what)
    : progress_(progress), what_(std::move(what)), start_(std::chrono::steady_clock::now()) {}

void Counter::operator()(std::int64_t done, std::int64_t total) {
  stop_if_interrupted();
  const double rate = static_cast<double>(done) / std::max(seconds_since(start_), 1e-9);
  const double left = static_cast<double>(total - done) / std::max(rate, 1e-9);
  progress_.show(fmt::format("{}/{} {}  {:.1f} {}/s  {} left", done, total, what_, rate, what_,
                             clock_text(left)));
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(std::clamp(seconds, 0.0, 1e9)));
  const auto hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

}  // namespace limn::cli
