#include "schema/program/endpoint.h"

#include <algorithm>
#include <charconv>

namespace flatline {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// Whether a character may stand in an IPv6 address with a zone (RFC 4007, section 11). Whether the
/// whole is an address is left to the resolver.
bool is_ipv6_character(char c) {
  return is_name_character(c) || c == ':' || c == '%';
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_port(text.substr(colon + 1));
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || host.empty() ||
      !std::all_of(host.begin(), host.end(), bracketed ? is_ipv6_character : is_name_character) ||
      (bracketed && host.find(':') == std::string_view::npos)) {
    return std::nullopt;
  }
  return Endpoint{std::string{host}, *port};
}

std::string format_endpoint(const Endpoint& endpoint) {
  const bool ipv6 = endpoint.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace flatline
