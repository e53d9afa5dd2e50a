// Compares CONTRACT.md with the code: the worked example in both directions, byte for byte, the
// files and the derivation of keys that it describes, and the constants in its tables. Its table of
// outcomes is held by tests/collector/fleet/outcome_table_test.cc.

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "schema/answers/planes.h"
#include "schema/program/key_file.h"
#include "schema/wire/outcome.h"
#include "tests/harness/bytes_as_text.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"

namespace flatline {
namespace {

const std::string& contract() {
  static const std::string text = content_of(source_file("schema/CONTRACT.md"));
  return text;
}

/// Returns the content of the block that opens with "```KIND NAME".
std::string block(std::string_view name, std::string_view kind = "hex") {
  const std::string fence = fmt::format("```{} {}\n", kind, name);
  const std::size_t start = contract().find(fence);
  CAPTURE(fence);
  REQUIRE(start != std::string::npos);
  const std::size_t content = start + fence.size();
  return contract().substr(content, contract().find("```", content) - content);
}

template <std::size_t N>
std::array<unsigned char, N> key_in(std::string_view name) {
  const auto bytes = bytes_of_hex(block(name));
  REQUIRE(bytes.size() == N);
  std::array<unsigned char, N> key{};
  std::memcpy(key.data(), bytes.data(), N);
  return key;
}

/// Checks that the block shows what the code makes. With FLATLINE_REGENERATE=1, prints what the
/// code makes, to be pasted.
void hold_block(std::string_view name, std::span<const std::byte> made) {
  const std::string text = hex_lines(made);
  if (regenerating()) {
    MESSAGE("```hex ", std::string(name), "\n", text, "```");
    return;
  }
  CHECK(block(name) == text);
}

template <typename T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

Datagram sealed_sample() {
  Datagram datagram;
  seal_datagram(sample_header(), sample_snapshot(), sample_credential().key, datagram);
  return datagram;
}

TEST_CASE("the worked example is what the code makes") {
  const AgentId id = sample_credential().agent_id;
  hold_block("fleet_id", bytes_of(sample_fleet_key().fleet));
  hold_block("fleet_key", bytes_of(sample_fleet_key().key));
  hold_block("agent_id", bytes_of(id));
  hold_block("agent_key", bytes_of(sample_credential().key));
  hold_block("snapshot", encoded(sample_snapshot()));
  hold_block("datagram", sealed_sample());
}

TEST_CASE("the worked example reads as the snapshot that its table tells") {
  if (regenerating()) return;
  FleetKey fleet_key;
  fleet_key.fleet = key_in<kFleetIdBytes>("fleet_id");
  fleet_key.key = key_in<kKeyBytes>("fleet_key");

  const auto datagram = bytes_of_hex(block("datagram"));
  Header header;
  REQUIRE(read_header(datagram, header) == Outcome::kAccepted);
  CHECK(header.key_id == 3);
  CHECK(header.credential_generation == 7);
  CHECK(header.epoch == 7507804160001398101);
  CHECK(header.sequence == 42);
  CHECK(header.agent_id == agent_id_of(fleet_key.fleet, "web-042.example"));

  const SecretKey key = derive_agent_key(fleet_key, header.agent_id, header.credential_generation);
  CHECK(key == key_in<kKeyBytes>("agent_key"));
  SnapshotBytes plain;
  REQUIRE(open_datagram(DatagramView(datagram.data(), kDatagramBytes), key, plain));
  CHECK(hex_lines(plain) == block("snapshot"));
  Snapshot snapshot;
  REQUIRE(decode_snapshot(plain, snapshot));
  CHECK(same_snapshot(snapshot, sample_snapshot()));
}

/// The page's file, written as it tells.
std::filesystem::path written(const TemporaryFolder& folder, const std::string& name) {
  const auto path = folder.path() / name;
  write_content(path, block(name, "toml"));
  std::filesystem::permissions(path, std::filesystem::perms{0600});
  return path;
}

TEST_CASE("the files that the contract shows are read as the example's key and credential") {
  const TemporaryFolder folder;
  const FleetKey key = read_fleet_key(written(folder, "fleet.key"));
  CHECK(key.fleet == sample_fleet_key().fleet);
  CHECK(key.key_id == sample_fleet_key().key_id);
  CHECK(key.key == sample_fleet_key().key);
  const Credential credential = read_credential(written(folder, "web-042.example.credential"));
  CHECK(credential.name == sample_credential().name);
  CHECK(credential.agent_id == sample_credential().agent_id);
  CHECK(credential.key_id == sample_credential().key_id);
  CHECK(credential.generation == sample_credential().generation);
  CHECK(credential.key == sample_credential().key);
}

/// The contract's KDF, "without libsodium": BLAKE2b of nothing, by another function of libsodium.
SecretKey derive(const SecretKey& key, const std::string& context, std::uint64_t subkey) {
  std::array<unsigned char, crypto_generichash_blake2b_SALTBYTES> salt{};
  std::array<unsigned char, crypto_generichash_blake2b_PERSONALBYTES> personal{};
  REQUIRE(context.size() == 8);
  std::memcpy(salt.data(), &subkey, sizeof subkey);
  std::memcpy(personal.data(), context.data(), context.size());
  SecretKey derived{};
  crypto_generichash_blake2b_salt_personal(derived.data(), derived.size(), nullptr, 0, key.data(),
                                           key.size(), salt.data(), personal.data());
  return derived;
}

TEST_CASE("the derivation of keys is BLAKE2b with the salt and personalisation that it tells") {
  const auto agent = static_cast<std::uint64_t>(sample_credential().agent_id);
  const SecretKey of_agent = derive(sample_fleet_key().key, "fl-agent", agent);
  CHECK(derive(of_agent, "fl-gener", 7) == sample_credential().key);
}

TEST_CASE("the example's table names what the sample holds") {
  const Snapshot snapshot = sample_snapshot();
  for (const std::string& value :
       {std::string(snapshot.name.view()), std::string(snapshot.labels.view()),
        std::string(snapshot.page.name.view()), std::string(snapshot.page.message.view()),
        std::to_string(snapshot.sent_at.time_since_epoch().count()),
        std::to_string(snapshot.uptime.count()), std::to_string(sample_header().epoch)}) {
    CAPTURE(value);
    CHECK(contract().find(value) != std::string::npos);
  }
  CHECK(snapshot.config_hash == 0x0123456789abcdef);
  CHECK(snapshot.agent_version == (1U << 16 | 2U << 8 | 3U));
}

TEST_CASE("the table of words has the pointers that Cap'n Proto makes") {
  const SnapshotBytes bytes = encoded(sample_snapshot());
  for (const std::size_t word : {0, 8, 9, 10, 11, 12, 13}) {
    std::string text = hex_lines(std::span(bytes).subspan(8 * word, 8));
    text.pop_back();
    CAPTURE(word);
    const std::string start = fmt::format("\n| {} | {} | 8 | ", word, 8 * word);
    const std::size_t row = contract().find(start);
    REQUIRE(row != std::string::npos);
    const std::string line = contract().substr(row + 1, contract().find('\n', row + 1) - row - 1);
    CHECK(line.find("`" + text + "`") != std::string::npos);
  }
}

TEST_CASE("the contract names every outcome in order, every plane and every flag") {
  std::size_t last = 0;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const std::string row = "\n| `" + std::string(outcome_name(static_cast<Outcome>(i))) + "` |";
    CAPTURE(row);
    const std::size_t at = contract().find(row);
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  for (std::size_t i = 0; i < kPlanes; ++i) {
    const std::string plane = std::to_string(i) + " `" + std::string(kPlaneNames[i]) + "`";
    CAPTURE(plane);
    std::string text = contract();
    std::replace(text.begin(), text.end(), '\n', ' ');
    CHECK(text.find(plane) != std::string::npos);
  }
  for (std::size_t i = 0; i < kFlags; ++i) {
    const std::string flag = std::to_string(i) + " `" + std::string(kFlagNames[i]) + "`";
    CAPTURE(flag);
    CHECK(contract().find(flag) != std::string::npos);
  }
}

TEST_CASE("the contract has the numbers of limits.h") {
  struct Fact {
    bool holds;  ///< Whether the code has the sentence's number.
    std::string_view sentence;
  };
  using namespace std::chrono_literals;
  constexpr std::chrono::nanoseconds kEachSlot = 2 * kCoreShareOfOpenings * kOpeningPrice;
  constexpr Fact kFacts[] = {
      {kDepartures == 4096, "among the last 4,096 of these"},
      {kLagLeakDivisor == 2000, "sum + a − h − a/2000"},
      {kLagLeakDivisor == 2000, "D + 2 W + T + L/2000 + S"},
      {kMostClockProgress / 24h / 366 == 10, "at most ten years count"},
      {kFirstContactSkew == 5min, "within 5 minutes of the collector's wall clock"},
      {kConflictSnapshots == 3, "with newer sequences, three within a window"},
      {kClockQuorum == 3, "is late, of three hosts or more"},
      {kLeaveIntervals == 3, "in the snapshots of three intervals"},
      {kCoreShareOfOpenings == 10 && kOpeningPrice == 3us,
       "a tenth of a core, 33,333 a second at 3 µs"},
      {kNewcomersPerSecond == 16'666, "The other half, 16,666 a second"},
      {kEachSlot == 60us, "one opening in each capacity × 60 µs"},
      {kFloodPerSecond == 300'000, "up to 300,000 a second takes no room from good ones"},
      {kFloodPerSecond == 300'000, "up to 300,000 foreign datagrams a second make no host silent"},
      {kPendingGrace == 10min, "for at most ten minutes of such snapshots"},
      {kOwnBurst == 8, "twice its rate and 8 at once"},
      {kEpochRandomBits == 22, "22 of its bits are random"},
      {kExpectedGrace == 10min, "or for ten minutes where it is *expected*"},
      {kFlappingSample == 10s && kFlappingSamples == 64,
       "samples of 10 s (of a tick, where that is longer), the last 64"},
      {kFlappingBegins == 8 && kFlappingEndsBelow == 4,
       "changed within 8, and falls when fewer than 4"},
      {kDefaultWindow == 5s, "less than a window ago (5 s by default)"},
      {kDefaultStaleAfter == 4, "`stale_after` is 4 by default"},
      {kPanicMinHosts == 10 && kDefaultPanicBelowPercent == 50 && kPanicEndsAbovePoints == 10,
       "of ten or more; over above 60 %"},
      {kResultPeriods == 2, "where two of its periods bring none"},
      {kKeyFileBytes == 4096, "Both have at most 4,096 bytes"}};
  std::string text;
  for (const char c : contract()) {
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space || text.empty() || text.back() != ' ') text += is_space ? ' ' : c;
  }
  for (const Fact& fact : kFacts) {
    CAPTURE(std::string(fact.sentence));
    CHECK(fact.holds);
    CHECK(text.find(fact.sentence) != std::string::npos);
  }
}

}  // namespace
}  // namespace flatline
