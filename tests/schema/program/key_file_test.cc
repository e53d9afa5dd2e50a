#include "schema/program/key_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "schema/program/error.h"
#include "schema/program/secret_file.h"
#include "tests/harness/bytes_as_text.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

constexpr std::string_view kFleetId = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view kKey =
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";

void write_secret(const std::filesystem::path& path, const std::string& text,
                  unsigned mode = 0600) {
  write_content(path, text);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string fleet_text(std::string_view fleet, std::string_view key_id, std::string_view key) {
  return "fleet_id = \"" + std::string(fleet) + "\"\nkey_id = " + std::string(key_id) +
         "\nfleet_key = \"" + std::string(key) + "\"\n";
}

std::string reading_fails(const std::filesystem::path& path) {
  return message_of<Failure>([&] { static_cast<void>(read_fleet_key(path)); });
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("a fleet key is written for its owner alone, and read back") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fleet.key";
  write_fleet_key(path, sample_fleet_key());
  CHECK(mode_of(path) == 0600);
  const FleetKey key = read_fleet_key(path);
  CHECK(key.fleet == sample_fleet_key().fleet);
  CHECK(key.key_id == 3);
  CHECK(key.key == sample_fleet_key().key);
  CHECK(content_of(path).find(fleet_text(kFleetId, "3", kKey)) != std::string::npos);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a key that is there is never overwritten") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fleet.key";
  write_fleet_key(path, sample_fleet_key());
  const std::string before = content_of(path);
  const std::string message =
      message_of<Failure>([&] { write_fleet_key(path, rotate_fleet_key(sample_fleet_key())); });
  CHECK(message == path.string() + ": cannot write: File exists");
  CHECK(content_of(path) == before);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a key is written whole or not at all") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "nowhere" / "fleet.key";
  CHECK(message_of<Failure>([&] { write_fleet_key(path, sample_fleet_key()); }) ==
        path.string() + ": cannot write: No such file or directory");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a secret that others may touch is refused, with the command that mends it") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fleet.key";
  for (unsigned mode = 0400; mode <= 0777; ++mode) {
    CAPTURE(mode);
    write_secret(path, fleet_text(kFleetId, "3", kKey), mode);
    const std::string message = reading_fails(path);
    if ((mode & 037) == 0) {  // The group is this process's own, and may read.
      CHECK(message.empty());
    } else {
      CHECK(message.find("lets others read a secret; run: chmod 600 " + path.string()) !=
            std::string::npos);
    }
    std::filesystem::remove(path);
  }
  write_secret(path, fleet_text(kFleetId, "3", kKey), 0644);
  CHECK(reading_fails(path) == path.string() +
                                   ": mode 0644 lets others read a secret; run: chmod " + "600 " +
                                   path.string());
}

TEST_CASE("a group may read a secret if this process is in it, and may do nothing else") {
  const auto refusal = [](unsigned mode, gid_t group) {
    return message_of<Failure>([&] { require_private("x.key", mode, group); });
  };
  constexpr gid_t kForeign = 0x7654'3210;
  std::vector<gid_t> own(static_cast<std::size_t>(::getgroups(0, nullptr)));
  own.resize(static_cast<std::size_t>(::getgroups(static_cast<int>(own.size()), own.data())));
  own.push_back(::getegid());
  for (const gid_t group : own) {
    for (const unsigned mode : {0440U, 0640U, 0600U, 0400U}) CHECK(refusal(mode, group).empty());
    for (const unsigned mode : {0660U, 0620U, 0610U, 0644U, 0604U, 0601U}) {
      CHECK(refusal(mode, group).find(" lets others read a secret; run: chmod 600 x.key") !=
            std::string::npos);
    }
  }
  CHECK(refusal(0600, kForeign).empty());
  CHECK(refusal(0440, kForeign) ==
        "x.key: mode 0440 lets group 1985229328, which is not ours, read a secret; run: chmod 600 "
        "x.key");
}

TEST_CASE("what is no fleet key is refused by line and key") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fleet.key";
  struct Row {
    std::string text;
    std::string_view message;
  };
  const std::vector<Row> rows = {
      {"", ":1: fleet_id is missing"},
      {"fleet_id = \"00\"\n", ":1: fleet_id: must be 32 hexadecimal digits"},
      {fleet_text(std::string(kFleetId) + "00", "3", kKey),
       ":1: fleet_id: must be 32 hexadecimal digits"},
      {fleet_text("0001020304050607 8090a0b0c0d0e0f", "3", kKey),
       ":1: fleet_id: must be 32 hexadecimal digits"},
      {fleet_text(kFleetId, "3", "zz"), ":3: fleet_key: must be 64 hexadecimal digits"},
      {fleet_text(kFleetId, "256", kKey), ":2: key_id: 256 is out of range; allowed are 0 to 255"},
      {fleet_text(kFleetId, "-1", kKey), ":2: key_id: -1 is out of range; allowed are 0 to 255"},
      {fleet_text(kFleetId, "\"3\"", kKey), ":2: key_id: must be a whole number"},
      {fleet_text(kFleetId, "3", kKey) + "note = \"mine\"\n",
       ":4: note: no such key; there are: fleet_id, fleet_key, key_id"},
      {"fleet_id = \"" + std::string(kFleetId) + "\"\nfleet_key = \"" + std::string(kKey) + "\"\n",
       ":1: key_id: is missing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    write_secret(path, row.text);
    CHECK(reading_fails(path) == path.string() + std::string(row.message));
  }
  write_secret(path, "fleet_id = \n");
  CHECK(reading_fails(path).starts_with(path.string() + ":1: not TOML: "));
  write_secret(path, std::string(4097, '#'));
  CHECK(reading_fails(path) == path.string() + ": larger than 4096 bytes");
}

TEST_CASE("a secret that is not there, or no file, is named") {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "fleet.key";
  CHECK(reading_fails(missing) == missing.string() + ": cannot read: No such file or directory");
  CHECK(reading_fails(folder.path()) == folder.path().string() + ": cannot read: Is a directory");
}

TEST_CASE("two live keys are of one fleet and have ids of their own") {
  const TemporaryFolder folder;
  const auto first = folder.path() / "1.key";
  const auto second = folder.path() / "2.key";
  const auto reading_both_fails = [&] {
    return message_of<Failure>([&] { static_cast<void>(read_fleet_keys({first, second})); });
  };
  write_fleet_key(first, sample_fleet_key());
  CHECK(read_fleet_keys({}).empty());
  CHECK(read_fleet_keys({first}).size() == 1);

  FleetKey next = sample_fleet_key();
  next.key_id = 4;
  write_fleet_key(second, next);
  const auto both = read_fleet_keys({first, second});
  REQUIRE(both.size() == 2);
  CHECK(both[0].key_id == 3);
  CHECK(both[1].key_id == 4);

  std::filesystem::remove(second);
  write_fleet_key(second, sample_fleet_key());
  CHECK(reading_both_fails() ==
        second.string() + ": key_id 3 is " + first.string() +
            "'s already; make the next key with: flatline keygen --rotate " + first.string());

  std::filesystem::remove(second);
  next.fleet[0] ^= 1;
  write_fleet_key(second, next);
  CHECK(reading_both_fails() == second.string() + ": of another fleet than " + first.string() +
                                    "; live keys share a fleet_id");
}

TEST_CASE("a credential is written once and read back") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "web-042.example";
  CHECK(write_credential(path, sample_credential()));
  CHECK(mode_of(path) == 0600);
  const Credential credential = read_credential(path);
  CHECK(credential.name == sample_credential().name);
  CHECK(credential.agent_id == sample_credential().agent_id);
  CHECK(credential.key_id == 3);
  CHECK(credential.generation == 7);
  CHECK(credential.key == sample_credential().key);
}

TEST_CASE("writing a credential again changes nothing, another one is refused") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "credential";
  CHECK(write_credential(path, sample_credential()));
  const std::string before = content_of(path);
  CHECK_FALSE(write_credential(path, sample_credential()));

  std::vector<Credential> others(5, sample_credential());
  others[0].name = "another";
  others[1].agent_id = AgentId{1};
  others[2].key_id = 4;
  others[3].generation = 8;
  others[4].key[0] ^= 1;
  for (const Credential& other : others) {
    CHECK(message_of<Failure>([&] { write_credential(path, other); }) ==
          path.string() + ": holds another credential; remove it first if it is to be replaced");
  }
  CHECK(content_of(path) == before);
}

TEST_CASE("what is no credential is refused by line and key") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "credential";
  write_credential(path, sample_credential());
  const std::string good = content_of(path);
  struct Row {
    std::string_view from;
    std::string_view to;
    std::string_view message;
  };
  const std::vector<Row> rows = {
      {"name = \"web-042.example\"", "name = \"web 42\"",
       ":2: name: must be 1 to 64 of A-Za-z0-9._-, not dots alone"},
      {"name = \"web-042.example\"", "name = \"\"",
       ":2: name: must be 1 to 64 of A-Za-z0-9._-, not dots alone"},
      {"agent_id = \"", "agent_id = \"0", ":3: agent_id: must be 16 hexadecimal digits"},
      {"generation = 7", "generation = 65536",
       ":5: generation: 65536 is out of range; allowed are 0 to 65535"},
      {"generation = 7", "generation = 7.0", ":5: generation: must be a whole number"},
      {"agent_key = \"", "agent_key = \"q", ":6: agent_key: must be 64 hexadecimal digits"},
      {"key_id = 3\n", "", ":1: key_id: is missing"},
      {"generation = 7\n", "", ":1: generation: is missing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.to);
    std::string text = good;
    const std::size_t at = text.find(row.from);
    REQUIRE(at != std::string::npos);
    text.replace(at, row.from.size(), row.to);
    write_secret(path, text);
    CHECK(message_of<Failure>([&] { static_cast<void>(read_credential(path)); }) ==
          path.string() + std::string(row.message));
  }
}

TEST_CASE("a credential of which it cannot be told whether it is there is a Failure, and stays") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "loop";
  std::filesystem::create_symlink("loop", path);
  CHECK(message_of<Failure>([&] { write_credential(path, sample_credential()); }) ==
        path.string() + ": cannot tell whether it is there: Too many levels of symbolic links");
  CHECK(std::filesystem::is_symlink(std::filesystem::symlink_status(path)));
}

}  // namespace
}  // namespace flatline
