#pragma once

// `ADDR:PORT` as people write it, which says where a datagram goes or a server listens. Pure: this
// is about the text alone, and nothing is resolved or opened.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flatline {

struct Endpoint {
  std::string host;  ///< An IPv4 or IPv6 address without brackets, or a name.
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// What parse_endpoint takes, for error messages.
inline constexpr std::string_view kEndpointForm =
    "ADDR:PORT, as 192.0.2.7:4170, [2001:db8::7]:4170 or monitor.example:4170";

/// Reads `192.0.2.7:4170`, `[2001:db8::7]:4170` or `monitor.example:4170`. Returns nothing for
/// anything else, such as a port above 65535, no port, or an IPv6 address without brackets.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// The text that parse_endpoint reads back.
std::string format_endpoint(const Endpoint& endpoint);

}  // namespace flatline
