#include "tests/tools/sim/listener.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "schema/program/clock.h"
#include "schema/wire/codec.h"

namespace flatline::sim {

Heard open(const FleetKey& key, std::span<const std::byte> bytes) {
  Heard heard;
  REQUIRE(read_header(bytes, heard.header) == Outcome::kAccepted);
  SnapshotBytes plain;
  REQUIRE(open_datagram(
      DatagramView{bytes},
      derive_agent_key(key, heard.header.agent_id, heard.header.credential_generation), plain));
  REQUIRE(decode_snapshot(plain, heard.snapshot));
  REQUIRE(heard.header.agent_id == agent_id_of(key.fleet, heard.snapshot.name.view()));
  return heard;
}

Listener::Listener() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  REQUIRE(socket_ >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  // The buffer holds all datagrams of a run, even if the test does not read meanwhile. Who may not
  // have that much has what the kernel gives anybody.
  const int room = 8 << 20;
  if (::setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
}

Listener::~Listener() {
  ::close(socket_);
}

std::uint32_t Listener::lost() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  REQUIRE(::getsockopt(socket_, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) == 0);
  return memory[SK_MEMINFO_DROPS];
}

void Listener::receive(const FleetKey& key, std::vector<Heard>& heard) const {
  std::array<std::byte, 2 * kDatagramBytes> bytes;
  while (true) {
    sockaddr_in source{};
    socklen_t source_size = sizeof source;
    const ssize_t size = ::recvfrom(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&source), &source_size);
    if (size < 0) return;
    const WallTime arrived_at = wall_now();
    heard.push_back(open(key, std::span{bytes}.first(static_cast<std::size_t>(size))));
    heard.back().arrived_at = arrived_at;
    heard.back().source_port = ntohs(source.sin_port);
  }
}

}  // namespace flatline::sim
