#include "tools/cli/watch/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "schema/program/error.h"

namespace flatline::cli::watch {

Signals::Signals() {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
    sigaddset(&ours, number);
  }
  ::pthread_sigmask(SIG_BLOCK, &ours, &before_);
  file_ = Descriptor(::signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK));
  if (file_.is_open()) return;
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  throw Failure("no signalfd: " + system_error_text(error));
}

Signals::~Signals() {
  // What came and was not taken must not end the program while it says goodbye.
  while (take()) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Signals::stop() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::signal(SIGTSTP, SIG_DFL);  // ncurses may have a handler of its own there.
  ::raise(SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);  // Here it stands still.
  ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

std::optional<int> Signals::take() {
  signalfd_siginfo info{};
  if (::read(file_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace flatline::cli::watch
