// Cap'n Proto's own command reads what our codec writes, the 512 bytes with the constant frame word
// in front. So the codec is checked by a program that we did not write.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "tests/harness/bytes_as_text.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"

namespace flatline {
namespace {

/// Quotes data as the command prints it, with octal escapes for all but printable ASCII.
std::string quoted(std::span<const char> bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte >= 0x20 && byte < 0x7F) {
      text += c;
    } else {
      text += fmt::format("\\{:03o}", byte);
    }
  }
  return text + '"';
}

std::string expected_text(const Snapshot& snapshot) {
  std::string values;
  for (const float value : snapshot.values) {
    values += values.empty() ? "" : ", ";
    values += has_value(value) ? fmt::format("{}", value) : "nan";
  }
  std::array<char, kChecks> states{};
  std::transform(snapshot.states.begin(), snapshot.states.end(), states.begin(),
                 [](CheckState state) { return static_cast<char>(state); });
  return fmt::format(
      "(sentAtUnixMs = {}, uptimeMs = {}, configHash = {}, reserved1 = 0, reserved2 = 0, "
      "intervalMs = {}, agentVersion = {}, page = (ageMs = {}, index = {}, state = {}, name = {}, "
      "message = {}), flags = {}, name = {}, labels = {}, checkStates = {}, checkValues = [{}])\n",
      snapshot.sent_at.time_since_epoch().count(), snapshot.uptime.count(), snapshot.config_hash,
      snapshot.interval.count(), snapshot.agent_version, snapshot.page.age_ms, snapshot.page.index,
      static_cast<unsigned>(snapshot.page.state), quoted(snapshot.page.name.bytes),
      quoted(snapshot.page.message.bytes), snapshot.leaving ? 1 : 0, quoted(snapshot.name.bytes),
      quoted(snapshot.labels.bytes), quoted(states), values);
}

std::string decoded_by_capnp(const Snapshot& snapshot) {
  constexpr std::string_view kFrame("\0\0\0\0\x40\0\0\0", 8);  // One segment of 64 words.
  const SnapshotBytes bytes = encoded(snapshot);
  const TemporaryFolder folder;
  const auto path = folder.path() / "snapshot";
  write_content(path, std::string(kFrame) +
                          std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  // The command reads its standard input only.
  const auto run = test::run_to_end(
      {"/bin/sh", "-c", "exec \"$0\" decode --short \"$1\" Snapshot <\"$2\"", FLATLINE_CAPNP,
       source_file("schema/wire/snapshot.capnp").string(), path.string()});
  CHECK(run.err == "");
  CHECK(run.exit_code == 0);
  return run.out;
}

TEST_CASE("the capnp command reads what the codec wrote") {
  for (const Snapshot& snapshot : {sample_snapshot(), smallest_snapshot()}) {
    CHECK(decoded_by_capnp(snapshot) == expected_text(snapshot));
  }
}

TEST_CASE("the capnp command reads any snapshot as the codec meant it") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    Snapshot snapshot = arbitrary_snapshot(random);
    // Every program prints these values alike.
    for (float& value : snapshot.values) {
      if (has_value(value)) value = static_cast<float>(static_cast<int>(random() % 4096)) / 8;
    }
    CHECK(decoded_by_capnp(snapshot) == expected_text(snapshot));
  }
}

}  // namespace
}  // namespace flatline
