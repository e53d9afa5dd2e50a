#include "collector/address.h"

#include <arpa/inet.h>

#include <cstring>

namespace flatline {

std::string format_address(const Address& address) {
  static constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0,    0,
                                                           0, 0, 0, 0, 0xFF, 0xFF};
  const bool v4 = std::memcmp(address.ip.data(), kMapped.data(), kMapped.size()) == 0;
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(v4 ? AF_INET : AF_INET6, address.ip.data() + (v4 ? kMapped.size() : 0), text,
            sizeof text);
  const std::string host = v4 ? text : "[" + std::string(text) + "]";
  return host + ":" + std::to_string(address.port);
}

}  // namespace flatline
