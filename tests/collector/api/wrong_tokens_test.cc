// Wrong tokens are counted by the client that shows them, and a client has so many and no more.

#include "collector/api/wrong_tokens.h"

#include <doctest/doctest.h>

#include "collector/api/client_text.h"
#include "collector/api/token_table.h"
#include "schema/program/cryptography.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

ClientAddress ipv4(std::uint8_t last) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, last};
}

ClientAddress ipv6(std::uint8_t network, std::uint8_t host) {
  return {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host};
}

}  // namespace

TEST_CASE("a client has so many wrong tokens at once, then one a second, whatever others do") {
  WrongTokens wrong;
  Instant now{};
  for (int i = 0; i < static_cast<int>(kWrongTokensBurst); ++i) {
    CHECK(wrong.count(ipv4(1), now) == Duration{0});
    CHECK(wrong.spent(ipv4(1), now) == Duration{0});
  }
  CHECK(wrong.count(ipv4(1), now) == 1s);
  CHECK(wrong.spent(ipv4(1), now) == 1s);
  CHECK(wrong.spent(ipv4(2), now) == Duration{0});
  CHECK(wrong.count(ipv4(2), now) == Duration{0});
  now += 999ms;
  CHECK(wrong.spent(ipv4(1), now) == 1ms);
  now += 1ms;
  CHECK(wrong.spent(ipv4(1), now) == Duration{0});
  CHECK(wrong.count(ipv4(1), now) == Duration{0});
  CHECK(wrong.count(ipv4(1), now) > Duration{0});
  CHECK(wrong.total() == static_cast<std::uint64_t>(kWrongTokensBurst) + 4);
  CHECK(wrong.most().client == ipv4(1));
  CHECK(wrong.most().count == static_cast<std::uint64_t>(kWrongTokensBurst) + 3);
}

TEST_CASE("the addresses of one IPv6 network are one client, and are told as one") {
  WrongTokens wrong;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(kWrongTokensBurst); ++i) {
    (void)wrong.count(ipv6(1, i), Instant{});
  }
  CHECK(wrong.spent(ipv6(1, 200), Instant{}) > Duration{0});
  CHECK(wrong.spent(ipv6(2, 1), Instant{}) == Duration{0});
  CHECK(client_text(wrong.most().client) == "2001:db8:0:1::/64");
  CHECK(client_text(ipv4(7)) == "192.0.2.7");
}

TEST_CASE("as many clients are remembered as there is room for; who tried longest ago makes room") {
  WrongTokens wrong;
  Instant now{};
  const auto client = [](std::size_t number) {
    ClientAddress address{};
    address[0] = static_cast<std::uint8_t>(number >> 8);
    address[1] = static_cast<std::uint8_t>(number);
    return address;
  };
  const auto spend = [&](std::size_t number) {
    for (int i = 0; i <= static_cast<int>(kWrongTokensBurst); ++i) {
      (void)wrong.count(client(number), now);
    }
  };
  spend(1);
  now += 1ms;
  for (std::size_t number = 2; number <= kWrongTokenClients; ++number) {
    (void)wrong.count(client(number), now);
  }
  CHECK(wrong.spent(client(1), now) > Duration{0});
  (void)wrong.count(client(kWrongTokenClients + 1), now);
  CHECK(wrong.spent(client(1), now) == Duration{0});
  // What it once showed is told nevertheless.
  CHECK(wrong.most().client == client(1));
}

TEST_CASE("a table finds whose a token is, also where several have the same, and an ended one") {
  initialize_cryptography();
  const WallTime now{1h};
  const std::vector<TokenEntry> list = {{"ada", Role::kOperator, hash_of_token("ada's"), {}, {}},
                                        {"ci", Role::kDrain, hash_of_token("ci's"), {}, now + 1ms},
                                        {"old", Role::kOperator, hash_of_token("old's"), {}, now},
                                        {"both", Role::kReader, hash_of_token("admin's"), {}, {}}};
  const TokenTable table("admin's", "readers'", list);
  struct Row {
    const char* token;
    bool is_private;
    Proof proof;
    const char* name;
    Role role;
  };
  const Row rows[] = {{"ada's", true, Proof::kHolds, "ada", Role::kOperator},
                      {"ci's", true, Proof::kHolds, "ci", Role::kDrain},
                      {"old's", true, Proof::kExpired, "old", Role::kOperator},
                      {"readers'", true, Proof::kHolds, "read_token", Role::kReader},
                      {"admin's", true, Proof::kHolds, "admin", Role::kOperator},
                      {"ada", true, Proof::kWrong, "", Role::kReader},
                      {"", true, Proof::kWrong, "", Role::kReader},
                      // In clear all but the read token are as if there were none.
                      {"readers'", false, Proof::kHolds, "read_token", Role::kReader},
                      {"ada's", false, Proof::kUnread, "", Role::kReader},
                      {"old's", false, Proof::kUnread, "", Role::kReader},
                      {"admin's", false, Proof::kUnread, "", Role::kReader},
                      {"x", false, Proof::kUnread, "", Role::kReader}};
  for (const Row& row : rows) {
    CAPTURE(row.token);
    CAPTURE(row.is_private);
    const Caller caller = table.find(row.token, row.is_private, now);
    CHECK(caller.proof == row.proof);
    CHECK(caller.name == row.name);
    CHECK(caller.role == row.role);
  }
  CHECK(table.find("ci's", true, now + 1ms).proof == Proof::kExpired);
  CHECK(table.find("ada's", true, now).room != table.find("ci's", true, now).room);
  // An empty token is none that somebody could show.
  CHECK(TokenTable("", "", {}).find("", true, now).proof == Proof::kWrong);
}
