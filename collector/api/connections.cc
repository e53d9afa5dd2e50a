#include "collector/api/connections.h"

#include <sys/socket.h>

#include <exception>

#include "schema/program/clock.h"

namespace flatline {
namespace {

constexpr std::chrono::milliseconds kLookEvery{250};

}  // namespace

void ConnectionDeadlines::shut_overdue(Instant now) const {
  for (const auto& [key, connection] : open_) {
    // The socket is only shut down here. libmicrohttpd closes it, and then calls closed().
    if (now >= connection.deadline) ::shutdown(connection.socket, SHUT_RDWR);
  }
}

Connections::Connections(Duration lifetime) : open_(lifetime), thread_([this] { run(); }) {}

Connections::~Connections() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

void Connections::opened(const void* key, int socket) noexcept {
  try {
    const std::lock_guard guard(mutex_);
    open_.opened(key, socket, monotonic_now());
  } catch (const std::exception&) {
    ::shutdown(socket, SHUT_RDWR);
  }
}

void Connections::closed(const void* key) noexcept {
  const std::lock_guard guard(mutex_);
  open_.closed(key);
}

void Connections::run() {
  std::unique_lock guard(mutex_);
  while (!stop_.wait_for(guard, kLookEvery, [this] { return stopping_; })) {
    open_.shut_overdue(monotonic_now());
  }
}

}  // namespace flatline
