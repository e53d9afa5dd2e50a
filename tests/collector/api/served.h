#pragma once

// A server on a real port, and a client's connection to it, byte by byte.

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "collector/api/admin_gate.h"
#include "collector/api/server.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/past_files.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "tests/harness/child_process.h"
#include "tests/harness/fleet_driver.h"

namespace flatline::test {

/// A server over an empty fleet, which serve() starts.
struct ParkedServer {
  ParkedServer()
      : sources{board,
                fleet.host_table,
                fixed_key().fleet,
                kTick,
                fleet.options.stale_after,
                monotonic_now(),
                {},
                [] { return StorageStatus{}; },
                gate,
                [this](const ActionRequest& request, const ActionNames& names,
                       Milliseconds patience) { return queue.ask(request, names, patience); },
                [](std::uint64_t, Milliseconds) { return true; },
                [] { return open_past({}); }} {
    fleet.now = monotonic_now();  // The server asks the real clock how old a view is,
    board.publish(fleet.tick());
  }
  void serve() { server.emplace(listener, ApiOptions{{"127.0.0.1", 0}, ""}, sources); }
  [[nodiscard]] std::uint16_t port() const {
    const std::string address = server->address();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  /// and there is only this one: it must not be taken for a loop's that hangs.
  static constexpr Milliseconds kTick = std::chrono::minutes{1};

  FleetDriver fleet;
  ViewBoard board{fleet.options.capacity};
  AdminGate gate{"operators-alone", kDefaultCapacity, monotonic_now()};
  ActionQueue queue;
  ApiSources sources;
  ApiListener listener{{"127.0.0.1", 0}, false};
  std::optional<ApiServer> server;
};

struct Server : ParkedServer {
  Server() { serve(); }
};

/// Waits until something is so that the server's threads bring about, each when it has a processor.
/// False if it never came to be.
template <typename IsSo>
bool await(IsSo is_so) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

/// A client's connection.
class Connection {
 public:
  /// Connects from 127.0.0.`client`.
  explicit Connection(std::uint16_t port, std::uint32_t client = 1)
      : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + client);
    REQUIRE(::bind(descriptor_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connected =
        ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    REQUIRE(connected == 0);
  }
  ~Connection() { ::close(descriptor_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Ignores errors: read() tells if the connection was refused or closed.
  void send(const std::string& text) const {
    static_cast<void>(::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL));
  }
  /// Says that nothing more comes.
  void finish() const { ::shutdown(descriptor_, SHUT_WR); }
  /// Reads until the headers of `count` answers have come, or until the server closes the
  /// connection, which sets `closed`.
  std::string read(std::size_t count = 1) {
    std::string text;
    const auto answers = [&] {
      std::size_t found = 0;
      for (std::size_t at = text.find("\r\n\r\n"); at != std::string::npos;
           at = text.find("\r\n\r\n", at + 4)) {
        ++found;
      }
      return found;
    };
    while (answers() < count) {
      pollfd readable{descriptor_, POLLIN, 0};
      REQUIRE(::poll(&readable, 1, 60'000) == 1);
      char buffer[65536];
      const ssize_t size = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (size <= 0) {
        closed = true;
        break;
      }
      text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
  }
  /// Whether anything can be read now, or comes within `time`.
  [[nodiscard]] bool has_news(std::chrono::milliseconds time = {}) const {
    pollfd readable{descriptor_, POLLIN, 0};
    return ::poll(&readable, 1, static_cast<int>(time.count())) == 1;
  }
  bool closed = false;

 private:
  int descriptor_;
};

inline std::string request(const std::string& line, const std::string& headers = "") {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
}

/// Asks by this connection until it is told to wait, many requests at a time: more quickly than its
/// bucket is refilled, on a busy machine too. Returns after how many requests that was, at most,
/// and the answers of the last batch.
struct Throttled {
  std::size_t sent = 0;
  std::string answers;
  double seconds = 0;  ///< How long it took.
};
inline Throttled ask_until_throttled(Connection& connection, const std::string& head_request) {
  constexpr std::size_t kBatch = 100;
  std::string batch;
  for (std::size_t i = 0; i < kBatch; ++i) batch += head_request;
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = begin + std::chrono::seconds{60};
  Throttled throttled;
  while (throttled.answers.find("HTTP/1.1 429 ") == std::string::npos) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    connection.send(batch);
    throttled.answers = connection.read(kBatch);
    throttled.sent += kBatch;
  }
  throttled.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return throttled;
}

/// With `count` beyond one the server must close the connection: then the whole answer is read.
inline std::string ask(const Server& server, const std::string& text, std::size_t count = 1) {
  Connection connection(server.port());
  connection.send(text);
  return connection.read(count);
}

}  // namespace flatline::test
