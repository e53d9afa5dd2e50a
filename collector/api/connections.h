#pragma once

// The API's open connections. Each gets a deadline when it is opened, and a thread shuts down those
// that are past theirs. libmicrohttpd's own time-out is not enough, because it only sees idleness.
// A client, as the throttle knows it, has a bounded number of them. And there is always room for
// one more, such as a look at /-/healthy: when all but the spare places are taken, one is shut, of
// the client that has the most: the connection on which for the longest time no request came or was
// answered. Only those that wait for a slow pool are left alone.
//
// A client that has its share may open a few more, on which it must prove at once that it may
// change something: so nobody keeps operators out by holding all connections of their address.
//
// Under TLS a handshake has a shorter deadline of its own, and of those that a client leaves half
// done only a few stay: one more ends the oldest of them.

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "collector/api/token_bucket.h"
#include "schema/time.h"

namespace flatline {

/// The connections, without a thread or a lock: only one caller at a time may use it.
class ConnectionTable {
 public:
  /// A connection must be secured within `handshake`, where that is not zero.
  ConnectionTable(Duration lifetime, std::size_t places, Duration handshake = {})
      : lifetime_(lifetime), places_(places), handshake_(handshake) {}

  /// Whether a client has so few connections that it may have another.
  [[nodiscard]] bool may_open(const ClientAddress& client) const;
  /// Notes a connection, and shuts another one if all places were taken.
  void opened(const void* key, int socket, const ClientAddress& client, Instant now);
  /// Whether a request on it may be answered. One that is beyond its client's share is good only
  /// for who may change something, and from then on it is like any other.
  [[nodiscard]] bool may_ask(const void* key, bool may_act);
  /// Its handshake is done: from now on it has its whole life.
  void secured(const void* key);
  /// A request on it began, or was answered.
  void moved(const void* key, Instant now);
  /// Its request waits for a slow pool, until it is answered.
  void waits(const void* key);
  void closed(const void* key);
  /// Shuts down the connections whose deadline has come. Their owner then closes them and calls
  /// closed().
  void shut_overdue(Instant now) const;

 private:
  /// How many connections each client has. Its elements stay where they are.
  using Counts = std::map<ClientAddress, std::size_t>;

  struct Open {
    int socket = -1;
    Counts::iterator client;
    Instant opened_at{};
    Instant moved_at{};
    bool is_secured = true;
    bool is_beyond = false;  ///< Its client has its share, and nothing was proved on it yet.
    bool waits = false;
    bool shut = false;  ///< It was shut for another's sake, and its owner has not closed it yet.
  };

  [[nodiscard]] Open* find_victim();
  void make_room_for_handshake(Counts::const_iterator client);
  void make_room_beyond_share(Counts::const_iterator client);
  /// Shuts the oldest of the client's connections that `is_one` selects, if there are so many.
  template <typename IsOne>
  void shut_oldest_of(Counts::const_iterator client, unsigned most, IsOne is_one);
  [[nodiscard]] Duration time_of(const Open& connection) const;

  Duration lifetime_;
  std::size_t places_;
  Duration handshake_;
  std::unordered_map<const void*, Open> open_;
  Counts counts_;
};

class Connections {
 public:
  Connections(Duration lifetime, std::size_t places, Duration handshake = {});
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// `key` is the connection's identity. Its socket must stay open until closed(key). If there is
  /// no memory for its deadline, it is shut down at once. A C library calls these functions, so
  /// none throws. `address` is the client's whole address.
  [[nodiscard]] bool may_open(const ClientAddress& address) noexcept;
  void opened(const void* key, int socket, const ClientAddress& address) noexcept;
  [[nodiscard]] bool may_ask(const void* key, bool may_act) noexcept;
  void secured(const void* key) noexcept;
  void moved(const void* key) noexcept;
  void waits(const void* key) noexcept;
  void closed(const void* key) noexcept;

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  ConnectionTable open_;
  std::thread thread_;
};

}  // namespace flatline
