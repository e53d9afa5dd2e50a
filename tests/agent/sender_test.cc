#include "agent/sender.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "agent/loop/owned_loop.h"
#include "schema/program/descriptor.h"
#include "tests/harness/files.h"

namespace flatline {
namespace {

/// A UDP socket of loopback on a free port.
class Mailbox {
 public:
  explicit Mailbox(int family = AF_INET, std::uint16_t port = 0)
      : socket_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    address.ss_family = static_cast<sa_family_t>(family);
    auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&address);
    auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&address);
    if (family == AF_INET) {
      ipv4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      ipv4->sin_port = htons(port);
    } else {
      ipv6->sin6_addr = in6addr_loopback;
    }
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    usable_ = ::bind(socket_, any, size) == 0 && ::getsockname(socket_, any, &size) == 0;
    port_ = ntohs(family == AF_INET ? ipv4->sin_port : ipv6->sin6_port);
  }
  ~Mailbox() { ::close(socket_); }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Waits for the next datagram, up to a deadline, and says whether it is this one.
  [[nodiscard]] bool receives(const Datagram& expected) const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 20'000) != 1) return false;
    std::array<std::byte, kDatagramBytes + 1> got{};
    return ::recv(socket_, got.data(), got.size(), 0) == kDatagramBytes &&
           std::equal(expected.begin(), expected.end(), got.begin());
  }
  [[nodiscard]] bool is_empty() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 0;
  }
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int socket_;
  bool usable_ = false;
  std::uint16_t port_ = 0;
};

Datagram sample(int seed) {
  Datagram datagram;
  for (std::size_t i = 0; i < datagram.size(); ++i) {
    datagram[i] = static_cast<std::byte>(i * 7 + static_cast<std::size_t>(seed));
  }
  return datagram;
}

TEST_CASE("every collector gets the same datagram, over either IP version") {
  const Mailbox first;
  const Mailbox second;
  const Mailbox third(AF_INET6);
  std::vector<Endpoint> collectors = {{"127.0.0.1", first.port()}, {"127.0.0.1", second.port()}};
  if (third.usable()) collectors.push_back({"::1", third.port()});
  OwnedLoop loop;
  Sender sender(loop.get(), collectors);
  sender.send(sample(1));
  CHECK(first.receives(sample(1)));
  CHECK(second.receives(sample(1)));
  if (third.usable()) CHECK(third.receives(sample(1)));
  CHECK(sender.counts().sent == collectors.size());
  CHECK(sender.counts().failed == 0);
}

TEST_CASE("nobody listening is no error; an address that cannot be is counted") {
  OwnedLoop loop;
  std::uint16_t closed = 0;
  {
    const Mailbox gone;
    closed = gone.port();
  }
  Sender sender(loop.get(), {{"127.0.0.1", closed}, {"255.255.255.255", 9}});
  sender.send(sample(1));
  sender.send(sample(2));
  CHECK(sender.counts().sent == 2);
  CHECK(sender.counts().failed == 2);
}

TEST_CASE("a name is resolved off the loop; until then it is counted and not waited for") {
  const Mailbox mailbox;
  OwnedLoop loop;
  Sender sender(loop.get(), {{"localhost", mailbox.port()}});
  sender.send(sample(1));
  CHECK(sender.counts().unresolved == 1);
  CHECK(mailbox.is_empty());
  // `localhost` may resolve to ::1 first, where this socket does not listen. The datagram is lost
  // then, as it should be.
  Alarm alarm(loop.get(), [&] {
    sender.send(sample(2));
    if (sender.counts().sent > 0) return loop.stop();
    alarm.set(Instant{});
  });
  alarm.set(Instant{});
  loop.run();
  CHECK(sender.counts().sent == 1);
  CHECK(sender.counts().failed == 0);
}

TEST_CASE("a reload replaces the collectors") {
  const Mailbox before;
  const Mailbox after;
  OwnedLoop loop;
  Sender sender(loop.get(), {{"127.0.0.1", before.port()}});
  sender.replace_collectors({{"127.0.0.1", after.port()}});
  sender.send(sample(3));
  CHECK(after.receives(sample(3)));
  CHECK(before.is_empty());
}

/// What this process writes to stderr while it lives.
class CapturedLog {
 public:
  CapturedLog() : stderr_(::dup(STDERR_FILENO)) {
    const Descriptor file(::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    REQUIRE(::dup2(file.get(), STDERR_FILENO) == STDERR_FILENO);
  }
  ~CapturedLog() { ::dup2(stderr_.get(), STDERR_FILENO); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  /// How often a text stands in it.
  [[nodiscard]] std::size_t count(std::string_view text) const {
    const std::string all = content_of(path());
    std::size_t found = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++found;
    return found;
  }

 private:
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "log"; }

  TemporaryFolder folder_;
  Descriptor stderr_;
};

/// A port of loopback where nobody listens.
std::uint16_t closed_port() {
  const Mailbox gone;
  return gone.port();
}

/// Waits until the system has told of what was sent to such a port: it may take a moment for that.
void await_refusal(std::uint16_t closed) {
  const Descriptor probe(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(closed);
  REQUIRE(::connect(probe.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  REQUIRE(::send(probe.get(), "", 1, 0) == 1);
  pollfd waiting{.fd = probe.get(), .events = 0, .revents = 0};  // An error comes unasked.
  REQUIRE(::poll(&waiting, 1, 20'000) == 1);
}

/// The sender's one collector, whose name has these addresses, in this order.
struct Named {
  explicit Named(const std::vector<Endpoint>& endpoints)
      : sender(loop.get(), {{"mon.example", 1}}, [endpoints](const Endpoint&) {
          Resolver::Answer answer;
          for (const Endpoint& endpoint : endpoints) {
            answer.addresses.push_back(*numeric_address(endpoint));
          }
          return answer;
        }) {
    Alarm alarm(loop.get(), [&] {
      sender.send(sample(0), now);
      if (sender.counts().sent + sender.counts().failed > 0) return loop.stop();
      alarm.set(Instant{});
    });
    alarm.set(Instant{});
    loop.run();
  }
  /// The next snapshot, a second later.
  void send(int seed) { sender.send(sample(seed), now += std::chrono::seconds{1}); }

  Instant now{};
  OwnedLoop loop;
  Sender sender;
};

TEST_CASE("while errors come each address of a name has its turn, and the one that works stays") {
  const CapturedLog log;
  const Mailbox mailbox;
  const std::uint16_t closed = closed_port();
  Named named({{"127.0.0.1", closed},
               {"255.255.255.255", 9},  // The system refuses it itself.
               {"127.0.0.1", mailbox.port()}});
  await_refusal(closed);
  named.send(1);
  CHECK(mailbox.is_empty());
  for (int seed = 2; seed < 8; ++seed) {
    named.send(seed);
    CHECK(mailbox.receives(sample(seed)));
  }
  CHECK(named.sender.counts().refused == 1);
  CHECK(named.sender.counts().failed == 1);
  CHECK(log.count("collector mon.example:1: sending to 127.0.0.1:" + std::to_string(closed) +
                  " fails: Connection refused") == 1);
  CHECK(log.count(" fails: ") == 1);
  CHECK(log.count("has not failed") == 0);
  for (int seed = 8; seed < 14; ++seed) named.send(seed);
  CHECK(log.count("collector mon.example:1: sending to 127.0.0.1:" +
                  std::to_string(mailbox.port()) + " has not failed for 10s") == 1);
}

TEST_CASE("a collector that comes and goes fills no log") {
  const CapturedLog log;
  OwnedLoop loop;
  const std::uint16_t port = closed_port();
  Sender sender(loop.get(), {{"127.0.0.1", port}});
  for (int second = 0; second < 100; ++second) {
    // It hears every third snapshot.
    std::optional<Mailbox> there;
    if (second % 3 == 0) there.emplace(AF_INET, port);
    sender.send(sample(second), Instant{std::chrono::seconds{second}});
    if (!there) await_refusal(port);
  }
  CHECK(sender.counts().sent == 100);
  CHECK(sender.counts().refused >= 60);
  CHECK(log.count("\n") == 1);
}

TEST_CASE("one collector's errors cost no other a datagram") {
  const Mailbox mailbox;
  OwnedLoop loop;
  Sender sender(
      loop.get(),
      {{"127.0.0.1", closed_port()}, {"127.0.0.1", mailbox.port()}, {"127.0.0.2", closed_port()}});
  for (int seed = 1; seed < 20; ++seed) {
    sender.send(sample(seed));
    CHECK(mailbox.receives(sample(seed)));
  }
  CHECK(sender.counts().failed == 0);
  CHECK(sender.counts().sent == 57);
}

}  // namespace
}  // namespace flatline
