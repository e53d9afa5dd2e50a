// Wrong configurations, and what the programs say of each: tests/golden/wrong_configurations.txt is
// the table, which FLATLINE_REGENERATE=1 writes anew. In it stands what a file holds, and behind
// `->` what --check-config says, which names file, line, key, what was found and what is allowed.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/harness/bytes_as_text.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/programs.h"

namespace flatline::test {
namespace {

/// What stands behind the one line that each configuration must have.
const std::vector<std::string> kAgents = {
    "collectors = 4170",
    "interval = \"50ms\"",
    "interval = \"6m\"",
    "interval = 1",
    "interval = \"1\"",
    "interval = \"fast\"",
    "labels = \"role\"",
    "labels = \"role=web zone=a\"",
    "labels = 5",
    "labels = \"zone=${FLATLINE_NO_SUCH_ZONE}\"",
    "log_level = \"loud\"",
    "log_level = 3",
    "log_format = \"xml\"",
    "state = [\"a\"]",
    "credential = true",
    "intervall = \"1s\"",
    "[checks]\nkind = \"load\"",
    "check = \"load\"",
    "[check]\nkind = \"load\"",
    "[[check]]",
    "[[check]]\nkind = \"cpu\"",
    "[[check]]\nkind = 1",
    "[[check]]\nkind = \"load\"\nname = \"\"",
    "[[check]]\nkind = \"load\"\nname = \"a name that is longer than the page has room for it\"",
    "[[check]]\nkind = \"load\"\n[[check]]\nkind = \"load\"",
    "[[check]]\nkind = \"load\"\nperiod = \"99ms\"",
    "[[check]]\nkind = \"load\"\nperiod = \"25h\"",
    "[[check]]\nkind = \"load\"\nperiod = 10",
    "[[check]]\nkind = \"load\"\ntimeout = \"10s\"",
    "[[check]]\nkind = \"load\"\nperiod = \"2s\"\ntimeout = \"2s\"",
    "[[check]]\nkind = \"load\"\ntimeout = \"0s\"",
    "[[check]]\nkind = \"load\"\nfail_after = 0",
    "[[check]]\nkind = \"load\"\nfail_after = \"3\"",
    "[[check]]\nkind = \"load\"\nrecover_after = 101",
    "[[check]]\nkind = \"load\"\nwarning = \"high\"",
    "[[check]]\nkind = \"load\"\nwarning = 2",
    "[[check]]\nkind = \"load\"\ncritical = \"20:10\"",
    "[[check]]\nkind = \"load\"\nfive_warning = \"-\"",
    "[[check]]\nkind = \"load\"\npath = \"/\"",
    "[[check]]\nkind = \"memory\"\ncritical = \"\"",
    "[[check]]\nkind = \"disk\"\npath = 1",
    "[[check]]\nkind = \"disk\"\nmount = \"yes\"",
    "[[check]]\nkind = \"disk\"\nread_only = \"bad\"",
    "[[check]]\nkind = \"disk\"\ninodes_critical = \"@\"",
    "[[check]]\nkind = \"process\"",
    "[[check]]\nkind = \"process\"\nprocess = \"\"",
    "[[check]]\nkind = \"process\"\nprocess = \"a-name-of-sixteen\"",
    "[[check]]\nkind = \"tcp\"",
    "[[check]]\nkind = \"tcp\"\naddress = \"localhost\"",
    "[[check]]\nkind = \"tcp\"\naddress = \"localhost:0\"",
    "[[check]]\nkind = \"tcp\"\naddress = \"localhost:65536\"",
    "[[check]]\nkind = \"exec\"",
    "[[check]]\nkind = \"exec\"\ncommand = []",
    "[[check]]\nkind = \"exec\"\ncommand = [1]",
    "[[check]]\nkind = \"exec\"\ncommand = \"true\"\nenvironment = [\"LANG\"]",
    "interval = \"1s\"\ninterval = \"2s\"",
    "interval = ",
    "[",
    "interval = \"50ms\"\nlog_level = \"loud\"\n[[check]]\nkind = \"cpu\"\n[[check]]\nkind = "
    "\"tcp\"",
};

const std::vector<std::string> kCollectors = {
    "listen = \"4170\"",
    "listen = 4170",
    "api = \"localhost\"",
    "data = 1",
    "read_token = 1",
    "api_names = [\"fleet.example.net:4171\"]",
    "api_names = 1",
    "insecure_reads = \"no\"",
    "capacity = 63",
    "capacity = 1048577",
    "capacity = 100",
    "capacity = \"16384\"",
    "tick = \"49ms\"",
    "tick = \"2m\"",
    "stale_after = 0",
    "stale_after = 61",
    "window = \"1\"",
    "window = \"11m\"",
    "min_interval = \"10ms\"",
    "panic_below = 91",
    "messages_per_host = 33",
    "messages_per_host = 1.5",
    "history_step = \"99ms\"",
    "history_keep = \"never\"",
    "history_causes = 1",
    "checkpoint = \"2m\"",
    "forget_after = \"never\"",
    "forget_after = \"81d\"",
    "forget_after = 7",
    "group_by = [\"a\", \"b\", \"c\", \"d\", \"e\"]",
    "group_by = [\"role=web\"]",
    "group_by = [\"role\", \"role\"]",
    "log_level = \"verbose\"",
    "log_format = \"journal\"",
    "[[quorum]]\ngroup = \"role=web\"\nat_least = 1\nmost = 3",
    "[[quorum]]\nhealthy = \"80%\"",
    "[[quorum]]\ngroup = \"web\"\nat_least = 1",
    "[[quorum]]\ngroup = \"rack=r7\"\nat_least = 1",
    "[[quorum]]\ngroup = \"role=web\"",
    "[[quorum]]\ngroup = \"role=web\"\nhealthy = \"80\"",
    "[[quorum]]\ngroup = \"role=web\"\nat_least = 0",
    "[[quorum]]\ngroup = \"role=web\"\nat_least = 1\n[[quorum]]\ngroup = \"role=web\"\nat_least = "
    "2",
    "quorum = 1",
    "tick = \"49ms\"\ncapacity = 100\n[[quorum]]\ngroup = \"role=web\"\nhealthy = 1",
};

/// What a program says of a configuration, with the file's name alone; each line with an arrow.
std::string said_of(const std::string& program, const std::string& file,
                    const std::string& content) {
  const TemporaryFolder folder;
  const auto path = folder / file;
  write_content(path, content);
  const Finished checked = run_to_end({program, "--config", path.string(), "--check-config"});
  CAPTURE(content);
  CAPTURE(checked.err);
  CHECK(checked.exit_code == 2);
  CHECK(checked.out.empty());
  std::string text = checked.err;
  const std::string beginning = program.substr(program.rfind('/') + 1) + ": ";
  CHECK(text.starts_with(beginning));
  text.erase(0, beginning.size());
  std::string said;
  for (const std::string& line : split_lines(text)) {
    const std::string place = folder.path().string() + "/" + file + ":";
    CHECK(line.starts_with(place));
    said += "  -> " + line.substr(folder.path().string().size() + 1) + "\n";
  }
  return said;
}

std::string table_of(const std::string& program, const std::string& file, const std::string& must,
                     const std::vector<std::string>& contents) {
  std::string table;
  for (const std::string& content : contents) {
    const bool replaces = content.starts_with(must.substr(0, must.find(' ')) + " =");
    const std::string whole = (replaces ? "" : must + "\n") + content + "\n";
    table += "\n" + whole + said_of(program, file, whole);
  }
  return table;
}

TEST_CASE("each of more than 80 wrong configurations is told with its line, and ends with 2") {
  CHECK(kAgents.size() + kCollectors.size() >= 80);
  const std::string table =
      "Wrong configurations, and what --check-config says of them; the exit code is 2.\n" +
      table_of(FLATLINE_AGENT, "agent.toml", "collectors = [\"mon.example:4170\"]", kAgents) +
      table_of(kFlatlineCollector, "collector.toml", "fleet_keys = [\"fleet.key\"]", kCollectors);
  const auto path = source_file("tests/golden") / "wrong_configurations.txt";
  if (regenerating()) write_content(path, table);
  CHECK(content_of(path) == table);
}

}  // namespace
}  // namespace flatline::test
