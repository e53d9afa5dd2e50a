#pragma once

// The API's open connections, each with a deadline from its opening: a thread of its own shuts down
// those that are past it. libmicrohttpd's own time-out only sees idleness.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "schema/time.h"

namespace flatline {

/// The connections and their deadlines, without thread or lock: one caller at a time.
class ConnectionDeadlines {
 public:
  explicit ConnectionDeadlines(Duration lifetime) : lifetime_(lifetime) {}

  void opened(const void* key, int socket, Instant now) { open_[key] = {socket, now + lifetime_}; }
  void closed(const void* key) { open_.erase(key); }
  /// Shuts down those whose deadline has come. Whose they are closes them, and says closed().
  void shut_overdue(Instant now) const;

 private:
  struct Open {
    int socket;
    Instant deadline;
  };

  Duration lifetime_;
  std::unordered_map<const void*, Open> open_;
};

class Connections {
 public:
  explicit Connections(Duration lifetime);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `key` is the connection's identity; its socket must stay open until closed(key). A connection
  /// for whose deadline there is no memory is shut down at once. Both are called from C.
  void opened(const void* key, int socket) noexcept;
  void closed(const void* key) noexcept;

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  ConnectionDeadlines open_;
  std::thread thread_;
};

}  // namespace flatline
