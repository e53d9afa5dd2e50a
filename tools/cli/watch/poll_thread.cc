#include "tools/cli/watch/poll_thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "schema/program/error.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::watch {

PollThread::PollThread(Client& client, std::chrono::milliseconds every)
    : client_(client), every_(every), told_file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!told_file_.is_open()) throw Failure("no eventfd: " + system_error_text(errno));
  // Signals are for the thread that draws: this one inherits a mask that blocks all.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

PollThread::~PollThread() {
  client_.give_up();
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    wakes_.notify_all();
  }
  thread_.join();
}

void PollThread::want(const screen::Wanted& wanted) {
  const std::lock_guard lock(mutex_);
  if (wanted == wanted_) return;
  wanted_ = wanted;
  has_new_wish_ = true;
  wakes_.notify_all();
}

std::optional<screen::Told> PollThread::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t size = ::read(told_file_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(told_, std::nullopt);
}

void PollThread::tell(screen::Told told) {
  {
    const std::lock_guard lock(mutex_);
    told_ = std::move(told);
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t size = ::write(told_file_.get(), &one, sizeof one);
}

void PollThread::run() {
  Asker asker(client_);
  while (true) {
    screen::Wanted wanted;
    {
      const std::lock_guard lock(mutex_);
      if (ends_) return;
      has_new_wish_ = false;
      wanted = wanted_;
    }
    tell(asker.ask(wanted));
    const auto wait = every_.count() > 0 ? every_ : asker.until_next(screen::kLeastRound);
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, wait, [this] { return ends_ || has_new_wish_; });
  }
}

}  // namespace flatline::cli::watch
