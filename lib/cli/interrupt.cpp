#include "cli/interrupt.h"

#include <csignal>

namespace limn::cli {
namespace {

volatile std::sig_atomic_t signal_that_came = 0;

void note(int signal) { signal_that_came = signal; }

}  // namespace

Interrupted::Interrupted(int signal, const std::string& text)
    : std::runtime_error(text), signal_(signal) {}

void note_interrupts() {
  struct sigaction action {};
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int interrupt() { return signal_that_came; }

void stop_if_interrupted() {
  if (interrupt() != 0) throw Interrupted(interrupt());
}

}  // namespace limn::cli
