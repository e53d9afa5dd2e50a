// Tests the HTTP server on a real port: its limits, and that its answers are HTTP.

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <memory>

#include "collector/api/exchange.h"
#include "schema/program/descriptor_limit.h"
#include "schema/program/error.h"
#include "tests/collector/api/served.h"
#include "tests/harness/descriptors.h"
#include "tests/harness/faulty_calls.h"
#include "tests/harness/scarce_memory.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using namespace test;

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
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  bool again = false;
  while (!again && std::chrono::steady_clock::now() < deadline) {
    again = ask(server, request("GET /")).starts_with("HTTP/1.1 200 ");
  }
  CHECK(again);
}

/// So many clients may together take every place, each a part of what one client may.
constexpr std::uint32_t kClients = kApiConnections / kApiConnectionsPerClient + 1;

/// Both ends of every connection are this process's.
void need_all_places_twice() {
  require_descriptors(2 * (kApiConnections + kApiSpareConnections) + 256, "both ends");
}

/// As the server counts them, the one on which it is asked included.
int open_connections(const Server& server) {
  const std::string page = ask(server, request("GET /metrics", "Connection: close\r\n"), 2);
  const std::string name = "\nflatline_api_connections ";
  const std::size_t at = page.find(name);
  return at == std::string::npos ? -1 : std::stoi(page.substr(at + name.size()));
}

TEST_CASE("all connections at once are served, and their places are free as soon as they end") {
  need_all_places_twice();
  const Server server;
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    std::vector<std::unique_ptr<Connection>> connections;
    for (unsigned i = 0; i < kApiConnections; ++i) {
      connections.push_back(std::make_unique<Connection>(server.port(), 1 + i % kClients));
    }
    for (const auto& connection : connections) connection->send(request("GET /-/healthy"));
    for (const auto& connection : connections) {
      CHECK(connection->read().starts_with("HTTP/1.1 200 "));
    }
    connections.clear();
    // As soon as its threads see them end, and not when a time is over.
    const auto ended = std::chrono::steady_clock::now();
    CHECK(await([&] { return open_connections(server) == 1; }));
    CHECK(std::chrono::steady_clock::now() - ended < kApiIdleTimeout);
  }
}

/// Takes every place by connections that idle, and asks from other addresses. Each is served
/// although no place is free: one that idles makes room. False if all of it took so long that they
/// may have ended by their own time-out.
bool idlers_make_room() {
  const Server server;
  std::vector<std::unique_ptr<Connection>> idle;
  const auto begun = monotonic_now();
  for (unsigned i = 0; i < kApiConnections + kApiSpareConnections; ++i) {
    idle.push_back(std::make_unique<Connection>(server.port(), 1 + i % kClients));
    // Whoever begins a request and does not end it idles, too.
    if (i % 2 == 0) idle.back()->send("GET / HTTP/1.1\r\nHost: ");
  }
  for (std::uint32_t client = 100; client < 140; ++client) {
    Connection probe(server.port(), client);
    probe.send(request("GET /-/healthy"));
    CHECK(probe.read().starts_with("HTTP/1.1 200 "));
    idle.push_back(std::make_unique<Connection>(server.port(), 1 + client % kClients));
  }
  return monotonic_now() - begun < kApiIdleTimeout;
}

TEST_CASE("idle connections of a few clients keep nobody else away") {
  need_all_places_twice();
  // A busy machine may hold up some of these, but not all.
  bool was_in_time = false;
  for (int tries = 0; tries < 5 && !was_in_time; ++tries) was_in_time = idlers_make_room();
  CHECK(was_in_time);
}

TEST_CASE("a header that decides something is not taken when it is given twice") {
  const Server server;
  for (const char* twice : {"Host: localhost\r\n", "hOST: 127.0.0.1\r\n",
                            "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n",
                            "Idempotency-Key: a\r\nidempotency-key: b\r\n"}) {
    CAPTURE(std::string(twice));
    const std::string answer = ask(server, request("GET /", twice));
    CHECK(answer.starts_with("HTTP/1.1 400 "));
  }
  CHECK(ask(server, request("GET /", "Accept: a\r\nAccept: b\r\n")).starts_with("HTTP/1.1 200 "));
}

/// So many parameters that libmicrohttpd has no room for them.
std::string many_parameters() {
  std::string line = "GET /api/v1/hosts?p=1";
  for (int i = 0; i < 400; ++i) line += "&p" + std::to_string(i) + "=1";
  return line;
}

TEST_CASE("a request with more parameters than there is room for is answered, and leaves nothing") {
  const Server server;
  const auto ask_all = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Connection connection(server.port(), static_cast<std::uint32_t>(1 + i % 200));
      connection.send(request(many_parameters()));
      const std::string answer = connection.read();
      if (!answer.starts_with("HTTP/1.1 400 ")) FAIL_CHECK(answer.substr(0, 200));
    }
  };
  ask_all(50);
  const std::size_t before = ::mallinfo2().uordblks;
  constexpr int kRequests = 500;
  ask_all(kRequests);
  // A request that leaks would leave at least what there is of each: an Exchange.
  // What the last connections have is given back when the server sees them end.
  CHECK(await([&] { return ::mallinfo2().uordblks < before + kRequests * sizeof(Exchange) / 4; }));
}

TEST_CASE("where no descriptor is left a listener says so, and not what came of that") {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit none{3, limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const std::string said = message_of<Failure>([] {
    const ApiListener listener({"127.0.0.1", 0}, false);
  });
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK_MESSAGE(said.find("Too many open files") != std::string::npos, said);
}

TEST_CASE("a large body is read for operators alone, and up to its route's limit") {
  Server server;
  const auto post = [&](const std::string& token, std::size_t size) {
    const std::string headers = "Content-Length: " + std::to_string(size) +
                                "\r\nIdempotency-Key: k\r\nAuthorization: Bearer " + token + "\r\n";
    return ask(server, request("POST /api/v1/actions", headers) + std::string(size, ' '));
  };
  CHECK(post("operators-alone", kActionBodyBytes).starts_with("HTTP/1.1 400 "));
  CHECK(post("operators-alone", kActionBodyBytes + 1).starts_with("HTTP/1.1 413 "));
  CHECK(post("somebody", kActionBodyBytes).starts_with("HTTP/1.1 401 "));
}

TEST_CASE("over its rate a client is told how long to wait") {
  const Server server;
  Connection connection(server.port());
  const Throttled throttled = ask_until_throttled(connection, request("HEAD /"));
  const auto sent = static_cast<double>(throttled.sent);
  CHECK(sent >= kClientBurst);
  CHECK(sent <= kClientBurst + 100 + kClientRequestsPerSecond * throttled.seconds);
  const std::string& answers = throttled.answers;
  const std::size_t refused = answers.find("HTTP/1.1 429 ");
  CHECK(answers.find("Retry-After: 1\r\n", refused) != std::string::npos);
}

TEST_CASE("a filter that reads names costs its client as much as ten requests") {
  const Server server;
  const Instant begin = monotonic_now();
  double answered = 0;
  for (bool may_ask = true; may_ask; ++answered) {
    const auto number = static_cast<unsigned>(answered);  // Each filter is another one.
    const std::string asked = "GET /api/v1/hosts?filter=name%3Dx" + std::to_string(number);
    may_ask = ask(server, request(asked)).starts_with("HTTP/1.1 200 ");
  }
  const double seconds = std::chrono::duration<double>(monotonic_now() - begin).count();
  CHECK(answered > kClientBurst / kFilterPrice);
  CHECK(answered <= (kClientBurst + kClientRequestsPerSecond * seconds) / kFilterPrice + 2);
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
    const test::FaultyThreads faulty(1 + kApiFilterThreads + kApiPastThreads + kApiChangeThreads);
    CHECK(message_of<Failure>([&] { parked.serve(); }).starts_with("api: cannot serve on "));
  }
  // libmicrohttpd leaves an epoll descriptor of its own where its first thread does not begin.
  CHECK(test::open_sockets() == sockets);
  CHECK(test::vain_closes() == in_vain);
}

TEST_CASE(
    "whatever there is no memory for, a request is answered or closed, and the server lives") {
  const Server server;
  for (const char* path : {"/api/v1/summary", "/api/v1/hosts?filter=role%3Ddb%20and%20check:disk",
                           "/api/v1/at?time=2026-11-23T03:14:00Z", "/nowhere?a=b"}) {
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
