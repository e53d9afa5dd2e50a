#include "tools/cli/interrupts.h"

#include <pthread.h>

#include <utility>

namespace flatline::cli {
namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts(std::function<void()> wake) : wake_(std::move(wake)) {
  sigemptyset(&ours_);
  sigaddset(&ours_, SIGUSR1);  // It tells the thread that nothing is waited for any more.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!is_ignored(signal)) sigaddset(&ours_, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &ours_, &before_);
  thread_ = std::thread([this] { wait(); });
}

Interrupts::~Interrupts() {
  over_ = true;
  ::pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupts::wait() {
  while (!over_) {
    int signal = 0;
    ::sigwait(&ours_, &signal);
    if (over_ || signal == SIGUSR1) continue;
    if (!came_.exchange(true)) {
      if (wake_) wake_();
      continue;
    }
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
    ::raise(signal);  // Nothing handles it, so this ends the program.
  }
}

}  // namespace flatline::cli
