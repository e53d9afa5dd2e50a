#pragma once

// The signals that a full screen takes care of, as a file that becomes readable: so they interrupt
// nothing half-way, and a handler needs no rules. They are blocked while this lives, and so on
// every thread that is started meanwhile.

#include <csignal>
#include <optional>

#include "schema/program/descriptor.h"

namespace flatline::cli::watch {

class Signals {
 public:
  /// Throws Failure.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int file() const { return file_.get(); }
  /// The number of the next one that came; nothing where none did.
  std::optional<int> take();
  /// Stops the program, as the person asked for by SIGTSTP, and returns when it goes on. Where no
  /// shell could make it go on, as the system knows, it returns at once.
  static void stop();

 private:
  sigset_t before_{};
  Descriptor file_;
};

}  // namespace flatline::cli::watch
