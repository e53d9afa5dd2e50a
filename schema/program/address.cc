#include "schema/program/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace flatline {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

bool is_ipv4_mapped(const std::array<std::uint8_t, 16>& ip) {
  return std::equal(kMapped.begin(), kMapped.end(), ip.begin());
}

bool is_loopback(const std::array<std::uint8_t, 16>& ip) {
  constexpr std::array<std::uint8_t, 16> kSix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr std::uint8_t kFour = 127;
  return ip == kSix || (is_ipv4_mapped(ip) && ip[kMapped.size()] == kFour);
}

Address to_address(const sockaddr& from) {
  Address address;
  if (from.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &from, sizeof v4);
    std::copy(kMapped.begin(), kMapped.end(), address.ip.begin());
    std::memcpy(address.ip.data() + kMapped.size(), &v4.sin_addr, sizeof v4.sin_addr);
    address.port = ntohs(v4.sin_port);
  } else {
    sockaddr_in6 v6;
    std::memcpy(&v6, &from, sizeof v6);
    std::memcpy(address.ip.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    address.port = ntohs(v6.sin6_port);
  }
  return address;
}

std::string format_address(const Address& address) {
  const bool v4 = is_ipv4_mapped(address.ip);
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(v4 ? AF_INET : AF_INET6, address.ip.data() + (v4 ? kMapped.size() : 0), text,
            sizeof text);
  const std::string host = v4 ? text : "[" + std::string(text) + "]";
  return host + ":" + std::to_string(address.port);
}

}  // namespace flatline
