#include "bench/proofs/limit/ingest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "bench/collector/simulated_hosts.h"
#include "bench/loopback_sender.h"
#include "bench/proofs/limit/thread_time.h"
#include "collector/fleet/epoch_opener.h"
#include "collector/ingest/receive_socket.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kWarmRounds = 3;
/// First contacts are bounded by the tick; within so many rounds everybody is in.
constexpr std::size_t kRegistrationRounds = 64;

using Block = std::span<const Datagram>;

/// A bare loop around recvmmsg, with buffers as the collector has them.
class BareSocket {
 public:
  BareSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw Failure("limit: cannot bind: " + system_error_text(errno));
    }
    port_ = ntohs(address.sin_port);
    for (std::size_t i = 0; i < kReceiveBatch; ++i) {
      vectors_[i] = {buffers_[i].data(), buffers_[i].size()};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  ~BareSocket() { ::close(descriptor_); }
  BareSocket(const BareSocket&) = delete;
  BareSocket& operator=(const BareSocket&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// How many came; buffer i holds the i-th.
  std::size_t receive() {
    const int received =
        ::recvmmsg(descriptor_, messages_.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
    return received < 0 ? 0 : static_cast<std::size_t>(received);
  }
  [[nodiscard]] DatagramView datagram(std::size_t i) const { return buffers_[i]; }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
  std::array<Datagram, kReceiveBatch> buffers_;
  std::array<iovec, kReceiveBatch> vectors_{};
  std::array<mmsghdr, kReceiveBatch> messages_{};
};

/// One of the ways that a block takes.
class Way {
 public:
  virtual ~Way() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Takes what waits, which are the datagrams of hosts `first` and on; how many were good.
  virtual std::size_t take(std::size_t first) = 0;
};

class Sink : public Way {
 public:
  [[nodiscard]] std::uint16_t port() const override { return socket_.port(); }
  std::size_t take(std::size_t) override { return socket_.receive(); }

 private:
  BareSocket socket_;
};

/// Opens what the hosts said, in their order: bool cipher(std::size_t host, DatagramView,
/// SnapshotBytes&).
template <typename Cipher>
class Open : public Way {
 public:
  explicit Open(Cipher cipher) : cipher_(std::move(cipher)) {}
  [[nodiscard]] std::uint16_t port() const override { return socket_.port(); }
  std::size_t take(std::size_t first) override {
    std::size_t opened = 0;
    const std::size_t received = socket_.receive();
    for (std::size_t i = 0; i < received; ++i) {
      opened += cipher_(first + i, socket_.datagram(i), plain_) ? 1 : 0;
    }
    return opened;
  }

 private:
  Cipher cipher_;
  BareSocket socket_;
  SnapshotBytes plain_;
};

/// As the collector's loop does it, on a clock that the test turns; the real ones are read besides.
class Ingest : public Way {
 public:
  explicit Ingest(std::size_t hosts)
      : options_(options_for(hosts)),
        host_table_(options_.capacity, options_.messages_per_host),
        fleet_(options_, host_table_, kStart),
        socket_("127.0.0.1", 0, wanted_receive_bytes(options_.capacity, options_.min_interval)) {}

  [[nodiscard]] std::uint16_t port() const override { return socket_.local().port; }
  std::size_t take(std::size_t) override {
    const auto received = socket_.receive();
    (void)monotonic_now();
    (void)wall_now();
    return fleet_.accept_all(received, arrival_);
  }
  void tick(const Moment& arrival) {
    arrival_ = arrival;
    fleet_.tick(arrival, {});
  }

 private:
  static FleetOptions options_for(std::size_t hosts) {
    FleetOptions options;
    options.keys = {fixed_key()};
    options.capacity = static_cast<std::uint32_t>((hosts + 63) / 64 * 64);
    return options;
  }

  FleetOptions options_;
  HostTable host_table_;
  Fleet fleet_;
  ReceiveSocket socket_;
  Moment arrival_{};
};

constexpr std::size_t kWays = 4;

/// All orders of the ways, one after another. What ran before a way leaves its code and its memory
/// in the caches, so each comes behind every other.
class Order {
 public:
  Order() { std::iota(ways_.begin(), ways_.end(), std::size_t{0}); }
  const std::array<std::size_t, kWays>& next() {
    std::next_permutation(ways_.begin(), ways_.end());
    return ways_;
  }

 private:
  std::array<std::size_t, kWays> ways_{};
};

}  // namespace

IngestCosts measure_ingest(std::size_t hosts, std::size_t rounds) {
  SimulatedHosts fleet(hosts);
  LoopbackSender sender;
  Order order;
  Sink sink;
  Open open([&](std::size_t host, DatagramView datagram, SnapshotBytes& plain) {
    return open_datagram(datagram, fleet.credentials()[host].key, plain);
  });
  EpochOpener opener;
  const std::vector<SecretKey> epoch_keys = fleet.epoch_keys();
  Open open_epoch([&](std::size_t host, DatagramView datagram, SnapshotBytes& plain) {
    return opener.open(datagram, epoch_keys[host], plain);
  });
  Ingest ingest(hosts);
  const std::array<Way*, kWays> ways = {&sink, &open, &open_epoch, &ingest};
  IngestCosts costs;
  const std::array<std::vector<double>*, kWays> into = {&costs.sink, &costs.open, &costs.open_epoch,
                                                        &costs.ingest};

  /// Every host's datagram each way; whether each was good each time.
  const auto play = [&](bool keep) {
    const Block all = fleet.next_round();
    ingest.tick(fleet.arrival());
    std::array<double, kWays> spent{};
    std::array<std::size_t, kWays> good{};
    for (std::size_t first = 0; first < hosts; first += kReceiveBatch) {
      const Block block = all.subspan(first, std::min(kReceiveBatch, hosts - first));
      for (const std::size_t way : order.next()) {
        sender.send(block, ways[way]->port());
        const double begun = thread_nanoseconds();
        good[way] += ways[way]->take(first);
        spent[way] += thread_nanoseconds() - begun;
      }
    }
    for (std::size_t way = 0; keep && way < ways.size(); ++way) {
      into[way]->push_back(spent[way] / static_cast<double>(hosts));
    }
    return std::ranges::count(good, hosts) == kWays;
  };

  std::size_t round = 0;
  while (!play(false)) {
    if (++round > kRegistrationRounds) throw Failure("limit: not everybody was registered");
  }
  for (round = 0; round < kWarmRounds + rounds; ++round) {
    if (!play(round >= kWarmRounds)) throw Failure("limit: a datagram was lost or refused");
  }
  return costs;
}

}  // namespace flatline::bench
