#include "bench/proofs/fleet/flood.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "schema/wire/datagram.h"
#include "tools/sim/random.h"

namespace flatline::bench {
namespace {

constexpr std::chrono::milliseconds kTurn{5};

}  // namespace

Flood::Flood(const Endpoint& to, std::uint8_t key_id, std::uint32_t datagrams_per_second)
    : thread_([=, this] { run(to, key_id, datagrams_per_second); }) {}

Flood::~Flood() {
  stop();
}

std::uint64_t Flood::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return sent_;
}

void Flood::run(const Endpoint& to, std::uint8_t key_id, std::uint32_t datagrams_per_second) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(to.port);
  ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
  sim::Random random(/*seed=*/11);
  SecretKey no_hosts_key{};
  Snapshot snapshot;
  snapshot.name = HostName{"stranger"};
  Datagram datagram;
  auto next = std::chrono::steady_clock::now();
  std::uint64_t tried = 0;
  for (std::uint64_t turn = 1; !stop_; ++turn) {
    // Of a small fleet less than one is due in a turn, but one after some of them.
    const auto elapsed_ms = turn * static_cast<std::uint64_t>(kTurn.count());
    for (; tried < datagrams_per_second * elapsed_ms / 1000; ++tried) {
      const bool wrong_size = tried % 2 == 0;
      if (!wrong_size) {
        seal_datagram({key_id, 0, AgentId{random.next()}, random.next() >> 1, 1}, snapshot,
                      no_hosts_key, datagram);
      }
      const ssize_t result =
          ::sendto(socket, datagram.data(), datagram.size() - (wrong_size ? 1 : 0), MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&address), sizeof address);
      sent_ += result > 0 ? 1 : 0;
    }
    std::this_thread::sleep_until(next += kTurn);
  }
  ::close(socket);
}

}  // namespace flatline::bench
