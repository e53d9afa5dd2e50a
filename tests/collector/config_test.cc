#include "collector/config.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;

/// Reads the configuration of a command line.
CollectorConfig read(const std::vector<std::string>& flags) {
  std::vector<const char*> arguments = {"flatline-collector"};
  for (const std::string& flag : flags) arguments.push_back(flag.c_str());
  const auto config = read_collector_config(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(config.has_value());
  return *config;
}

/// A configuration file, `collector.toml`, in a folder of its own.
struct File {
  explicit File(const std::string& text) { write_content(path(), text); }
  [[nodiscard]] std::string path() const { return (folder / "collector.toml").string(); }
  /// Returns the error of reading it, without the folder in front of its lines.
  [[nodiscard]] std::string error() const {
    std::string text = message_of<Failure>([&] {
      CollectorConfig config;
      read_config_file(path(), config);
    });
    const std::string prefix = folder.path().string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
  TemporaryFolder folder;
};

TEST_CASE("without IPv6 the default takes all of IPv4, and what somebody asked for stays") {
  const std::vector<std::string> key = {"--fleet-key", "fleet.key"};
  CHECK(receive_endpoint(read(key), true) == Endpoint{"::", 4170});
  CHECK(receive_endpoint(read(key), false) == Endpoint{"0.0.0.0", 4170});
  CHECK(receive_endpoint(read({"--fleet-key", "k", "--listen", "[::]:4170"}), false) ==
        Endpoint{"::", 4170});
  const File file("fleet_keys = \"k\"\nlisten = \"[::]:4170\"\n");
  CHECK(receive_endpoint(read({"--config", file.path()}), false) == Endpoint{"::", 4170});
  const File without("fleet_keys = \"k\"\n");
  CHECK(receive_endpoint(read({"--config", without.path()}), false) == Endpoint{"0.0.0.0", 4170});
}

TEST_CASE("silent hosts are forgotten after a time, or never") {
  const auto after = [](const std::string& text) {
    return read({"--fleet-key", "k", "--forget-after", text}).forget_after;
  };
  CHECK(after("1m") == 1min);
  CHECK(after("80d") == 80 * 24h);
  CHECK(after("off") == 0s);
  for (const char* wrong : {"59s", "81d", "never", "0"}) {
    CAPTURE(std::string(wrong));
    CHECK(message_of<UsageError>([&] { after(wrong); }).find("--forget-after") !=
          std::string::npos);
    const File file(std::string("forget_after = \"") + wrong + "\"\n");
    CHECK(file.error().find("give 1m to 80d, or off") != std::string::npos);
  }
  const File file("fleet_keys = \"k\"\nforget_after = \"off\"\nlog_format = \"json\"\n");
  const CollectorConfig config = read({"--config", file.path()});
  CHECK(config.forget_after == 0s);
  CHECK(config.log_format == LogFormat::kJson);
  CHECK(File("log_format = \"xml\"\n").error().find("must be text or json") != std::string::npos);
}

TEST_CASE("a key is enough; the rest has defaults") {
  const CollectorConfig config = read({"--fleet-key", "fleet.key"});
  CHECK(config.listen == Endpoint{"::", 4170});
  CHECK(config.api == Endpoint{"127.0.0.1", 4171});
  CHECK(config.data == "/var/lib/flatline");
  CHECK(config.capacity == 16'384);
  CHECK(config.tick == 1s);
  CHECK(config.stale_after == 4);
  CHECK(config.window == 5s);
  CHECK(config.min_interval == 1s);
  CHECK(config.panic_below_percent == 50);
  CHECK(config.messages_per_host == 8);
  CHECK(config.history_step == 10s);
  CHECK(config.history_keep == 24h);
  CHECK(config.history_causes);
  CHECK(config.checkpoint == 1min);
  CHECK(config.forget_after == 7 * 24h);
  CHECK(config.log_format == LogFormat::kText);
  CHECK_FALSE(config.resize);
  CHECK_FALSE(config.read_token);
  CHECK_FALSE(config.insecure_reads);
}

TEST_CASE("hosts are grouped by role and zone, or by what the file says") {
  const auto keys = [](const std::vector<LabelText>& group_by) {
    std::string text;
    for (const LabelText& key : group_by) text += std::string(key.view()) + " ";
    return text;
  };
  CHECK(keys(read({"--fleet-key", "k"}).group_by) == "role zone ");
  CHECK(read({"--fleet-key", "k"}).quorums.empty());
  const auto grouped = [&](const std::string& text) {
    const File file("fleet_keys = \"k\"\n" + text);
    return keys(read({"--config", file.path()}).group_by);
  };
  CHECK(grouped("group_by = [\"rack\"]\n") == "rack ");
  CHECK(grouped("group_by = []\n").empty());
  CHECK(grouped("group_by = [\"a\", \"b\", \"c\", \"d\"]\n") == "a b c d ");
  CHECK(File("group_by = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n").error() ==
        "collector.toml:1: group_by: holds more than 4; found 5");
  CHECK(File("group_by = [\"a b\"]\n").error() ==
        "collector.toml:1: group_by: 'a b' is not allowed; give keys of labels, such as \"role\"");
  CHECK(File("\ngroup_by = [\"a=b\"]\n").error().starts_with("collector.toml:2: group_by: 'a=b'"));
  CHECK(File("group_by = [\"a\", \"a\"]\n").error() ==
        "collector.toml:1: group_by: 'a' comes twice; give each key once");
}

TEST_CASE("quorums are read, and what is wrong with one is told with its line") {
  const File file(
      "fleet_keys = \"k\"\n[[quorum]]\ngroup = \"role=web\"\nhealthy = \"80%\"\nat_least = 3\n"
      "[[quorum]]\ngroup = \"zone=eu-1a\"\nhealthy = \"100%\"\n");
  const CollectorConfig config = read({"--config", file.path()});
  REQUIRE(config.quorums.size() == 2);
  CHECK(config.quorums[0] == QuorumRule{LabelText{"role"}, LabelText{"web"}, {80, 3}});
  CHECK(config.quorums[1] == QuorumRule{LabelText{"zone"}, LabelText{"eu-1a"}, {100, 0}});
  struct Row {
    const char* text;
    const char* error;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"group = \"role=web\"\nhealthy = \"0%\"",
            "collector.toml:3: healthy: '0%' is not allowed; give \"1%\" to \"100%\""},
           {"group = \"role=web\"\nhealthy = \"101%\"", "collector.toml:3: healthy: '101%'"},
           {"group = \"role=web\"\nhealthy = \"80\"", "collector.toml:3: healthy: '80'"},
           {"group = \"role=web\"\nhealthy = \"+8%\"", "collector.toml:3: healthy: '+8%'"},
           {"group = \"role=web\"\nhealthy = \"%\"", "collector.toml:3: healthy: '%'"},
           {"group = \"role=web\"\nat_least = 0", "collector.toml:3: at_least: 0 is out of range"},
           {"group = \"role=web\"", "collector.toml:2: group: a quorum wants healthy = \"80%\""},
           {"healthy = \"80%\"", "collector.toml:1: group is missing"},
           {"group = \"rack=r7\"\nat_least = 1",
            "collector.toml:2: group: 'rack' is not a key of group_by; there are: role, zone"},
           {"group = \"web\"\nat_least = 1",
            "collector.toml:2: group: 'web' is not allowed; give KEY=VALUE"},
           {"group = \"role=a,role=b\"\nat_least = 1", "collector.toml:2: group: 'role=a,role=b'"},
           {"group = \"\"\nat_least = 1", "collector.toml:2: group: ''"},
           {"group = \"role=web\"\nat_least = 1\nmost = 3",
            "collector.toml:4: most: no such key"}}) {
    CAPTURE(std::string(row.text));
    const std::string error = File("[[quorum]]\n" + std::string(row.text) + "\n").error();
    CHECK_MESSAGE(error.starts_with(row.error), error);
  }
  const std::string one = "[[quorum]]\ngroup = \"role=web\"\nat_least = 1\n";
  CHECK(File(one + one).error() ==
        "collector.toml:5: group: 'role=web' has a quorum already; give each group one");
  std::string many;
  for (int i = 0; i < 65; ++i) {
    many += "[[quorum]]\ngroup = \"role=r" + std::to_string(i) + "\"\nat_least = 1\n";
  }
  CHECK(File(many).error().find("quorum: there are more than 64") != std::string::npos);
}

TEST_CASE("names under which the API may be asked are names of hosts") {
  for (const std::string name :
       {"", "a b", "fleet.example.net:4171", "http://fleet", "[::1]", "f\u00fc.example"}) {
    CAPTURE(name);
    CHECK(
        File("api_names = [\"" + name + "\"]\n")
            .error()
            .starts_with("collector.toml:1: api_names: '" + name + "' is not allowed; give names"));
  }
  const auto names = [](std::size_t count, std::size_t size) {
    std::string text = "api_names = [";
    for (std::size_t i = 0; i < count; ++i) text += "\"" + std::string(size, 'a') + "\",";
    return text + "]\nfleet_keys = \"k\"\n";
  };
  CHECK(read({"--config", File(names(16, 253)).path()}).api_names.size() == 16);
  CHECK(File(names(17, 1)).error() == "collector.toml:1: api_names: holds more than 16; found 17");
  CHECK(File(names(1, 254)).error().find("is not allowed") != std::string::npos);
}

TEST_CASE("the history's causes can be left out") {
  const File file("fleet_keys = \"k\"\nhistory_causes = false\n");
  CHECK_FALSE(read({"--config", file.path()}).history_causes);
  CHECK(File("history_causes = 1\n").error().find("true or false") != std::string::npos);
}

TEST_CASE("flags win over the file, and its paths are relative to it") {
  const File file(
      "fleet_keys = [\"a.key\", \"/etc/b.key\"]\ndata = \"data\"\nread_token = \"read.token\"\n"
      "tokens = \"tokens.toml\"\ncapacity = 128\ntick = \"250ms\"\nstale_after = 3\nmin_interval = "
      "\"100ms\"\n"
      "window = \"2s\"\npanic_below = 40\nmessages_per_host = 0\nlisten = \"127.0.0.1:5170\"\n"
      "checkpoint = \"20s\"\n"
      "api = \"[::1]:5171\"\napi_names = [\"fleet.example.net\", \"mon\"]\ninsecure_reads = "
      "true\nlog_level = \"error\"\n");
  const CollectorConfig config = read({"--config", file.path()});
  const auto& folder = file.folder;
  CHECK(config.fleet_keys == std::vector<std::filesystem::path>{folder / "a.key", "/etc/b.key"});
  CHECK(config.data == folder / "data");
  CHECK(config.read_token == folder / "read.token");
  CHECK(config.tokens == folder / "tokens.toml");
  CHECK(read({"--config", file.path(), "--tokens", "mine.toml"}).tokens == "mine.toml");
  CHECK(config.capacity == 128);
  CHECK(config.tick == 250ms);
  CHECK(config.stale_after == 3);
  CHECK(config.min_interval == 100ms);
  CHECK(config.window == 2s);
  CHECK(config.panic_below_percent == 40);
  CHECK(config.messages_per_host == 0);
  CHECK(config.checkpoint == 20s);
  CHECK(config.listen == Endpoint{"127.0.0.1", 5170});
  CHECK(config.api == Endpoint{"::1", 5171});
  CHECK(config.api_names == std::vector<std::string>{"fleet.example.net", "mon"});
  CHECK(config.insecure_reads);
  CHECK(config.log_level == LogLevel::kError);

  const CollectorConfig over = read({"--config",
                                     file.path(),
                                     "--capacity",
                                     "192",
                                     "--tick",
                                     "1s",
                                     "--stale-after",
                                     "5",
                                     "--fleet-key",
                                     "c.key",
                                     "--data",
                                     "d",
                                     "--window",
                                     "3s",
                                     "--min-interval",
                                     "2s",
                                     "--messages-per-host",
                                     "32",
                                     "--listen",
                                     "0.0.0.0:1",
                                     "--api",
                                     "127.0.0.1:2",
                                     "--read-token",
                                     "t",
                                     "--checkpoint",
                                     "1s"});
  CHECK(over.capacity == 192);
  CHECK(over.tick == 1s);
  CHECK(over.checkpoint == 1s);
  CHECK(over.stale_after == 5);
  CHECK(over.fleet_keys == std::vector<std::filesystem::path>{"c.key"});
  CHECK(over.data == "d");
  CHECK(over.window == 3s);
  CHECK(over.min_interval == 2s);
  CHECK(over.messages_per_host == 32);
  CHECK(over.listen == Endpoint{"0.0.0.0", 1});
  CHECK(over.api == Endpoint{"127.0.0.1", 2});
  CHECK(over.read_token == "t");
  CHECK(over.panic_below_percent == 40);
}

TEST_CASE("TLS takes a certificate and its key, from the file or by flags, and never one alone") {
  const File file("fleet_keys = \"k\"\napi_cert = \"api.pem\"\napi_key = \"/etc/api.key\"\n");
  const CollectorConfig config = read({"--config", file.path()});
  CHECK(config.api_cert == file.folder / "api.pem");
  CHECK(config.api_key == "/etc/api.key");
  const CollectorConfig over = read({"--config", file.path(), "--api-key", "b", "--api-cert", "a"});
  CHECK(over.api_cert == "a");
  CHECK(over.api_key == "b");
  const auto refusal = [](const char* flag) {
    return message_of<UsageError>([&] { read({"--fleet-key", "k", flag, "file"}); });
  };
  CHECK(refusal("--api-cert").find("--api-key FILE") != std::string::npos);
  CHECK(refusal("--api-key").find("--api-cert FILE") != std::string::npos);
}

TEST_CASE("others may ask with a token that nobody on the way can read, or where all may read") {
  CollectorConfig config;
  CHECK_FALSE(config.others_may_ask());
  config.read_token = "token";
  CHECK_FALSE(config.others_may_ask());
  config.api_cert = "cert";
  CHECK(config.others_may_ask());
  config.read_token.reset();
  CHECK_FALSE(config.others_may_ask());
  config.insecure_reads = true;
  CHECK(config.others_may_ask());
}

TEST_CASE("the example that is installed is a configuration, and states the defaults") {
  CollectorConfig config;
  read_config_file(source_file("collector/flatline-collector.toml"), config);
  const CollectorConfig defaults;
  CHECK(config.fleet_keys == std::vector<std::filesystem::path>{"/etc/flatline/secrets/fleet.key"});
  CHECK(config.listen == defaults.listen);
  CHECK(config.api == defaults.api);
  CHECK(config.data == defaults.data);
  CHECK(config.capacity == defaults.capacity);
  CHECK(config.tick == defaults.tick);
  CHECK(config.stale_after == defaults.stale_after);
  CHECK(config.window == defaults.window);
  CHECK(config.min_interval == defaults.min_interval);
  CHECK(config.panic_below_percent == defaults.panic_below_percent);
  CHECK(config.messages_per_host == defaults.messages_per_host);
  CHECK(config.history_step == defaults.history_step);
  CHECK(config.history_keep == defaults.history_keep);
  CHECK(config.checkpoint == defaults.checkpoint);
  CHECK(config.insecure_reads == defaults.insecure_reads);
  CHECK(config.log_level == defaults.log_level);
}

TEST_CASE("what the package puts into /etc is a configuration with the defaults") {
  CollectorConfig config;
  read_config_file(source_file("tools/packaging/debian/etc/collector.toml"), config);
  CHECK(config.fleet_keys == std::vector<std::filesystem::path>{"/etc/flatline/secrets/fleet.key"});
  CHECK(config.capacity == CollectorConfig{}.capacity);
}

TEST_CASE("each error of a file names line, key and what is allowed") {
  struct Row {
    const char* text;
    const char* error;
  };
  const Row rows[] = {
      {"capacity = 63",
       "collector.toml:1: capacity: 63 is out of range; allowed are 64 to 1048576"},
      {"\ncapacity = 65", "collector.toml:2: capacity: must be a multiple of 64; found 65"},
      {"capacity = 1048577",
       "collector.toml:1: capacity: 1048577 is out of range; allowed are 64 to 1048576"},
      {"stale_after = 61",
       "collector.toml:1: stale_after: 61 is out of range; allowed are 1 to 60"},
      {"panic_below = 91",
       "collector.toml:1: panic_below: 91 is out of range; allowed are 0 to 90"},
      {"tick = \"49ms\"", "collector.toml:1: tick: 49ms is out of range; allowed are 50ms to 1m"},
      {"checkpoint = \"999ms\"",
       "collector.toml:1: checkpoint: 999ms is out of range; allowed are 1s to 1m"},
      {"checkpoint = \"61s\"",
       "collector.toml:1: checkpoint: 61s is out of range; allowed are 1s to 1m"},
      {"listen = \"4170\"",
       "collector.toml:1: listen: '4170' is not allowed; give ADDR:PORT, as 192.0.2.7:4170, "
       "[2001:db8::7]:4170 or monitor.example:4170"},
      {"log_level = \"loud\"",
       "collector.toml:1: log_level: must be debug, info, warning or error; found \"loud\""},
      {"tick = \"49ms\"\ncapacity = 65\n[[quorum]]\ngroup = \"rack=r7\"\nhealthy = 1",
       "collector.toml:1: tick: 49ms is out of range; allowed are 50ms to 1m\n"
       "collector.toml:2: capacity: must be a multiple of 64; found 65\n"
       "collector.toml:4: group: 'rack' is not a key of group_by; there are: role, zone\n"
       "collector.toml:5: healthy: must be text in quotes; found 1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(File(row.text).error() == row.error);
  }
  for (const char* text : {"capactiy = 64", "tick = 1", "fleet_keys = 3",
                           "fleet_keys = [\"a\", \"b\", \"c\"]", "insecure_reads = 1", "x ="}) {
    const std::string error = File(std::string("\n") + text).error();
    CHECK_MESSAGE(error.starts_with("collector.toml:2"), std::string(text), " gave ", error);
  }
}

TEST_CASE("every key of the file has a sentence in its manual page") {
  std::set<std::string> keys;
  for (const DescribedSetting& setting : describe_collector_settings()) keys.insert(setting.key);
  std::string known = File("no = 1\n").error();
  known.erase(0, known.find("there are: ") + std::string_view("there are: ").size());
  for (std::size_t at = 0; at < known.size();) {
    const std::size_t end = std::min(known.find(", ", at), known.size());
    CHECK_MESSAGE(keys.contains(known.substr(at, end - at)), known.substr(at, end - at));
    at = end + 2;
  }
}

TEST_CASE("history and tick go together, and a folder is checked without a key") {
  const auto refusal = [](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--fleet-key", "fleet.key"});
    return message_of<UsageError>([&] { read(flags); });
  };
  CHECK(refusal({"--tick", "1s", "--history-step", "1999ms"}) ==
        "history_step: 1s999ms is too short; allowed is 2s, two ticks, or more");
  CHECK(refusal({"--tick", "1s", "--history-step", "2s"}).empty());
  const File file("history_step = \"1s\"\n");
  CHECK(refusal({"--config", file.path()}) ==
        file.path() + ": history_step: 1s is too short; allowed is 2s, two ticks, or more");
  CHECK(refusal({"--config", file.path(), "--history-keep", "1h"}).starts_with("history_step: "));
  CHECK(refusal({"--history-step", "10s", "--history-keep", "19s"}) ==
        "history_keep: 19s are 1 steps of 10s; allowed are 2 to 100000 steps");
  CHECK(refusal({"--history-step", "10s", "--history-keep", "20s"}).empty());
  CHECK(refusal({"--tick", "50ms", "--history-step", "100ms", "--history-keep", "3h"})
            .find("108000 steps") != std::string::npos);
  CHECK(refusal({"--history-step", "10"}).find("--history-step: '10' is not allowed") == 0);
  CHECK(read({"--check-data", "/some/folder"}).check_data == "/some/folder");
  CHECK(read({"--fleet-key", "fleet.key", "--resize"}).resize);
}

TEST_CASE("two fleet keys at most, one at least") {
  CHECK(read({"--fleet-key", "a", "--fleet-key", "b"}).fleet_keys.size() == 2);
  CHECK(message_of<UsageError>([] {
          read({"--fleet-key", "a", "--fleet-key", "b", "--fleet-key", "c"});
        }) == "--fleet-key: 3 are too many; at most 2 are live at a time");
  CHECK(message_of<UsageError>([] { read({}); }).starts_with("no fleet key; give --fleet-key"));
}

}  // namespace
}  // namespace flatline
