#pragma once

// The API's open connections, each with a deadline from its opening: a thread of its own shuts down
// those that are past it. libmicrohttpd's own time-out only sees idleness.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "schema/time.h"

namespace flatline {

class Connections {
 public:
  explicit Connections(Duration lifetime);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `key` is the connection's identity; its socket must stay open until closed(key).
  void opened(const void* key, int socket);
  void closed(const void* key);

 private:
  struct Open {
    int socket;
    Instant deadline;
  };

  void run();

  Duration lifetime_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::unordered_map<const void*, Open> open_;
  std::thread thread_;
};

}  // namespace flatline
