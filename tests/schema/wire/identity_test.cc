#include "schema/wire/identity.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <cstring>
#include <set>
#include <vector>

#include "schema/limits.h"
#include "schema/program/cryptography.h"
#include "tests/harness/samples.h"

namespace flatline {
namespace {

TEST_CASE("an agent id is SipHash-2-4 of the name under the fleet id, little-endian") {
  const FleetKey key =
      sample_fleet_key();  // Its fleet id is the key of SipHash's own test vectors.
  // The reference vector of 15 bytes 00 … 0e is 0xa129ca6149be45e5; a name of such bytes is no host
  // name, but the hash does not care.
  std::string bytes(15, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  CHECK(agent_id_of(key.fleet, bytes) == AgentId{0xa129ca6149be45e5});
}

TEST_CASE("agent ids differ by name and by fleet, and never by key") {
  FleetKey key = sample_fleet_key();
  const AgentId id = agent_id_of(key.fleet, "web-1");
  CHECK(id == agent_id_of(key.fleet, "web-1"));
  CHECK(id != agent_id_of(key.fleet, "web-2"));
  CHECK(id != agent_id_of(key.fleet, "Web-1"));
  CHECK(id == make_credential(key, "web-1", 0).agent_id);
  CHECK(id == make_credential(rotate_fleet_key(key), "web-1", 5).agent_id);
  key.fleet[0] ^= 1;
  CHECK(id != agent_id_of(key.fleet, "web-1"));
}

TEST_CASE("a fleet of a hundred thousand has that many ids") {
  const FleetKey key = sample_fleet_key();
  std::set<AgentId> ids;
  for (int i = 0; i < 100'000; ++i) ids.insert(agent_id_of(key.fleet, "sim-" + std::to_string(i)));
  CHECK(ids.size() == 100'000);
  CHECK_FALSE(ids.contains(AgentId::kNone));
}

TEST_CASE("an agent's key is libsodium's KDF, by agent id and then by generation") {
  const FleetKey fleet_key = sample_fleet_key();
  const AgentId id = agent_id_of(fleet_key.fleet, "web-1");
  SecretKey of_agent;
  SecretKey expected;
  crypto_kdf_derive_from_key(of_agent.data(), 32, static_cast<std::uint64_t>(id), "fl-agent",
                             fleet_key.key.data());
  crypto_kdf_derive_from_key(expected.data(), 32, 7, "fl-gener", of_agent.data());
  CHECK(derive_agent_key(fleet_key, id, 7) == expected);
  CHECK(make_credential(fleet_key, "web-1", 7).key == expected);
}

TEST_CASE("keys differ by host, by generation and by fleet key") {
  const FleetKey fleet_key = sample_fleet_key();
  FleetKey other = fleet_key;
  other.key[31] ^= 0x80;
  std::set<SecretKey> keys;
  for (const FleetKey& key : {fleet_key, other}) {
    for (const std::uint64_t id : {1ULL, 2ULL, ~0ULL}) {
      for (const unsigned generation : {0U, 1U, 2U, 65535U}) {
        keys.insert(derive_agent_key(key, AgentId{id}, static_cast<std::uint16_t>(generation)));
      }
    }
  }
  CHECK(keys.size() == 2 * 3 * 4);
}

TEST_CASE("a credential carries all that its agent needs") {
  const Credential credential = sample_credential();
  CHECK(credential.name == "web-042.example");
  CHECK(credential.key_id == 3);
  CHECK(credential.generation == 7);
  CHECK(credential.agent_id == agent_id_of(sample_fleet_key().fleet, credential.name));
}

TEST_CASE("new fleet keys are new, and a rotation keeps the fleet") {
  initialize_cryptography();
  const FleetKey first = make_fleet_key();
  const FleetKey second = make_fleet_key();
  CHECK(first.fleet != second.fleet);
  CHECK(first.key != second.key);
  CHECK(first.key_id == 1);

  const FleetKey next = rotate_fleet_key(first);
  CHECK(next.fleet == first.fleet);
  CHECK(next.key != first.key);
  CHECK(next.key_id == 2);

  FleetKey last = first;
  last.key_id = 255;
  CHECK(rotate_fleet_key(last).key_id == 0);
}

TEST_CASE("agent ids are written as 16 hex digits") {
  CHECK(format_agent_id(AgentId{1}) == "0000000000000001");
  CHECK(format_agent_id(AgentId{0xFEDCBA9876543210}) == "fedcba9876543210");
}

constexpr std::uint64_t epoch_at(std::uint64_t ms, std::uint64_t low) {
  return ms << kEpochRandomBits | low;
}

WallTime wall_at(std::int64_t ms) {
  return WallTime{Milliseconds{ms}};
}

TEST_CASE("an epoch grows with every start, whatever the clock does") {
  struct Row {
    const char* what;
    std::int64_t wall_ms;
    std::uint64_t stored;
    std::uint64_t expected_ms;
  };
  const std::vector<Row> rows = {
      {"first start", 1'790'000'000'000, 0, 1'790'000'000'000},
      {"first start in 1970", 0, 0, 1},
      {"first start before 1970", -1'790'000'000'000, 0, 1},
      {"a later start", 1'790'000'000'000, epoch_at(1'780'000'000'000, 5), 1'790'000'000'000},
      {"one ms later", 1'001, epoch_at(1'000, 0x3FFFFF), 1'001},
      {"in the same ms", 1'000, epoch_at(1'000, 0x3FFFFF), 1'001},
      {"the clock went back a year", 1'000, epoch_at(1'790'000'000'000, 0x3FFFFF),
       1'790'000'000'001},
      {"the last epoch there is room for", 0, epoch_at(kMaxEpochMs - 1, 0x3FFFFF), kMaxEpochMs},
      {"the last time there is room for", static_cast<std::int64_t>(kMaxEpochMs), 0, kMaxEpochMs},
  };
  for (const Row& row : rows) {
    for (const std::uint32_t bits : {0U, 1U, 0x3FFFFFU}) {
      CAPTURE(row.what);
      const auto epoch = next_epoch(wall_at(row.wall_ms), row.stored, bits);
      REQUIRE(epoch);
      CHECK(*epoch == epoch_at(row.expected_ms, bits));
      CHECK(*epoch > row.stored);
    }
  }
}

TEST_CASE("where no epoch follows there is none: it never wraps") {
  static_assert(kMaxEpochMs == (std::uint64_t{1} << 42) - 1);
  constexpr std::int64_t kBeyond = std::int64_t{1} << 42;
  struct Row {
    const char* what;
    std::int64_t wall_ms;
    std::uint64_t stored;
  };
  const std::vector<Row> rows = {
      {"the last epoch was stored", 1'790'000'000'000, epoch_at(kMaxEpochMs, 0)},
      {"the highest number was stored", 1'790'000'000'000, ~std::uint64_t{0}},
      {"the clock is one ms beyond", kBeyond, 0},
      {"the clock is in 2262, where Linux ends", 9'223'372'036'854, epoch_at(1'000, 0)},
      {"the clock is as far as a number goes", WallTime::max().time_since_epoch().count(), 0},
      {"both", kBeyond, ~std::uint64_t{0}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    for (const std::uint32_t bits : {0U, 0x3FFFFFU}) {
      CHECK_FALSE(next_epoch(wall_at(row.wall_ms), row.stored, bits));
    }
  }
}

TEST_CASE("random bits of an epoch stay in their place") {
  std::uint32_t seen = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t bits = random_epoch_bits();
    REQUIRE(bits < 1U << kEpochRandomBits);
    seen |= bits;
  }
  CHECK(seen == (1U << kEpochRandomBits) - 1);
}

}  // namespace
}  // namespace flatline
