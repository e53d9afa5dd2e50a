#pragma once

// Where a datagram or a connection came from. An IPv4 address is held as the IPv4-mapped IPv6
// address (RFC 4291, section 2.5.5.2).

#include <array>
#include <cstdint>
#include <string>

struct sockaddr;

namespace flatline {

struct Address {
  std::array<std::uint8_t, 16> ip{};
  std::uint16_t port = 0;

  [[nodiscard]] bool same_ip(const Address& other) const { return ip == other.ip; }
  bool operator==(const Address&) const = default;
};

/// Whether an address stands for an IPv4 one.
bool is_ipv4_mapped(const std::array<std::uint8_t, 16>& ip);

/// Whether an address is in 127.0.0.0/8 or is ::1.
bool is_loopback(const std::array<std::uint8_t, 16>& ip);

/// Takes over a socket address of either IP version.
Address to_address(const sockaddr& from);

/// `192.0.2.7:4170` or `[2001:db8::7]:4170`.
std::string format_address(const Address& address);

}  // namespace flatline
