#pragma once

// Where a collector is, as people type it for --api.

#include <optional>
#include <string>
#include <string_view>

namespace flatline::cli {

struct ApiAddress {
  std::string url;   ///< With scheme, host and port, and no slash at the end: `http://mon-1:4171`.
  std::string host;  ///< An IPv6 address stands in brackets.
  /// Whether nobody on the way can read what is sent there: to this very machine, or by TLS.
  bool is_private = false;
  [[nodiscard]] bool is_tls() const { return url.starts_with("https://"); }
};

/// What an address may be, for the words of an error.
inline constexpr std::string_view kApiAddressForm =
    "one collector, as HOST, HOST:PORT, [IPV6]:PORT, or a URL http://… or https://…";

/// Reads HOST, HOST:PORT (the port is 4171 where none is given) or a URL of http or https, whose
/// port is its scheme's. Without a scheme it is http, or https where `by_tls`. Returns nothing for
/// anything else, such as the names of two collectors.
std::optional<ApiAddress> parse_api_address(const std::string& text, bool by_tls = false);
/// Does the same for --api, and throws UsageError for anything else, and for http where `by_tls`.
ApiAddress read_api_address(const std::string& text, bool by_tls = false);

}  // namespace flatline::cli
