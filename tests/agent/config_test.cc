#include "agent/config.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "tests/harness/files.h"
#include "tests/harness/samples.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

/// A folder with a credential and one configuration.
class ConfigFolder {
 public:
  ConfigFolder() {
    initialize_cryptography();
    write_credential(folder_ / "agent.credential", make_credential(sample_fleet_key(), "web-1", 2));
  }
  /// Reads a configuration of the two settings that must be there and then `lines`.
  AgentConfig read(const std::string& lines) {
    return read_all("credential = \"agent.credential\"\ncollectors = [\"127.0.0.1:4170\"]\n" +
                    lines);
  }
  AgentConfig read_all(const std::string& text) {
    std::ofstream(path(), std::ios::binary) << text;
    return read_agent_config(path());
  }
  /// Returns the error of such a configuration, without the folder in front.
  std::string error(const std::string& lines) {
    return without_folder(message_of<Failure>([&] { read(lines); }));
  }
  std::string error_all(const std::string& text) {
    return without_folder(message_of<Failure>([&] { read_all(text); }));
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "agent.toml"; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

 private:
  std::string without_folder(const std::string& text) const {
    const std::string prefix = folder_.path().string() + "/";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  }
  TemporaryFolder folder_;
};

TEST_CASE("defaults: two lines are a configuration") {
  ConfigFolder folder;
  const AgentConfig config = folder.read("");
  CHECK(config.credential.name == "web-1");
  CHECK(config.credential.generation == 2);
  CHECK(config.collectors == std::vector<Endpoint>{{"127.0.0.1", 4170}});
  CHECK(config.interval == kDefaultInterval);
  CHECK(config.labels.empty());
  CHECK(config.state == "/var/lib/flatline-agent");
  CHECK(config.log_level == LogLevel::kInfo);
  CHECK(config.checks.empty());
}

TEST_CASE("everything said") {
  ConfigFolder folder;
  const AgentConfig config = folder.read(
      "interval = \"250ms\"\nlabels = \"role=web\"\nstate = \"state\"\nlog_level = \"error\"\n"
      "[[check]]\nkind = \"load\"\nperiod = \"1s\"\n"
      "[[check]]\nname = \"ssh\"\nkind = \"tcp\"\naddress = \"localhost:22\"\nperiod = \"20s\"\n"
      "timeout = \"19999ms\"\nfail_after = 3\nrecover_after = 100\n");
  CHECK(config.interval == Milliseconds{250});
  CHECK(config.labels.view() == "role=web");
  CHECK(config.state == folder.folder() / "state");
  CHECK(config.log_level == LogLevel::kError);
  REQUIRE(config.checks.size() == 2);
  CHECK(config.checks[0].plan.name.view() == "load");
  CHECK(config.checks[0].timeout == Milliseconds{500});
  CHECK(config.checks[1].plan.name.view() == "ssh");
  CHECK(config.checks[1].plan.period == std::chrono::seconds{20});
  CHECK(config.checks[1].timeout == Milliseconds{19'999});
  CHECK(config.checks[1].plan.fail_after == 3);
  CHECK(config.checks[1].plan.recover_after == 100);
}

TEST_CASE("the example that is installed is a configuration") {
  ConfigFolder folder;
  std::string text = content_of(source_file("agent/flatline-agent.toml"));
  const std::string credential = "/etc/flatline/agent.credential";
  text.replace(text.find(credential), credential.size(), "agent.credential");
  CHECK(folder.read_all(text).checks.size() == 6);
  // What the package puts into /etc has the host's credential at its default place.
  const std::string packaged = content_of(source_file("tools/packaging/debian/etc/agent.toml"));
  CHECK(folder.read_all("credential = \"agent.credential\"\n" + packaged).checks.size() == 3);
}

TEST_CASE("each error names line, key and what is allowed") {
  ConfigFolder folder;
  struct Row {
    const char* lines;  ///< The configuration from line 3 on.
    const char* error;
  };
  const Row rows[] = {
      {"interval = \"50ms\"",
       "agent.toml:3: interval: 50ms is out of range; allowed are 100ms to 5m"},
      {"interval = \"6m\"", "agent.toml:3: interval: 6m is out of range; allowed are 100ms to 5m"},
      {"interval = 1",
       "agent.toml:3: interval: must be a duration in quotes with its unit, such as "
       "\"250ms\" or \"2h\""},
      {"labels = \"role\"",
       "agent.toml:3: labels: must be KEY=VALUE pairs of A-Za-z0-9._- with "
       "commas between them, at most 64 bytes"},
      {"log_level = \"loud\"", "agent.toml:3: log_level: must be debug, info, warning or error"},
      {"name = \"x\"",
       "agent.toml:3: name: no such key; there are: check, collectors, credential, "
       "interval, labels, log_level, state"},
      {"check = 1", "agent.toml:3: check: must be tables headed [[check]]"},
      {"[[check]]", "agent.toml:3: kind is missing"},
      {"[[check]]\nkind = \"nope\"",
       "agent.toml:4: kind: \"nope\" is none; there are: disk, exec, "
       "load, memory, process, tcp"},
      {"[[check]]\nkind = \"load\"\nname = \" x\"",
       "agent.toml:5: name: must be 1 to 32 bytes of UTF-8 without control characters and without "
       "spaces at its ends"},
      {"[[check]]\nkind = \"load\"\n[[check]]\nkind = \"memory\"\nname = \"load\"",
       "agent.toml:7: name: \"load\" is another check's already; each needs its own (without one "
       "it "
       "is the kind)"},
      {"[[check]]\nkind = \"load\"\nperiod = \"99ms\"",
       "agent.toml:5: period: 99ms is out of range; allowed are 100ms to 1d"},
      {"[[check]]\nkind = \"load\"\nperiod = \"5s\"\ntimeout = \"5s\"",
       "agent.toml:6: timeout: 5s is not below the period; allowed are 1ms to 4s999ms"},
      {"[[check]]\nkind = \"load\"\nfail_after = 0",
       "agent.toml:5: fail_after: 0 is out of range; allowed are 1 to 100"},
      {"[[check]]\nkind = \"load\"\nrecover_after = 101",
       "agent.toml:5: recover_after: 101 is out of range; allowed are 1 to 100"},
      {"[[check]]\nkind = \"load\"\nwarning = \"high\"",
       "agent.toml:5: warning: \"high\" is no range; ranges are 10, 10:, ~:10, 10:20 or @10:20"},
      {"[[check]]\nkind = \"load\"\ncritical = 5",
       "agent.toml:5: critical: must be text in quotes"},
      {"[[check]]\nkind = \"load\"\npath = \"/\"",
       "agent.toml:5: path: no such key; there are: critical, fail_after, fifteen_critical, "
       "fifteen_warning, five_critical, five_warning, kind, name, period, recover_after, timeout, "
       "warning"},
      {"[[check]]\nkind = \"disk\"\ninodes_warning = \"x\"",
       "agent.toml:5: inodes_warning: \"x\" is no range; ranges are 10, 10:, ~:10, 10:20 or "
       "@10:20"},
      {"[[check]]\nkind = \"process\"", "agent.toml:3: process is missing"},
      {"[[check]]\nkind = \"process\"\nprocess = \"sixteen-bytes-it\"",
       "agent.toml:5: process: must be 1 to 15 bytes: the kernel cuts longer names, as `ps -e` "
       "shows them"},
      {"[[check]]\nkind = \"tcp\"\naddress = \"localhost\"",
       "agent.toml:5: address: \"localhost\" is not ADDR:PORT, as 192.0.2.7:4170, "
       "[2001:db8::7]:4170 or monitor.example:4170"},
      {"[[check]]\nkind = \"exec\"",
       "agent.toml:3: command: must be the plugin and its arguments, as "
       "[\"/usr/lib/nagios/plugins/check_procs\", \"-c\", \"1:\"]"},
      {"[[check]]\nkind = \"exec\"\ncommand = [\"a\\u0000b\"]",
       "agent.toml:5: command: must not hold a zero byte"},
      {"[[check]]\nkind = \"exec\"\ncommand = \"x\"\nenvironment = [\"A\"]",
       "agent.toml:6: environment: \"A\" is not NAME=VALUE"},
      {"credential = 1", "agent.toml:3: not TOML: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines);
    const std::string error = folder.error(row.lines);
    CHECK(error.substr(0, std::string_view(row.error).size()) == row.error);
    if (!std::string_view(row.error).ends_with(": ")) CHECK(error == row.error);
  }
}

TEST_CASE("collectors: one to eight, each once, each with its port") {
  ConfigFolder folder;
  const std::string form =
      "ADDR:PORT, as 192.0.2.7:4170, [2001:db8::7]:4170 or "
      "monitor.example:4170";
  CHECK(folder.error_all("") == "agent.toml:1: collectors: is missing; name 1 to 8, each " + form);
  CHECK(folder.error_all("collectors = []") ==
        "agent.toml:1: collectors: is missing; name 1 to 8, each " + form);
  CHECK(folder.error_all("collectors = [\"mon\"]") ==
        "agent.toml:1: collectors: \"mon\" is not " + form);
  CHECK(folder.error_all("collectors = [\"mon:0\"]") ==
        "agent.toml:1: collectors: \"mon:0\" is not " + form);
  CHECK(folder.error_all("collectors = [\"a:1\", \"a:1\"]") ==
        "agent.toml:1: collectors: \"a:1\" is listed twice");
  CHECK(folder.error_all("collectors = [\"a:1\",\"a:2\",\"a:3\",\"a:4\",\"a:5\",\"a:6\",\"a:7\","
                         "\"a:8\",\"a:9\"]") == "agent.toml:1: collectors: holds more than 8");
}

TEST_CASE("33 checks are one too many") {
  ConfigFolder folder;
  std::string lines;
  for (int i = 0; i < 32; ++i) {
    lines += "[[check]]\nkind = \"load\"\nname = \"c" + std::to_string(i) + "\"\n";
  }
  CHECK(folder.read(lines).checks.size() == 32);
  CHECK(folder.error(lines + "[[check]]\nkind = \"load\"\n") ==
        "agent.toml:3: check: there are more than 32");
}

TEST_CASE("the hash is of what determines the checks, and of nothing else") {
  ConfigFolder folder;
  const std::string load = "[[check]]\nkind = \"load\"\n";
  const std::string memory = "[[check]]\nkind = \"memory\"\n";
  const auto hash = [&](const std::string& lines) { return folder.read(lines).config_hash; };
  const std::uint64_t base = hash(load + memory);
  CHECK(hash(load + memory) == base);
  CHECK(hash("interval = \"2s\"\nlabels = \"a=b\"\n" + load + memory) == base);
  CHECK(hash(load + "warning = \"2\" # the default\n" + memory) == base);
  CHECK(hash(memory + load) != base);
  CHECK(hash(load) != base);
  for (const char* change : {"name = \"x\"", "warning = \"3\"", "period = \"11s\"",
                             "timeout = \"4s\"", "fail_after = 2", "recover_after = 2"}) {
    CAPTURE(change);
    CHECK(hash(load + change + "\n" + memory) != base);
  }
}

TEST_CASE("a check is known by all that is configured of it, and by nothing else") {
  ConfigFolder folder;
  const std::string load = "[[check]]\nkind = \"load\"\n";
  const std::string memory = "[[check]]\nkind = \"memory\"\n";
  const auto checks = folder.read(load + memory).checks;
  CHECK(checks[0].plan.fingerprint != checks[1].plan.fingerprint);
  const auto turned = folder.read("interval = \"2s\"\n" + memory + load).checks;
  CHECK(turned[0].plan.fingerprint == checks[1].plan.fingerprint);
  CHECK(turned[1].plan.fingerprint == checks[0].plan.fingerprint);
  for (const char* change : {"name = \"x\"", "warning = \"3\"", "timeout = \"4s\""}) {
    CAPTURE(change);
    CHECK(folder.read(load + change).checks[0].plan.fingerprint != checks[0].plan.fingerprint);
  }
}

TEST_CASE("a configuration that cannot be read is a Failure, whatever the system says") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  CHECK(message_of<Failure>([&] { read_agent_config(folder / "loop"); }) ==
        (folder / "loop").string() + ": cannot read: Too many levels of symbolic links");
}

}  // namespace
}  // namespace flatline
