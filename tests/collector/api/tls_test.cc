// What handshakes are charged, without a socket.

#include "collector/api/tls.h"

#include <doctest/doctest.h>

#include <cmath>

#include "schema/access_limits.h"
#include "tests/harness/certificates.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1h};

ClientAddress client(std::uint8_t number) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, number};
}

double seconds(std::chrono::duration<double> duration) {
  return duration.count();
}

/// However dear a handshake is on this machine: they are whole, so that one more or less than what
/// was allowed is right.
bool is_about(double admitted, double expected) {
  return std::abs(admitted - expected) < 1.01;  // Sums are rounded.
}

TEST_CASE("a client's handshakes are charged to it at what they cost, and all of them to all") {
  const test::Certificates made;
  const auto shown = std::make_shared<const Certificate>(made.pem("good"), made.key("good"));
  Tls tls(shown, {kStart, {}});
  const auto admitted_of = [&](std::uint8_t who, Instant now) {
    double admitted = 0;
    while (tls.admit(client(who), now)) ++admitted;
    return admitted;
  };
  const double one_core = 1 / seconds(shown->handshake_cost());
  const double at_once = one_core * seconds(kClientHandshakeBurst);
  const double first = admitted_of(1, kStart);
  CHECK(is_about(first, at_once));
  const double second = admitted_of(2, kStart);
  CHECK(is_about(second, at_once));
  // Whoever comes when all together have had their share is refused, too.
  double all = first + second;
  for (std::uint8_t who = 10; who < 30; ++who) all += admitted_of(who, kStart);
  CHECK(is_about(all, one_core * seconds(kAllHandshakeBurst)));
  CHECK(admitted_of(40, kStart) == 0);
  CHECK(is_about(admitted_of(1, kStart + 1s), one_core * kClientHandshakeShare));
  CHECK(tls.ended(HandshakeEnd::kRefused) >= 23);
  CHECK(tls.ended(HandshakeEnd::kDone) == 0);
}

TEST_CASE("a dearer key lets fewer handshakes in from the moment on at which it is shown") {
  const test::Certificates made;
  const auto quick = std::make_shared<const Certificate>(made.pem("good"), made.key("good"));
  const auto dear = std::make_shared<const Certificate>(made.pem("rsa"), made.key("rsa"));
  Tls tls(quick, {kStart, {}});
  tls.set_certificate(dear);
  CHECK(tls.certificate() == dear);
  double admitted = 0;
  while (tls.admit(client(1), kStart)) ++admitted;
  CHECK(is_about(admitted, seconds(kClientHandshakeBurst) / seconds(dear->handshake_cost())));
}

TEST_CASE("from 30 days before a certificate expires its advice is due once a day") {
  const test::Certificates made;
  const auto shown = std::make_shared<const Certificate>(made.pem("good"), made.key("good"));
  const WallTime begins = shown->expires() - 60 * 24h;
  Tls tls(shown, {kStart, begins});
  CHECK(tls.advice_due(begins + 24h).empty());
  const WallTime soon = shown->expires() - 29 * 24h;
  CHECK(tls.advice_due(soon).find("it expires at") == 0);
  CHECK(tls.advice_due(soon + 24h - 1ms).empty());
  CHECK(tls.advice_due(soon + 24h).find("it expires at") == 0);
  CHECK(tls.advice_due(shown->expires()).find("it expired at") == 0);
}

}  // namespace
}  // namespace flatline
