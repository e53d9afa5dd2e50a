// Tests the real socket on loopback: batches, both IP versions, the kernel's filter and counters.

#include "collector/ingest/receive_socket.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "collector/ingest/kernel_counters.h"
#include "schema/program/descriptor.h"
#include "schema/program/error.h"
#include "schema/wire/datagram.h"
#include "tests/harness/child_process.h"
#include "tests/harness/descriptors.h"
#include "tests/harness/faulty_calls.h"
#include "tests/harness/files.h"
#include "tests/harness/fleet_driver.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr std::array<std::uint8_t, 1> kLiveKeys = {1};

struct Sender {
  Sender(int family, std::uint16_t port) : descriptor(::socket(family, SOCK_DGRAM, 0)) {
    REQUIRE(descriptor >= 0);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    const bool four = family == AF_INET;
    REQUIRE(::connect(descriptor,
                      four ? reinterpret_cast<sockaddr*>(&v4) : reinterpret_cast<sockaddr*>(&v6),
                      four ? sizeof v4 : sizeof v6) == 0);
  }
  ~Sender() { ::close(descriptor); }
  void send(std::span<const std::byte> bytes) const {
    REQUIRE(::send(descriptor, bytes.data(), bytes.size(), 0) ==
            static_cast<ssize_t>(bytes.size()));
  }
  int descriptor;
};

/// A container may have none.
bool has_ipv6_loopback() {
  const Descriptor probe(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = IN6ADDR_LOOPBACK_INIT;
  return ::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

/// Waits for what the kernel must do. Where it is busy with other programs' datagrams, ours may
/// arrive, or be dropped, a little later than send() returns.
template <typename IsSo>
void await(IsSo is_so) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!is_so() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
}

/// A datagram that came, for as long as one likes.
struct Taken {
  std::vector<std::byte> bytes;
  Address source;
};

/// Takes what comes until that is so many.
std::vector<Taken> take(ReceiveSocket& socket, std::size_t count) {
  std::vector<Taken> taken;
  await([&] {
    for (const ReceivedDatagram& received : socket.receive()) {
      taken.push_back({{received.bytes.begin(), received.bytes.end()}, received.source});
    }
    return taken.size() >= count;
  });
  return taken;
}

/// Waits until the kernel has dropped so many since the socket was made.
void await_drops(ReceiveSocket& socket, std::uint64_t count) {
  KernelCounters& counters = socket.counters();
  await([&] {
    counters.read(true);
    return counters.filtered() + counters.lost() >= count;
  });
}

/// What became of datagrams, as the kernel counted it.
struct Dropped {
  std::uint64_t filtered = 0;
  std::uint64_t lost = 0;
};

/// Does this, and again where other programs' sockets lost datagrams meanwhile: what the kernel
/// counts of these is not told apart from ours.
template <typename Act>
auto while_nobody_loses(Act act) {
  const auto losses = [] {
    const UdpLosses all =
        udp_losses_in(content_of("/proc/self/net/snmp"),
                      has_ipv6() ? content_of("/proc/self/net/snmp6") : std::string{});
    return std::pair{all.by_buffers, all.by_memory};
  };
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  for (;;) {
    const auto before = losses();
    auto done = act();
    const auto after = losses();
    if (after == before) return done;
    if (std::chrono::steady_clock::now() < deadline) continue;
    FAIL_CHECK("other sockets lose datagrams all the time: ", before.first, " and ", before.second,
               " before, ", after.first, " and ", after.second, " after");
    return done;
  }
}

}  // namespace

TEST_CASE("datagrams of both IP versions arrive whole, with their sources") {
  if (!has_ipv6_loopback()) {
    MESSAGE("this machine has no ::1");
    return;
  }
  ReceiveSocket socket("::", 0, kMinReceiveBufferBytes, kLiveKeys);
  const Sender v4(AF_INET, socket.local().port);
  const Sender v6(AF_INET6, socket.local().port);
  Host host("host");
  const Datagram first = host.say(Instant{});
  const Datagram second = host.say(Instant{});
  v4.send(first);
  v6.send(second);
  const std::vector<Taken> received = take(socket, 2);
  REQUIRE(received.size() == 2);
  CHECK(std::equal(received[0].bytes.begin(), received[0].bytes.end(), first.begin(), first.end()));
  CHECK(
      std::equal(received[1].bytes.begin(), received[1].bytes.end(), second.begin(), second.end()));
  CHECK(format_address(received[0].source).starts_with("127.0.0.1:"));
  CHECK(format_address(received[1].source).starts_with("[::1]:"));
  CHECK(socket.receive().empty());
}

TEST_CASE("the kernel drops what cannot be a datagram, and it is counted as filtered, not lost") {
  const Datagram good = Host("host").say(Instant{});
  Datagram bad_magic = good;
  bad_magic[3] = std::byte{'t'};
  Datagram bad_version = good;
  bad_version[4] = std::byte{9};
  const Dropped dropped = while_nobody_loses([&] {
    ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
    const Sender sender(AF_INET, socket.local().port);
    sender.send(std::span(good).first(559));
    sender.send(std::vector<std::byte>(561));
    sender.send(bad_magic);
    sender.send(bad_version);
    sender.send(good);
    REQUIRE(take(socket, 1).size() == 1);
    await_drops(socket, 4);
    CHECK(socket.receive().empty());
    return Dropped{socket.counters().filtered(), socket.counters().lost()};
  });
  CHECK(dropped.filtered == 4);
  CHECK(dropped.lost == 0);
}

TEST_CASE("a datagram whose key id is not live is refused by the kernel; live key ids can change") {
  struct Row {
    std::vector<std::uint8_t> live;
    std::vector<int> taken;  // Of the key ids 0 to 4, and 255.
  };
  const std::vector<Row> rows = {{{1}, {1}},       {{0}, {0}},       {{255}, {255}},
                                 {{1, 3}, {1, 3}}, {{3, 1}, {1, 3}}, {{2, 2}, {2}}};
  struct Seen {
    std::vector<int> taken;
    Dropped dropped;  ///< All until then.
  };
  Datagram datagram = Host("host").say(Instant{});
  const std::vector<Seen> seen = while_nobody_loses([&] {
    ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, rows.front().live);
    const Sender sender(AF_INET, socket.local().port);
    std::vector<Seen> each;
    std::uint64_t refused = 0;
    for (const Row& row : rows) {
      socket.take_only(row.live);
      for (const int key_id : {0, 1, 2, 3, 4, 255}) {
        datagram[5] = std::byte(key_id);
        sender.send(datagram);
      }
      Seen& now = each.emplace_back();
      for (const Taken& received : take(socket, row.taken.size())) {
        now.taken.push_back(std::to_integer<int>(received.bytes[5]));
      }
      await_drops(socket, refused += 6 - row.taken.size());
      now.dropped = {socket.counters().filtered(), socket.counters().lost()};
    }
    return each;
  });
  std::uint64_t refused = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(seen[i].taken == rows[i].taken);
    refused += 6 - rows[i].taken.size();
    CHECK(seen[i].dropped.filtered == refused);
    CHECK(seen[i].dropped.lost == 0);
  }
}

TEST_CASE("of datagrams under key ids that are not live a sample passes, whatever else they say") {
  constexpr std::uint32_t kSample = 4;
  constexpr int kSent = 2000;
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys, kSample);
  KernelCounters& counters = socket.counters();
  const Sender sender(AF_INET, socket.local().port);
  const auto pass = [&](const Datagram& datagram) {
    const std::uint64_t dropped = counters.filtered() + counters.lost();
    std::uint64_t passed = 0;
    for (int i = 0; i < kSent; ++i) {
      sender.send(datagram);
      passed += socket.receive().size();
    }
    await([&] {
      passed += socket.receive().size();
      counters.read(false);
      return passed + counters.filtered() + counters.lost() - dropped == kSent;
    });
    return static_cast<int>(passed);
  };
  Datagram datagram = Host("host").say(Instant{});
  CHECK(pass(datagram) == kSent);
  datagram[5] = std::byte{77};
  const int passed = pass(datagram);
  // A quarter, give or take ten times the deviation of chance.
  CHECK(passed > kSent / 4 - 194);
  CHECK(passed < kSent / 4 + 194);
  CHECK(counters.filtered() == static_cast<std::uint64_t>(kSent - passed));
  datagram[4] = std::byte{9};  // No version of ours.
  CHECK(pass(datagram) == 0);
}

TEST_CASE("a filter that the kernel does not take leaves the one before in force") {
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
  const Sender sender(AF_INET, socket.local().port);
  {
    const test::FaultySocketOption faulty(SO_ATTACH_FILTER, ENOMEM);
    CHECK_THROWS_AS(socket.take_only(std::array<std::uint8_t, 1>{2}), Failure);
  }
  Datagram datagram = Host("host").say(Instant{});
  sender.send(datagram);
  datagram[5] = std::byte{2};
  sender.send(datagram);
  CHECK(take(socket, 1).size() == 1);
  await_drops(socket, 1);
  CHECK(socket.receive().empty());
}

TEST_CASE("good datagrams that find no room are counted as lost, from the bind on") {
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
  KernelCounters& counters = socket.counters();
  const Sender sender(AF_INET, socket.local().port);
  Host host("host");
  const Datagram good = host.say(Instant{});
  const std::size_t room = socket.buffer().granted_bytes / kDatagramBufferBytes;
  const std::size_t sent = 2 * room;
  for (std::size_t i = 0; i < sent; ++i) sender.send(good);
  std::size_t taken = 0;
  await([&] {
    taken += socket.receive().size();
    counters.read(true);
    return taken + counters.lost() + counters.filtered() == sent;
  });
  CHECK(taken >= room / 2);
  CHECK(counters.lost() == sent - taken);
  CHECK(counters.filtered() == 0);
}

TEST_CASE("what other sockets lose while the filter refuses is not lost here") {
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
  ReceiveSocket other("127.0.0.1", 0, kDatagramBufferBytes, kLiveKeys);
  const Datagram good = Host("host").say(Instant{});
  const Sender sender(AF_INET, socket.local().port);
  const Sender to_other(AF_INET, other.local().port);
  for (int i = 0; i < 100; ++i) {
    sender.send(std::span(good).first(559));
    to_other.send(good);
  }
  await([&] {
    other.counters().read(true);
    socket.counters().read(false);
    return other.counters().lost() > 50 &&
           socket.counters().filtered() + socket.counters().lost() == 100;
  });
  REQUIRE(other.counters().lost() > 50);
  CHECK(socket.counters().filtered() == 100);
  CHECK(socket.counters().lost() == 0);
}

TEST_CASE("a busy port and a strange address are errors that name them") {
  ReceiveSocket socket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
  CHECK_THROWS_WITH_AS(
      ReceiveSocket("127.0.0.1", socket.local().port, kMinReceiveBufferBytes, kLiveKeys),
      ("listen: cannot bind 127.0.0.1:" + std::to_string(socket.local().port) +
       " (UDP): Address already in use; give another one with --listen ADDR:PORT")
          .c_str(),
      Failure);
  CHECK_THROWS_AS(ReceiveSocket("example", 0, kMinReceiveBufferBytes, kLiveKeys), Failure);
}

TEST_CASE("a socket that cannot be set up is closed") {
  const ReceiveSocket busy("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys);
  const std::size_t before = test::open_descriptors();
  CHECK_THROWS_AS(ReceiveSocket("127.0.0.1", busy.local().port, kMinReceiveBufferBytes, kLiveKeys),
                  Failure);
  CHECK(test::open_descriptors() == before);
  const test::FaultySocketOption faulty(SO_ATTACH_FILTER, ENOMEM);
  CHECK_THROWS_WITH_AS(ReceiveSocket("127.0.0.1", 0, kMinReceiveBufferBytes, kLiveKeys),
                       "listen: the kernel refused the socket filter: Cannot allocate memory",
                       Failure);
  CHECK(test::open_descriptors() == before);
}

TEST_CASE("the buffer holds half a second of the capacity's full rate, or 100 ms of a flood") {
  CHECK(wanted_receive_bytes(65'536, 1s) == 32'768 * 1280);
  CHECK(wanted_receive_bytes(16'384, 100ms) == 81'920 * 1280);
  CHECK(wanted_receive_bytes(60'002, 1s) == 30'001 * 1280);
  CHECK(wanted_receive_bytes(60'000, 1s) == 30'000 * 1280);
  CHECK(wanted_receive_bytes(16'384, 1s) == 30'000 * 1280);
  CHECK(wanted_receive_bytes(64, 300s) == 30'000 * 1280);
}

TEST_CASE("who may not force the buffer's size gets what the system allows, and is told so") {
  // The kernel tells the double of what it allows; a container may not have its file of limits.
  const Descriptor asked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int most = std::numeric_limits<int>::max() / 2;
  int granted = 0;
  socklen_t size = sizeof granted;
  REQUIRE(::setsockopt(asked.get(), SOL_SOCKET, SO_RCVBUF, &most, sizeof most) == 0);
  REQUIRE(::getsockopt(asked.get(), SOL_SOCKET, SO_RCVBUF, &granted, &size) == 0);
  const auto allowed = static_cast<std::size_t>(granted) / 2;
  const test::FaultySocketOption faulty(SO_RCVBUFFORCE, EPERM);
  for (const std::size_t wanted : {2 * allowed, 2 * allowed + 2}) {
    const ReceiveSocket socket("127.0.0.1", 0, wanted, kLiveKeys);
    CHECK(socket.buffer().wanted_bytes == wanted);
    CHECK(socket.buffer().granted_bytes == 2 * allowed);
    CHECK(socket.buffer().sufficient() == (wanted == 2 * allowed));
    CHECK(socket.buffer().room() == 2 * allowed / kDatagramBufferBytes);
  }
}
