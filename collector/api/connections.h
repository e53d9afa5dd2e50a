#pragma once

// The API's open connections. Each gets a deadline when it is opened, and a thread shuts down those
// that are past theirs. libmicrohttpd's own time-out is not enough, because it only sees idleness.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "schema/time.h"

namespace flatline {

/// The connections and their deadlines, without a thread or a lock: only one caller at a time may
/// use it.
class ConnectionDeadlines {
 public:
  explicit ConnectionDeadlines(Duration lifetime) : lifetime_(lifetime) {}

  void opened(const void* key, int socket, Instant now) { open_[key] = {socket, now + lifetime_}; }
  void closed(const void* key) { open_.erase(key); }
  /// Shuts down the connections whose deadline has come. Their owner then closes them and calls
  /// closed().
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

  /// `key` is the connection's identity. Its socket must stay open until closed(key). If there is
  /// no memory for its deadline, it is shut down at once. A C library calls both functions, so
  /// neither throws.
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
