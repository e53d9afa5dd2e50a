// What handshakes are charged, without a socket.

#include "collector/api/tls.h"

#include <doctest/doctest.h>

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
  CHECK(admitted_of(1, kStart) == doctest::Approx(at_once).epsilon(0.02));
  double all = admitted_of(2, kStart);
  CHECK(all == doctest::Approx(at_once).epsilon(0.02));
  // Whoever comes when all together have had their share is refused, too.
  for (std::uint8_t who = 10; who < 30; ++who) all += admitted_of(who, kStart);
  CHECK(at_once + all == doctest::Approx(one_core * seconds(kAllHandshakeBurst)).epsilon(0.02));
  CHECK(admitted_of(40, kStart) == 0);
  CHECK(admitted_of(1, kStart + 1s) ==
        doctest::Approx(one_core * kClientHandshakeShare).epsilon(0.05));
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
  CHECK(admitted ==
        doctest::Approx(seconds(kClientHandshakeBurst) / seconds(dear->handshake_cost()))
            .epsilon(0.02));
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
