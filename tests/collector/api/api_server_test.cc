// Tests the HTTP server on a real port: its limits, and that its answers are HTTP.

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "collector/api/admin_gate.h"
#include "collector/api/server.h"
#include "collector/ingest/action_queue.h"
#include "collector/journal/past_files.h"
#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tests/harness/descriptors.h"
#include "tests/harness/faulty_calls.h"
#include "tests/harness/fleet_driver.h"
#include "tests/harness/scarce_memory.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

/// A server over an empty fleet, which serve() starts.
struct ParkedServer {
  ParkedServer()
      : sources{board,
                fleet.host_table,
                test::fixed_key().fleet,
                fleet.options.tick,
                fleet.options.stale_after,
                monotonic_now(),
                {},
                [] { return StorageStatus{}; },
                gate,
                [this](const ActionRequest& request, const ActionNames& names,
                       Milliseconds patience) { return queue.ask(request, names, patience); },
                [](std::uint64_t, Milliseconds) { return true; },
                [] { return open_past({}); }} {
    board.publish(fleet.tick());
  }
  void serve() { server.emplace(listener, ApiOptions{{"127.0.0.1", 0}, ""}, sources); }
  [[nodiscard]] std::uint16_t port() const {
    const std::string address = server->address();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  test::FleetDriver fleet;
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
      REQUIRE(::poll(&readable, 1, 20'000) == 1);
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
  /// Whether anything comes within `time`, which must be far below kApiIdleTimeout.
  [[nodiscard]] bool answers_within(std::chrono::milliseconds time) const {
    static_assert(std::chrono::seconds{5} < kApiIdleTimeout);
    pollfd readable{descriptor_, POLLIN, 0};
    return ::poll(&readable, 1, static_cast<int>(time.count())) == 1;
  }
  bool closed = false;

 private:
  int descriptor_;
};

std::string request(const std::string& line, const std::string& headers = "") {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n";
}

std::string ask(const Server& server, const std::string& text) {
  Connection connection(server.port());
  connection.send(text);
  return connection.read();
}

TEST_CASE("answers are HTTP: status, type, no caching; HEAD has no body") {
  const Server server;
  const std::string get = ask(server, request("GET /", "Connection: close\r\n"));
  CHECK(get.starts_with("HTTP/1.1 200 "));
  CHECK(get.find("Content-Type: text/plain") != std::string::npos);
  CHECK(get.find("Cache-Control: no-store") != std::string::npos);
  Connection head(server.port());
  head.send(request("HEAD /", "Connection: close\r\n"));
  // Reads until the server closes, because a second answer never comes.
  const std::string headers = head.read(2);
  CHECK(head.closed);
  CHECK(headers.starts_with("HTTP/1.1 200 "));
  CHECK(headers.ends_with("\r\n\r\n"));
}

TEST_CASE("the query is decoded, and a filter with operators passes") {
  const Server server;
  CHECK(ask(server, request("GET /api/v1/hosts?filter=failing%20%26%20%21drained"))
            .starts_with("HTTP/1.1 200 "));
  CHECK(
      ask(server, request("GET /api/v1/hosts?filter=failing%20%26")).starts_with("HTTP/1.1 400 "));
}

TEST_CASE("a parameter given twice, and a NUL anywhere, are refused and never cut or guessed") {
  const Server server;
  for (const char* path :
       {"/api/v1/bitmap?plane=healthy&plane=known", "/api/v1/bitmap?plane=known&plane=known",
        "/api/v1/hosts/a%00b", "/api/v1/hosts%00", "/api/v1/hosts?filter=all%00",
        "/api/v1/bitmap?plane=known%00", "/api/v1/bitmap?plane%00=known"}) {
    CAPTURE(path);
    CHECK(ask(server, request(std::string("GET ") + path)).starts_with("HTTP/1.1 400 "));
  }
  CHECK(ask(server, request("GET /api/v1/bitmap?plane=known")).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("the body of a GET is thrown away, whatever its size and form") {
  const Server server;
  const std::string large(3 * kApiConnectionBytes, 'x');
  const std::string announced = "Content-Length: " + std::to_string(large.size()) + "\r\n";
  CHECK(ask(server, request("GET /", announced) + large).starts_with("HTTP/1.1 200 "));
  const std::string chunk = "3\r\nabc\r\n0\r\n\r\n";
  CHECK(ask(server, request("GET /", "Transfer-Encoding: chunked\r\n") + chunk)
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("methods with a body are refused before it is read") {
  const Server server;
  const std::string refused =
      ask(server, request("POST /api/v1/hosts", "Content-Length: 1000000000\r\n"));
  CHECK(refused.starts_with("HTTP/1.1 405 "));
  CHECK(refused.find("Allow: GET, HEAD") != std::string::npos);
}

TEST_CASE("what is no HTTP, or too long, ends its connection and nothing else") {
  const Server server;
  for (const std::string& text :
       {std::string("\x16\x03\x01nonsense\r\n\r\n"), std::string("GET\r\n\r\n"),
        request("GET /" + std::string(2 * kApiConnectionBytes, 'a')),
        request("GET /", "X: " + std::string(2 * kApiConnectionBytes, 'a') + "\r\n")}) {
    Connection connection(server.port());
    connection.send(text);
    const std::string answer = connection.read(2);
    CHECK(connection.closed);
    CHECK((answer.empty() || answer.starts_with("HTTP/1.1 4")));
  }
  CHECK(ask(server, request("GET /")).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("one client's connections are bounded") {
  const Server server;
  std::vector<std::unique_ptr<Connection>> connections;
  std::size_t served = 0;
  for (unsigned i = 0; i < kApiConnectionsPerClient + 8; ++i) {
    connections.push_back(std::make_unique<Connection>(server.port()));
    connections.back()->send(request("GET /"));
    served += connections.back()->read().starts_with("HTTP/1.1 200 ") ? 1 : 0;
  }
  CHECK(served == kApiConnectionsPerClient);
  CHECK(connections.back()->closed);
  // Places that were given back are free for the next client.
  connections.clear();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  bool again = false;
  while (!again && std::chrono::steady_clock::now() < deadline) {
    again = ask(server, request("GET /")).starts_with("HTTP/1.1 200 ");
  }
  CHECK(again);
}

TEST_CASE("all connections at once are served, and their places are free as soon as they end") {
  const Server server;
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    std::vector<std::unique_ptr<Connection>> connections;
    for (unsigned i = 0; i < kApiConnections; ++i) {
      connections.push_back(std::make_unique<Connection>(server.port(), 1 + i % 8));
    }
    for (const auto& connection : connections) connection->send(request("GET /-/healthy"));
    std::size_t served = 0;
    for (const auto& connection : connections) {
      served += connection->answers_within(5s) ? 1 : 0;
    }
    CHECK(served == kApiConnections);
  }
}

TEST_CASE("over its rate a client is told how long to wait") {
  const Server server;
  Connection connection(server.port());
  constexpr std::size_t kBatch = 100;
  std::string batch;
  for (std::size_t i = 0; i < kBatch; ++i) batch += request("HEAD /");
  std::string answers;
  for (std::size_t sent = 0; sent < static_cast<std::size_t>(kClientBurst) + kBatch;
       sent += kBatch) {
    connection.send(batch);
    answers = connection.read(kBatch);
  }
  // The bucket is refilled while this runs, but more slowly than it is emptied.
  const std::size_t refused = answers.find("HTTP/1.1 429 ");
  REQUIRE(refused != std::string::npos);
  CHECK(answers.find("Retry-After: 1\r\n", refused) != std::string::npos);
}

TEST_CASE("an address that others reach wants a token or a word") {
  const auto error = [](const Endpoint& endpoint, bool others_may_ask) {
    return message_of<Failure>([&] { const ApiListener listener(endpoint, others_may_ask); });
  };
  CHECK(error({"0.0.0.0", 0}, false).starts_with("api: 0.0.0.0:0 is reachable"));
  CHECK(error({"::", 0}, false).starts_with("api: [::]:0 is reachable"));
  CHECK(error({"0.0.0.0", 0}, true).empty());
  CHECK(error({"192.0.2.1", 4171}, true).starts_with("api: cannot listen on 192.0.2.1:4171: "));
}

TEST_CASE(
    "a listener that cannot be, and a server that cannot start, close what they opened, once") {
  const ApiListener busy({"127.0.0.1", 0}, false);
  const std::size_t before = test::open_descriptors();
  CHECK_THROWS_AS(ApiListener({"127.0.0.1", busy.local().port}, false), Failure);
  CHECK(test::open_descriptors() == before);
  const std::size_t in_vain = test::vain_closes();
  const std::size_t sockets = test::open_sockets();
  {
    ParkedServer parked;
    // The threads of its own all begin; libmicrohttpd's do not.
    const test::FaultyThreads faulty(1 + kApiPastThreads + kApiChangeThreads);
    CHECK(message_of<Failure>([&] { parked.serve(); }).starts_with("api: cannot serve on "));
  }
  // libmicrohttpd leaves an epoll descriptor of its own where its first thread does not begin.
  CHECK(test::open_sockets() == sockets);
  CHECK(test::vain_closes() == in_vain);
}

TEST_CASE(
    "whatever there is no memory for, a request is answered or closed, and the server lives") {
  const Server server;
  for (const char* path :
       {"/api/v1/summary", "/api/v1/at?time=2026-11-23T03:14:00Z", "/nowhere?a=b"}) {
    CAPTURE(path);
    // One allocation after the other is the one that fails; then all of them from there on.
    for (const std::size_t refused : {std::size_t{1}, std::size_t{1'000'000}}) {
      bool has_refused = true;
      for (std::size_t granted = 0; has_refused; ++granted) {
        CAPTURE(granted);
        const test::ScarceMemory scarce(granted, refused);
        Connection connection(server.port(), static_cast<std::uint32_t>(1 + granted % 200));
        connection.send(request(std::string("GET ") + path, "Connection: close\r\n"));
        const std::string answer = connection.read(2);
        CHECK(connection.closed);
        CHECK((answer.empty() || answer.starts_with("HTTP/1.1 ")));
        has_refused = scarce.has_refused();
      }
    }
  }
  // Whoever has asked so often may be told to wait, but is told.
  const std::string answer = ask(server, request("GET /"));
  CHECK((answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 429 ")));
}

}  // namespace
}  // namespace flatline
