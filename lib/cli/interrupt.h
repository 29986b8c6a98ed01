// Ctrl-C: work ends at the next good place; a second time ends it at once.
#pragma once

#include <stdexcept>
#include <string>

namespace limn::cli {

/// Thrown where work was given up because of a signal.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(int signal, const std::string& text = "interrupted; nothing was written");
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// From now on the first SIGINT or SIGTERM is only noted; the next one of its kind kills.
void note_interrupts();
/// The signal that came, or 0.
int interrupt();
/// Throws Interrupted when one came.
void stop_if_interrupted();

}  // namespace limn::cli
