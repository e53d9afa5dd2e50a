#include "collector/api/connections.h"

#include <sys/socket.h>

#include <exception>

#include "schema/access_limits.h"
#include "schema/limits.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

constexpr std::chrono::milliseconds kLookEvery{250};

}  // namespace

bool ConnectionTable::may_open(const ClientAddress& client) const {
  const auto found = counts_.find(client);
  return found == counts_.end() || found->second < kApiConnectionsPerClient;
}

void ConnectionTable::opened(const void* key, int socket, const ClientAddress& client,
                             Instant now) {
  if (open_.size() >= places_) {
    if (Open* const victim = find_victim()) {
      // The socket is only shut down here. libmicrohttpd closes it, and then calls closed().
      ::shutdown(victim->socket, SHUT_RDWR);
      victim->shut = true;
    }
  }
  // Either may find no memory: the count is raised last.
  const auto count = counts_.try_emplace(client).first;
  const bool is_secured = handshake_ == Duration{0};
  const bool is_beyond = count->second >= kApiConnectionsPerClient;
  if (!is_secured) make_room_for_handshake(count);
  if (is_beyond) make_room_beyond_share(count);
  open_.insert_or_assign(key, Open{socket, count, now, now, is_secured, is_beyond, false, false});
  ++count->second;
}

template <typename IsOne>
void ConnectionTable::shut_oldest_of(Counts::const_iterator client, unsigned most, IsOne is_one) {
  unsigned count = 0;
  Open* oldest = nullptr;
  for (auto& [key, connection] : open_) {
    if (connection.client != client || connection.shut || !is_one(connection)) continue;
    ++count;
    if (oldest == nullptr || connection.opened_at < oldest->opened_at) oldest = &connection;
  }
  if (count < most) return;
  ::shutdown(oldest->socket, SHUT_RDWR);
  oldest->shut = true;
}

/// Of a client with too many handshakes under way, the oldest is shut.
void ConnectionTable::make_room_for_handshake(Counts::const_iterator client) {
  shut_oldest_of(client, kHandshakesPerClient, [](const Open& one) { return !one.is_secured; });
}

void ConnectionTable::make_room_beyond_share(Counts::const_iterator client) {
  shut_oldest_of(client, kConnectionsBeyondShare, [](const Open& one) { return one.is_beyond; });
}

Duration ConnectionTable::time_of(const Open& connection) const {
  if (!connection.is_secured) return handshake_;
  return connection.is_beyond ? handshake_ + Duration{kProofTime} : lifetime_;
}

bool ConnectionTable::may_ask(const void* key, bool may_act) {
  const auto found = open_.find(key);
  if (found == open_.end() || !found->second.is_beyond) return true;
  found->second.is_beyond = !may_act;
  return may_act;
}

void ConnectionTable::secured(const void* key) {
  const auto found = open_.find(key);
  if (found != open_.end()) found->second.is_secured = true;
}

void ConnectionTable::closed(const void* key) {
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  const auto count = found->second.client;
  if (--count->second == 0) counts_.erase(count);
  open_.erase(found);
}

void ConnectionTable::moved(const void* key, Instant now) {
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  found->second.waits = false;
  found->second.moved_at = now;
}

void ConnectionTable::waits(const void* key) {
  const auto found = open_.find(key);
  if (found != open_.end()) found->second.waits = true;
}

void ConnectionTable::shut_overdue(Instant now) const {
  for (const auto& [key, connection] : open_) {
    if (now >= connection.opened_at + time_of(connection)) {
      ::shutdown(connection.socket, SHUT_RDWR);
    }
  }
}

/// Of the client with the most connections, so that a client that opens many pushes out its own.
ConnectionTable::Open* ConnectionTable::find_victim() {
  Open* found = nullptr;
  std::size_t most = 0;
  for (auto& [key, connection] : open_) {
    if (connection.waits || connection.shut) continue;
    const std::size_t count = connection.client->second;
    if (found != nullptr &&
        (count < most || (count == most && connection.moved_at >= found->moved_at))) {
      continue;
    }
    found = &connection;
    most = count;
  }
  return found;
}

Connections::Connections(Duration lifetime, std::size_t places, Duration handshake)
    : open_(lifetime, places, handshake), thread_([this] { run(); }) {}

Connections::~Connections() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

bool Connections::may_open(const ClientAddress& address) noexcept {
  const std::lock_guard guard(mutex_);
  return open_.may_open(client_of(address));
}

void Connections::opened(const void* key, int socket, const ClientAddress& address) noexcept {
  try {
    const std::lock_guard guard(mutex_);
    open_.opened(key, socket, client_of(address), monotonic_now());
  } catch (const std::exception&) {
    ::shutdown(socket, SHUT_RDWR);
  }
}

bool Connections::may_ask(const void* key, bool may_act) noexcept {
  const std::lock_guard guard(mutex_);
  return open_.may_ask(key, may_act);
}

void Connections::secured(const void* key) noexcept {
  const std::lock_guard guard(mutex_);
  open_.secured(key);
}

void Connections::moved(const void* key) noexcept {
  const std::lock_guard guard(mutex_);
  open_.moved(key, monotonic_now());
}

void Connections::waits(const void* key) noexcept {
  const std::lock_guard guard(mutex_);
  open_.waits(key);
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
