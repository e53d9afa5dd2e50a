#include "agent/config.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <set>
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
       "\"250ms\" or \"2h\"; found 1"},
      {"labels = \"role\"",
       "agent.toml:3: labels: must be KEY=VALUE pairs of A-Za-z0-9._- with "
       "commas between them, at most 64 bytes; found \"role\""},
      {"log_level = \"loud\"",
       "agent.toml:3: log_level: must be debug, info, warning or error; found \"loud\""},
      {"log_format = \"xml\"", "agent.toml:3: log_format: must be text or json; found \"xml\""},
      {"name = \"x\"",
       "agent.toml:3: name: no such key; there are: check, collectors, credential, "
       "interval, labels, log_format, log_level, state"},
      {"check = 1", "agent.toml:3: check: must be tables headed [[check]]; found 1"},
      {"[[check]]", "agent.toml:3: kind is missing"},
      {"[[check]]\nkind = \"nope\"",
       "agent.toml:4: kind: \"nope\" is none; there are: disk, exec, "
       "load, memory, process, tcp"},
      {"[[check]]\nkind = \"load\"\nname = \" x\"",
       "agent.toml:5: name: must be 1 to 32 bytes of UTF-8 without control characters and without "
       "spaces at its ends; found \"x\""},
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
       "agent.toml:5: critical: must be text in quotes; found 5"},
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
       "shows them; found \"sixteen-bytes-it\""},
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
                         "\"a:8\",\"a:9\"]") ==
        "agent.toml:1: collectors: holds more than 8; found 9");
}

TEST_CASE("33 checks are one too many") {
  ConfigFolder folder;
  std::string lines;
  for (int i = 0; i < 32; ++i) {
    lines += "[[check]]\nkind = \"load\"\nname = \"c" + std::to_string(i) + "\"\n";
  }
  CHECK(folder.read(lines).checks.size() == 32);
  CHECK(folder.error(lines + "[[check]]\nkind = \"load\"\n") ==
        "agent.toml:3: check: there are more than 32; found 33");
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

TEST_CASE("the files of agent.d are read after agent.toml, in the order of their names") {
  ConfigFolder folder;
  const auto drop_in = folder.folder() / "agent.d";
  std::filesystem::create_directories(drop_in / "sub.toml.d");
  write_content(drop_in / "20-disk.toml", "[[check]]\nkind = \"disk\"\n");
  write_content(drop_in / "10-labels.toml",
                "labels = \"role=web\"\n[[check]]\nkind = \"memory\"\n");
  write_content(drop_in / "30.toml.dpkg-old", "no TOML");
  write_content(drop_in / ".30.toml", "no TOML");
  const AgentConfig config = folder.read("[[check]]\nkind = \"load\"\n");
  REQUIRE(config.checks.size() == 3);
  CHECK(config.checks[0].plan.name.view() == "load");
  CHECK(config.checks[1].plan.name.view() == "memory");
  CHECK(config.checks[2].plan.name.view() == "disk");
  CHECK(config.labels.view() == "role=web");
  // What a file does not say, it does not put back to the default.
  CHECK(folder.read("log_level = \"debug\"\nlog_format = \"json\"\n").log_level ==
        LogLevel::kDebug);
  CHECK(config.config_hash == folder.read("[[check]]\nkind = \"load\"\n").config_hash);

  write_content(drop_in / "00-collectors.toml",
                "collectors = [\"mon:4170\"]\ncredential = \"../agent.credential\"\n");
  CHECK(folder.read_all("").collectors == std::vector<Endpoint>{{"mon", 4170}});
  CHECK(folder.read_all("").state == "/var/lib/flatline-agent");
}

TEST_CASE("what two files say twice names both, and all files' faults are told at once") {
  ConfigFolder folder;
  const auto drop_in = folder.folder() / "agent.d";
  std::filesystem::create_directory(drop_in);
  write_content(drop_in / "a.toml",
                "interval = \"2s\"\n[[check]]\nkind = \"load\"\nname = \"x\"\nperiod = \"1\"\n");
  write_content(drop_in / "b.toml", "[[check]]\nkind = \"load\"\nname = \"x\"\n");
  write_content(drop_in / "c.toml", "labels = [\n");
  const std::string a = (drop_in / "a.toml").string();
  const std::string error = folder.error("interval = \"1s\"\n");
  CHECK(error.starts_with("agent.d/c.toml:"));
  const std::string own = folder.path().string();
  CHECK(error.find("\n" + a + ":1: interval: is set already, at " + own + ":3\n") !=
        std::string::npos);
  CHECK(error.find("\n" + a + ":5: period: must be a duration") != std::string::npos);
  CHECK(error.ends_with(drop_in.string() +
                        "/b.toml:3: name: \"x\" is another check's already, at " + a +
                        ":4; each needs its own (without one it is the kind)"));
}

TEST_CASE("checks of all files together are at most 32, and files at most 64") {
  ConfigFolder folder;
  const auto drop_in = folder.folder() / "agent.d";
  std::filesystem::create_directory(drop_in);
  std::string lines;
  for (int i = 0; i < 32; ++i) {
    lines += "[[check]]\nkind = \"load\"\nname = \"c" + std::to_string(i) + "\"\n";
  }
  write_content(drop_in / "a.toml", lines);
  CHECK(folder.read("").checks.size() == 32);
  CHECK(folder.error("[[check]]\nkind = \"load\"\n") ==
        "agent.d/a.toml:1: check: with those of the files before there are 33; allowed are 32");
  for (int i = 0; i < 63; ++i) write_content(drop_in / ("b" + std::to_string(i) + ".toml"), "");
  CHECK(folder.read("").checks.size() == 32);
  write_content(drop_in / "c.toml", "");
  CHECK(folder.error("") == "agent.d: more than 64 files *.toml");
}

TEST_CASE("one file fits many hosts by its variables") {
  ConfigFolder folder;
  ::setenv("FLATLINE_TEST_ZONE", "eu-1a", 1);
  const AgentConfig config = folder.read("labels = \"zone=${FLATLINE_TEST_ZONE}\"\n");
  CHECK(config.labels.view() == "zone=eu-1a");
  CHECK(folder.error("labels = \"zone=${FLATLINE_TEST_NONE}\"\n") ==
        "agent.toml:3: labels: ${FLATLINE_TEST_NONE} is not set; give it in the environment, or "
        "write its value");
  CHECK(folder.error("log_level = \"${FLATLINE_TEST_ZONE}\"\n").find("found \"${FLATLINE") !=
        std::string::npos);
}

TEST_CASE("every key of the configuration has a sentence in its manual page") {
  std::set<std::string> heads;
  std::set<std::string> keys;
  for (const DescribedSetting& setting : describe_agent_settings()) {
    heads.insert(setting.head);
    keys.insert(setting.key);
    CHECK_FALSE(setting.what.empty());
  }
  CHECK(heads.size() == 8);  // The file's own, [[check]], and six kinds.
  ConfigFolder folder;
  for (const char* lines :
       {"no = 1\n", "[[check]]\nkind = \"load\"\nno = 1\n",
        "[[check]]\nkind = \"memory\"\nno = 1\n", "[[check]]\nkind = \"disk\"\nno = 1\n",
        "[[check]]\nkind = \"process\"\nprocess = \"x\"\nno = 1\n",
        "[[check]]\nkind = \"tcp\"\naddress = \"a:1\"\nno = 1\n",
        "[[check]]\nkind = \"exec\"\ncommand = \"x\"\nno = 1\n"}) {
    std::string known = folder.error(lines);
    known.erase(0, known.find("there are: ") + std::string_view("there are: ").size());
    for (std::size_t at = 0; at < known.size();) {
      const std::size_t end = std::min(known.find(", ", at), known.size());
      CHECK_MESSAGE(keys.contains(known.substr(at, end - at)), known.substr(at, end - at));
      at = end + 2;
    }
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
