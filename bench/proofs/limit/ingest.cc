#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include "bench/collector/simulated_hosts.h"
#include "bench/proofs/limit/costs.h"
#include "collector/fleet/epoch_opener.h"
#include "collector/ingest/receive_socket.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tests/harness/loopback.h"

namespace flatline::bench {
namespace {

constexpr std::size_t kWarmRounds = 3;
/// First contacts are bounded by the second; within so many rounds everybody is in.
constexpr std::size_t kRegistrationRounds = 64;

using Block = std::span<const Datagram>;

/// A bare loop around recvmmsg, with buffers as the collector has them.
class BareSocket {
 public:
  BareSocket() {
    for (std::size_t i = 0; i < kReceiveBatch; ++i) {
      vectors_[i] = {buffers_[i].data(), buffers_[i].size()};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  BareSocket(const BareSocket&) = delete;
  BareSocket& operator=(const BareSocket&) = delete;

  [[nodiscard]] std::uint16_t port() const { return socket_.address().port; }
  /// How many came.
  std::size_t receive() {
    const int received =
        ::recvmmsg(socket_.descriptor(), messages_.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
    return received < 0 ? 0 : static_cast<std::size_t>(received);
  }
  /// Of those that came, which are of hosts `first` and on, how many open.
  template <typename Opens>
  std::size_t count(std::size_t first, const Opens& opens) {
    std::size_t opened = 0;
    const std::size_t received = receive();
    for (std::size_t i = 0; i < received; ++i) opened += opens(first + i, buffers_[i]) ? 1 : 0;
    return opened;
  }

 private:
  test::LoopbackSocket socket_;
  std::array<Datagram, kReceiveBatch> buffers_;
  std::array<iovec, kReceiveBatch> vectors_{};
  std::array<mmsghdr, kReceiveBatch> messages_{};
};

/// As the collector's loop does it, on a clock that the test turns; the real ones are read besides.
class Ingest {
 public:
  explicit Ingest(std::size_t hosts)
      : options_(options_for(hosts)),
        host_table_(options_.capacity, options_.messages_per_host),
        fleet_(options_, host_table_, kStart),
        socket_("127.0.0.1", 0, wanted_receive_bytes(options_.capacity, options_.min_interval),
                {&options_.keys.front().key_id, 1}) {}

  [[nodiscard]] std::uint16_t port() const { return socket_.local().port; }
  std::size_t take() {
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

/// One of the ways that a block takes.
struct Way {
  std::uint16_t port;
  std::vector<double>& costs;
  /// Takes what waits, which are the datagrams of hosts `first` and on; how many were good.
  std::function<std::size_t(std::size_t first)> take;
};

}  // namespace

IngestCosts measure_ingest(std::size_t hosts, std::size_t rounds) {
  SimulatedHosts fleet(hosts);
  test::LoopbackSocket sender;
  BareSocket sink;
  BareSocket open;
  BareSocket open_epoch;
  Ingest ingest(hosts);
  EpochOpener opener;
  const std::vector<SecretKey> epoch_keys = fleet.epoch_keys();
  SnapshotBytes plain;
  const auto opens = [&](std::size_t host, DatagramView datagram) {
    return open_datagram(datagram, fleet.credentials()[host].key, plain);
  };
  const auto opens_epoch = [&](std::size_t host, DatagramView datagram) {
    return opener.open(datagram, epoch_keys[host], plain);
  };
  IngestCosts costs;
  const std::array<Way, 4> ways = {
      Way{sink.port(), costs.sink, [&](std::size_t) { return sink.receive(); }},
      Way{open.port(), costs.open, [&](std::size_t first) { return open.count(first, opens); }},
      Way{open_epoch.port(), costs.open_epoch,
          [&](std::size_t first) { return open_epoch.count(first, opens_epoch); }},
      Way{ingest.port(), costs.ingest, [&](std::size_t) { return ingest.take(); }}};
  // All orders of the ways, one after another. What ran before a way leaves its code and its memory
  // in the caches, so each comes behind every other.
  std::array<std::size_t, ways.size()> order = {0, 1, 2, 3};

  /// Every host's datagram each way; whether each was good each time.
  const auto play = [&](bool keep) {
    const Block all = fleet.next_round();
    ingest.tick(fleet.arrival());
    std::array<double, ways.size()> spent{};
    std::array<std::size_t, ways.size()> good{};
    for (std::size_t first = 0; first < hosts; first += kReceiveBatch) {
      const Block block = all.subspan(first, std::min(kReceiveBatch, hosts - first));
      std::ranges::next_permutation(order);
      for (const std::size_t way : order) {
        sender.send(block, ways[way].port);
        const double begun = thread_nanoseconds();
        good[way] += ways[way].take(first);
        spent[way] += thread_nanoseconds() - begun;
      }
    }
    for (std::size_t way = 0; keep && way < ways.size(); ++way) {
      ways[way].costs.push_back(spent[way] / static_cast<double>(hosts));
    }
    return std::ranges::count(good, hosts) == std::ssize(ways);
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
