// Compares the codec with version 1's bytes as they were first written down, reading and writing,
// so that no change of format passes unseen. These files never change: a new format is a new
// version with golden files of its own (FLATLINE_REGENERATE=1 writes them).

#include <doctest/doctest.h>

#include "tests/harness/bytes_as_text.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"

namespace flatline {
namespace {

struct Golden {
  const char* name;
  Snapshot snapshot;
};

std::vector<Golden> goldens() {
  return {{"full", sample_snapshot()}, {"smallest", smallest_snapshot()}};
}

Credential credential_of(const Golden& golden) {
  return make_credential(sample_fleet_key(), golden.snapshot.name.view(), 7);
}

Header header_of(const Golden& golden) {
  Header header = sample_header();
  header.agent_id = credential_of(golden).agent_id;
  return header;
}

std::filesystem::path golden_file(const Golden& golden, std::string_view what) {
  return source_file("tests/golden/v1-" + std::string(golden.name) + "." + std::string(what));
}

void hold(const std::filesystem::path& path, const std::string& made) {
  if (regenerating()) write_content(path, made);
  CAPTURE(path.string());
  CHECK(content_of(path) == made);
}

TEST_CASE("what is written is golden") {
  for (const Golden& golden : goldens()) {
    Datagram datagram;
    seal_datagram(header_of(golden), golden.snapshot, credential_of(golden).key, datagram);
    hold(golden_file(golden, "snapshot.hex"), hex_lines(encoded(golden.snapshot)));
    hold(golden_file(golden, "datagram.hex"), hex_lines(datagram));
  }
}

TEST_CASE("what is golden is read") {
  for (const Golden& golden : goldens()) {
    CAPTURE(golden.name);
    const auto datagram = bytes_of_hex(content_of(golden_file(golden, "datagram.hex")));
    Header header;
    REQUIRE(read_header(datagram, header) == Outcome::kAccepted);
    CHECK(header == header_of(golden));
    SnapshotBytes plain;
    REQUIRE(open_datagram(DatagramView(datagram.data(), kDatagramBytes), credential_of(golden).key,
                          plain));
    const auto stored = bytes_of_hex(content_of(golden_file(golden, "snapshot.hex")));
    CHECK(hex_lines(plain) == hex_lines(stored));
    Snapshot snapshot;
    REQUIRE(decode_snapshot(plain, snapshot));
    CHECK(same_snapshot(snapshot, golden.snapshot));
  }
}

}  // namespace
}  // namespace flatline
