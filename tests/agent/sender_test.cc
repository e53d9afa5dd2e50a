#include "agent/sender.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "agent/loop/owned_loop.h"

namespace flatline {
namespace {

/// A UDP socket of loopback on a free port.
class Mailbox {
 public:
  explicit Mailbox(int family = AF_INET) : socket_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    address.ss_family = static_cast<sa_family_t>(family);
    auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&address);
    auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&address);
    if (family == AF_INET) {
      ipv4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
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

}  // namespace
}  // namespace flatline
