#include "schema/program/endpoint.h"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

namespace flatline {
namespace {

TEST_CASE("an endpoint is an address or name and a port, and reads back") {
  struct Row {
    std::string_view text;
    std::string_view host;
    std::uint16_t port;
  };
  constexpr std::array<Row, 6> kRows{{{"127.0.0.1:4170", "127.0.0.1", 4170},
                                      {"[::1]:0", "::1", 0},
                                      {"[::]:65535", "::", 65535},
                                      {"[fe80::1%eth0]:1", "fe80::1%eth0", 1},
                                      {"monitor.example:4170", "monitor.example", 4170},
                                      {"localhost:1", "localhost", 1}}};
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const auto endpoint = parse_endpoint(row.text);
    REQUIRE(endpoint);
    CHECK(endpoint->host == row.host);
    CHECK(endpoint->port == row.port);
    CHECK(format_endpoint(*endpoint) == row.text);
  }
}

TEST_CASE("anything else is none") {
  for (const std::string_view text :
       {"", ":", ":4170", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1: 1", "127.0.0.1:1x", "::1:4170", "[::1]", "[]:1", "[localhost]:1", "[::1:1",
        "::1]:1", "a b:1", "http://a:1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_endpoint(text));
  }
}

}  // namespace
}  // namespace flatline
