#include "tests/harness/samples.h"

#include <numeric>
#include <string_view>

#include "schema/wire/names.h"

namespace flatline {
namespace {

constexpr std::string_view kWordCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/// Between `low` and `high`, both included.
std::uint64_t between(std::mt19937_64& random, std::uint64_t low, std::uint64_t high) {
  return low + random() % (high - low + 1);
}

std::string arbitrary_word(std::mt19937_64& random, std::size_t max_bytes) {
  std::string word(between(random, 1, max_bytes), ' ');
  for (char& c : word) c = kWordCharacters[between(random, 0, kWordCharacters.size() - 1)];
  return word;
}

std::string arbitrary_labels(std::mt19937_64& random) {
  std::string labels;
  for (std::uint64_t pairs = between(random, 0, 4); pairs > 0; --pairs) {
    if (!labels.empty()) labels += ',';
    labels += arbitrary_word(random, 7) + '=' + arbitrary_word(random, 7);
  }
  return labels;
}

/// Makes text whose characters take one to four bytes, with spaces only inside.
std::string arbitrary_text(std::mt19937_64& random, std::size_t max_bytes) {
  constexpr std::string_view kCharacters[] = {"a", "Z", "~", "!", "ä", "ß", "€", "日", "𝄞", " "};
  std::string text;
  for (std::uint64_t left = between(random, 0, max_bytes); left > 0; --left) {
    const std::string_view next = kCharacters[between(random, 0, std::size(kCharacters) - 1)];
    if (text.size() + next.size() > max_bytes) break;
    text += next;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

float arbitrary_value(std::mt19937_64& random) {
  while (true) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isfinite(value)) return value;
  }
}

}  // namespace

Snapshot sample_snapshot() {
  Snapshot snapshot;
  snapshot.name = HostName{"web-042.example"};
  snapshot.labels = Labels{"role=web,zone=eu-1a"};
  snapshot.states[0] = CheckState::kOk;
  snapshot.values[0] = 0.25F;
  snapshot.states[1] = CheckState::kCritical;
  snapshot.values[1] = 97.5F;
  snapshot.states[2] = CheckState::kWarning;
  snapshot.values[2] = -3.0F;
  snapshot.states[3] = CheckState::kUnknown;
  snapshot.states[4] = CheckState::kPending;
  snapshot.sent_at = WallTime{Milliseconds{1'790'000'000'123}};
  snapshot.uptime = Milliseconds{86'400'456};
  snapshot.interval = Milliseconds{1'000};
  snapshot.agent_version = 0x00010203;
  snapshot.config_hash = 0x0123456789ABCDEF;
  snapshot.leaving = true;
  snapshot.page.index = 1;
  snapshot.page.state = CheckState::kCritical;
  snapshot.page.age_ms = 2'500;
  snapshot.page.name = CheckName{"disk /var"};
  snapshot.page.message = Message{"97.5 % used, 1.2 GiB left — über"};
  return snapshot;
}

Snapshot smallest_snapshot() {
  Snapshot snapshot;
  snapshot.name = HostName{"a"};
  snapshot.interval = kMinInterval;
  return snapshot;
}

FleetKey sample_fleet_key() {
  FleetKey key;
  std::iota(key.fleet.begin(), key.fleet.end(), static_cast<unsigned char>(0));
  std::iota(key.key.begin(), key.key.end(), static_cast<unsigned char>(128));
  key.key_id = 3;
  return key;
}

Credential sample_credential() {
  return make_credential(sample_fleet_key(), sample_snapshot().name.view(), 7);
}

Header sample_header() {
  const Credential credential = sample_credential();
  return {credential.key_id, credential.generation, credential.agent_id,
          next_epoch(WallTime{Milliseconds{1'790'000'000'000}}, 0, 0x155555).value(), 42};
}

Snapshot arbitrary_snapshot(std::mt19937_64& random) {
  Snapshot snapshot;
  // A word of dots alone is no name.
  do {
    snapshot.name = HostName{arbitrary_word(random, kNameBytes)};
  } while (!is_host_name(snapshot.name.view()));
  snapshot.labels = Labels{arbitrary_labels(random)};
  const std::size_t checks = between(random, 0, kChecks);
  for (std::size_t i = 0; i < checks; ++i) {
    snapshot.states[i] = static_cast<CheckState>(between(random, 1, kCheckStates - 1));
    if (between(random, 0, 2) != 0) snapshot.values[i] = arbitrary_value(random);
  }
  snapshot.sent_at = WallTime{Milliseconds{between(random, 0, std::uint64_t{1} << 53)}};
  snapshot.uptime = Milliseconds{between(random, 0, std::uint64_t{1} << 53)};
  snapshot.interval = Milliseconds{between(random, kMinInterval.count(), kMaxInterval.count())};
  snapshot.agent_version = static_cast<std::uint32_t>(random());
  snapshot.config_hash = random();
  snapshot.leaving = between(random, 0, 1) != 0;
  if (checks > 0) {
    snapshot.page.index = static_cast<std::uint8_t>(between(random, 0, checks - 1));
    snapshot.page.state = snapshot.states[snapshot.page.index];
    snapshot.page.age_ms = static_cast<std::uint32_t>(random());
    snapshot.page.name = CheckName{"c" + arbitrary_text(random, kCheckNameBytes - 1)};
    snapshot.page.message = Message{arbitrary_text(random, kMessageBytes)};
  }
  return snapshot;
}

bool same_snapshot(const Snapshot& a, const Snapshot& b) {
  for (std::size_t i = 0; i < kChecks; ++i) {
    if (std::bit_cast<std::uint32_t>(a.values[i]) != std::bit_cast<std::uint32_t>(b.values[i])) {
      return false;
    }
  }
  return a.name == b.name && a.labels == b.labels && a.states == b.states &&
         a.sent_at == b.sent_at && a.uptime == b.uptime && a.interval == b.interval &&
         a.agent_version == b.agent_version && a.config_hash == b.config_hash &&
         a.leaving == b.leaving && a.page == b.page;
}

}  // namespace flatline
