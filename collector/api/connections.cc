#include "collector/api/connections.h"

#include <sys/socket.h>

#include "schema/program/clock.h"

namespace flatline {
namespace {

constexpr std::chrono::milliseconds kLookEvery{250};

}  // namespace

Connections::Connections(Duration lifetime) : lifetime_(lifetime), thread_([this] { run(); }) {}

Connections::~Connections() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

void Connections::opened(const void* key, int socket) {
  const std::lock_guard guard(mutex_);
  open_[key] = {socket, monotonic_now() + lifetime_};
}

void Connections::closed(const void* key) {
  const std::lock_guard guard(mutex_);
  open_.erase(key);
}

void Connections::run() {
  std::unique_lock guard(mutex_);
  while (!stop_.wait_for(guard, kLookEvery, [this] { return stopping_; })) {
    const Instant now = monotonic_now();
    for (const auto& [key, connection] : open_) {
      // Only shut down: the socket is libmicrohttpd's to close, which then calls closed().
      if (now >= connection.deadline) ::shutdown(connection.socket, SHUT_RDWR);
    }
  }
}

}  // namespace flatline
