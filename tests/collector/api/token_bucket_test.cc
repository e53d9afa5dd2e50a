#include "collector/api/token_bucket.h"

#include <doctest/doctest.h>

#include <chrono>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1h};

ClientAddress ipv4(std::uint8_t last) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last};
}

ClientAddress ipv6(std::uint8_t network, std::uint8_t host) {
  return {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

TEST_CASE("a bucket gives its burst at once and then its rate") {
  TokenBucket bucket(2, 3, kStart);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(kStart) == Duration{0});
  CHECK(bucket.take(kStart) == 500ms);
  CHECK(bucket.take(kStart + 499ms) > Duration{0});
  CHECK(bucket.take(kStart + 500ms) == Duration{0});
  CHECK(bucket.take(kStart + 500ms) > Duration{0});
  // However long nobody asked, no more than the burst is available.
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(kStart + 1h) == Duration{0});
  CHECK(bucket.take(kStart + 1h) > Duration{0});
}

TEST_CASE("time that goes back gives nothing") {
  TokenBucket bucket(1, 1, kStart);
  CHECK(bucket.take(kStart) == Duration{0});
  CHECK(bucket.take(kStart - 1h) == 1s);
  CHECK(bucket.take(kStart + 1s) == Duration{0});
}

TEST_CASE("a client is an IPv4 address or an IPv6 network of 64 bits") {
  CHECK(client_of(ipv4(7)) == ipv4(7));
  CHECK(client_of(ipv6(1, 7)) == ipv6(1, 0));
  CHECK(client_of(ipv6(1, 7)) == client_of(ipv6(1, 8)));
  CHECK(client_of(ipv6(1, 7)) != client_of(ipv6(2, 7)));
}

TEST_CASE("one client's flood is its own trouble") {
  Throttle throttle(kStart);
  for (int i = 0; i < static_cast<int>(kClientBurst); ++i) {
    REQUIRE(throttle.admit(ipv6(1, static_cast<std::uint8_t>(i % 250)), kStart) == Duration{0});
  }
  CHECK(throttle.admit(ipv6(1, 251), kStart) > Duration{0});
  CHECK(throttle.admit(ipv6(2, 251), kStart) == Duration{0});
  CHECK(throttle.admit(ipv4(1), kStart) == Duration{0});
}

TEST_CASE("a request may cost more than one, of its client's bucket and of all") {
  Throttle throttle(kStart);
  for (int i = 0; i < static_cast<int>(kClientBurst) / 10; ++i) {
    REQUIRE(throttle.admit(ipv4(1), kStart, 10) == Duration{0});
  }
  CHECK(throttle.admit(ipv4(1), kStart, 10) > Duration{0});
  CHECK(throttle.admit(ipv4(1), kStart) > Duration{0});
  for (int i = 0; i < static_cast<int>(kAllBurst - kClientBurst) / 10; ++i) {
    REQUIRE(throttle.admit(ipv4(2), kStart, 10) == Duration{0});
  }
  CHECK(throttle.admit(ipv4(3), kStart) > Duration{0});
}

TEST_CASE("all together have a limit too, and a refused client spends nothing of it") {
  Throttle throttle(kStart);
  int admitted = 0;
  for (std::uint8_t client = 0; client < 200; ++client) {
    for (int i = 0; i < static_cast<int>(kAllBurst) / 100; ++i) {
      admitted += throttle.admit(ipv4(client), kStart) == Duration{0} ? 1 : 0;
    }
  }
  CHECK(admitted == static_cast<int>(kAllBurst));
  // A second later there is as much more as a second brings.
  admitted = 0;
  for (int i = 0; i < static_cast<int>(kAllRequestsPerSecond) + 100; ++i) {
    const auto client = static_cast<std::uint8_t>(i % 200);
    admitted += throttle.admit(ipv4(client), kStart + 1s) == Duration{0} ? 1 : 0;
  }
  CHECK(admitted == static_cast<int>(kAllRequestsPerSecond));
}

TEST_CASE("of more clients than are remembered, the longest unseen is forgotten") {
  Throttle throttle(kStart);
  for (int i = 0; i < static_cast<int>(kClientBurst); ++i) {
    REQUIRE(throttle.admit(ipv4(1), kStart) == Duration{0});
  }
  REQUIRE(throttle.admit(ipv4(1), kStart) > Duration{0});
  const auto stranger = [](std::size_t i) {
    ClientAddress address = ipv6(0, 0);
    address[6] = static_cast<std::uint8_t>(i / 256);
    address[7] = static_cast<std::uint8_t>(i % 256);
    return address;
  };
  for (std::size_t i = 0; i + 1 < kApiClients; ++i) {
    REQUIRE(throttle.admit(stranger(i), kStart + 1ms) == Duration{0});
  }
  CHECK(throttle.admit(ipv4(1), kStart + 2ms) > Duration{0});  // It is known, and now the newest.
  CHECK(throttle.admit(stranger(kApiClients), kStart + 3ms) == Duration{0});
  CHECK(throttle.admit(ipv4(1), kStart + 4ms) > Duration{0});  // Another address made room.
}

}  // namespace
}  // namespace flatline
