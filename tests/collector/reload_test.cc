// What a reload takes over, and what it refuses and why.

#include "collector/reload.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "collector/api/admin_token.h"
#include "schema/program/clock.h"
#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/certificates.h"
#include "tests/harness/files.h"
#include "tests/harness/fleet_driver.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;

namespace {

FleetKey key_of(std::uint8_t id, unsigned char fill, unsigned char fleet = 1) {
  FleetKey key;
  key.key_id = id;
  key.key.fill(fill);
  key.fleet.fill(fleet);
  return key;
}

/// A collector's folder, with a key file and a configuration that names it.
struct Place {
  Place() {
    write_fleet_key(folder / "one.key", live.front());
    config.fleet_keys = {folder / "one.key"};
    config.data = folder / "data";
    std::filesystem::create_directory(config.data);
  }
  void write_secret(const char* name, const std::string& text) const {
    write_content(folder / name, text);
    REQUIRE(::chmod((folder / name).c_str(), 0600) == 0);
  }
  [[nodiscard]] Reloaded read(const CollectorConfig& now) const {
    return reload(config, now, live);
  }
  [[nodiscard]] std::string error(const CollectorConfig& now) const {
    return message_of<Failure>([&] { (void)read(now); });
  }

  TemporaryFolder folder;
  std::vector<FleetKey> live = {key_of(1, 0xAA)};
  CollectorConfig config;
};

}  // namespace

TEST_CASE(
    "a reload reads the keys, the tokens and the log level that the configuration names now") {
  Place place;
  place.write_secret("read.token", "readers\n");
  write_fleet_key(place.folder / "two.key", key_of(2, 0xBB));
  const std::string admin = admin_token(place.config.data).token;
  CollectorConfig now = place.config;
  now.fleet_keys.push_back(place.folder / "two.key");
  now.read_token = place.folder / "read.token";
  now.log_level = LogLevel::kDebug;
  const Reloaded read = place.read(now);
  REQUIRE(read.keys.size() == 2);
  CHECK(read.keys[1].key_id == 2);
  CHECK(read.tokens.read_token == "readers");
  CHECK(read.admin_token == admin);
  CHECK(read.log_level == LogLevel::kDebug);
  // What was dropped is gone.
  CHECK(place.read(place.config).tokens.read_token.empty());
  CHECK(place.read(place.config).keys.size() == 1);
}

TEST_CASE("a reload reads the quorums, and refuses those of keys that it does not group by") {
  const Place place;
  CollectorConfig now = place.config;
  const QuorumRule web{LabelText{"role"}, LabelText{"web"}, {80, 3}};
  now.quorums = {web};
  CHECK(place.read(now).quorums == std::vector{web});
  CHECK(place.read(place.config).quorums.empty());
  // The file may group by another key now, which takes a restart, and so does its quorum.
  now.group_by = {LabelText{"role"}, LabelText{"rack"}};
  CHECK(place.read(now).quorums == std::vector{web});
  now.quorums.push_back({LabelText{"rack"}, LabelText{"r7"}, {80, 3}});
  CHECK(place.error(now).find("rack=r7") != std::string::npos);
  CHECK(place.error(now).find("takes a restart") != std::string::npos);
}

TEST_CASE("an admin token that cannot be read leaves the one before") {
  const Place place;
  admin_token(place.config.data);
  REQUIRE(::chmod((place.config.data / kAdminTokenFile).c_str(), 0644) == 0);
  CHECK(place.read(place.config).admin_token.empty());
}

TEST_CASE("keys of another fleet, and a live id with other bytes, are refused with the reason") {
  const std::vector<FleetKey> live = {key_of(1, 0xAA), key_of(2, 0xBB)};
  const auto error = [&](const std::vector<FleetKey>& keys) {
    return message_of<Failure>([&] { check_keys(live, keys); });
  };
  CHECK(error({key_of(1, 0xAA)}).empty());
  CHECK(error({key_of(2, 0xBB), key_of(3, 0xCC)}).empty());
  CHECK(error({key_of(1, 0xAA, 2)}).find("another fleet's keys") != std::string::npos);
  CHECK(error({key_of(1, 0xAA), key_of(2, 0xCC)}).find("key id 2 is live with other bytes") !=
        std::string::npos);
}

TEST_CASE("whatever is wrong with a file refuses the reload, and says which file it is") {
  const Place place;
  CollectorConfig now = place.config;
  now.fleet_keys = {place.folder / "nowhere.key"};
  CHECK(place.error(now).find("nowhere.key") != std::string::npos);
  now = place.config;
  now.read_token = place.folder / "nowhere.token";
  CHECK(place.error(now).find("nowhere.token") != std::string::npos);
  place.write_secret("empty.token", "\n");
  now.read_token = place.folder / "empty.token";
  CHECK(place.error(now).find("empty.token") != std::string::npos);
}

TEST_CASE(
    "a reload reads the list of tokens, and with one in it that is wrong all stays as it was") {
  Place place;
  const TokenEntry ada{"ada", Role::kOperator, hash_of_token("secret"), WallTime{}, {}};
  place.write_secret("tokens.toml", token_entry_text(ada));
  CollectorConfig now = place.config;
  now.tokens = place.folder / "tokens.toml";
  CHECK(place.read(now).tokens.list == std::vector{ada});
  CHECK(place.read(now).tokens.readers_need_one);
  CHECK_FALSE(place.read(place.config).tokens.readers_need_one);
  // Whether anybody may read without a token takes a restart, whatever the file says now.
  now.insecure_reads = true;
  CHECK(place.read(now).tokens.readers_need_one);
  place.config.insecure_reads = true;
  CHECK_FALSE(place.read(now).tokens.readers_need_one);
  place.write_secret("tokens.toml", token_entry_text(ada) + "[[token]]\nname = \"eve\"\n");
  CHECK(place.error(now).find("tokens.toml:6: role is missing") != std::string::npos);
  REQUIRE(::chmod((place.folder / "tokens.toml").c_str(), 0644) == 0);
  CHECK(place.error(now).find("chmod 600") != std::string::npos);
}

TEST_CASE("an API that others reach does not lose its read token") {
  Place place;
  place.config.api = {"0.0.0.0", 4171};
  CHECK(place.error(place.config).find("is reachable from elsewhere") != std::string::npos);
  place.config.insecure_reads = true;
  CHECK(place.read(place.config).tokens.read_token.empty());
}

TEST_CASE("a reload takes a renewed certificate, and none that clients would refuse") {
  const Certificates made;
  Place place;
  place.config.api_cert = made.pem("good");
  place.config.api_key = made.key("good");
  CollectorConfig now = place.config;
  const auto use = [&](const char* name) {
    now.api_cert = made.pem(name);
    now.api_key = made.key(name);
  };
  use("renewed");
  CHECK(place.read(now).certificate->expires() < place.read(place.config).certificate->expires());
  // All the rest is taken over, where the time alone is wrong.
  for (const char* name : {"expired", "future"}) {
    use(name);
    now.log_level = LogLevel::kError;
    const Reloaded read = place.read(now);
    CHECK(read.certificate == nullptr);
    CHECK(read.log_level == LogLevel::kError);
  }
  now.api_key = made.key("good");
  CHECK(place.error(now).find("is not the key of") != std::string::npos);
  // At a start that does not keep anybody from watching the fleet.
  use("expired");
  CHECK(read_certificate(now, wall_now(), true) != nullptr);
  // Whether TLS is spoken takes a restart: without it none is read, and with it none is dropped.
  now.api_cert = now.api_key = made.folder() / "nowhere";
  CHECK(Place().read(now).certificate == nullptr);
  CHECK(settings_refused(place.config, now).empty());
  now.api_cert.reset();
  CHECK(settings_refused(place.config, now) == std::vector<std::string>{"api_cert"});
  CHECK(place.read(now).certificate == nullptr);
}

TEST_CASE("every setting that takes a restart is named, and those that do not are not") {
  const CollectorConfig running;
  CHECK(settings_refused(running, running).empty());
  CollectorConfig now;
  now.fleet_keys = {"other.key"};
  now.read_token = "token";
  now.tokens = "tokens.toml";
  now.quorums = {{LabelText{"role"}, LabelText{"web"}, {80, 3}}};
  now.log_level = LogLevel::kError;
  CHECK(settings_refused(running, now).empty());
  now.listen.port = 1;
  now.api.port = 1;
  now.data = "elsewhere";
  now.capacity = 64;
  now.tick *= 2;
  now.stale_after += 1;
  now.window *= 2;
  now.min_interval *= 2;
  now.panic_below_percent += 1;
  now.messages_per_host += 1;
  now.history_step *= 2;
  now.history_keep *= 2;
  now.checkpoint /= 2;
  now.forget_after *= 2;
  now.group_by = {LabelText{"rack"}};
  now.api_names = {"fleet.example.net"};
  now.insecure_reads = true;
  now.log_format = LogFormat::kJson;
  CHECK(settings_refused(running, now) ==
        std::vector<std::string>{"listen", "api", "data", "capacity", "tick", "stale_after",
                                 "window", "min_interval", "panic_below", "messages_per_host",
                                 "history_step", "history_keep", "checkpoint", "group_by",
                                 "forget_after", "api_names", "insecure_reads", "log_format"});
}

TEST_CASE("a key that is dropped ends what was derived from it, and one that stays does not") {
  FleetOptions options = FleetDriver::default_options();
  const FleetKey first = fixed_key();
  FleetKey second = first;
  second.key_id = static_cast<std::uint8_t>(first.key_id + 1);
  second.key.fill(0x77);
  options.keys = {first};
  FleetDriver fleet(options);
  Host old_key("web-1", first);
  Host new_key("web-2", second);
  REQUIRE(fleet.hear(old_key) == Outcome::kAccepted);
  CHECK(fleet.hear(new_key) == Outcome::kUnknownKey);
  fleet.fleet.set_keys({first, second});
  CHECK(fleet.hear(old_key) == Outcome::kAccepted);
  CHECK(fleet.hear(new_key) == Outcome::kAccepted);
  fleet.fleet.set_keys({second});
  CHECK(fleet.hear(old_key) == Outcome::kUnknownKey);
  CHECK(fleet.hear(new_key) == Outcome::kAccepted);
  // The id comes back with other bytes: what the dropped key sealed counts for nothing, although
  // its epoch goes on.
  FleetKey again = first;
  again.key.fill(0x55);
  fleet.fleet.set_keys({second, again});
  CHECK(fleet.hear(old_key) == Outcome::kBadTag);
}
