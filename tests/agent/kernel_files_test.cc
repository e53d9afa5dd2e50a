// Tests what checks read of /proc and /sys, by files that tests write in their place.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "agent/checks/control_group.h"
#include "agent/checks/mounts.h"
#include "agent/checks/process_table.h"
#include "agent/rights.h"
#include "tests/harness/files.h"

namespace flatline {
namespace {

constexpr double kMachine = 1e9;

void write(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

TEST_CASE("the smallest limit of the group and of those above it counts") {
  const TemporaryFolder root;
  const auto group = [&](const std::string& name, const std::string& limit,
                         const std::string& used) {
    write(root.path() / name / "memory.max", limit + "\n");
    write(root.path() / name / "memory.current", used + "\n");
  };
  const auto limit = [&](std::string_view memberships) {
    const auto found = group_memory(root.path(), memberships, kMachine);
    return found ? found->limit_bytes : 0;
  };
  CHECK(limit("0::/\n") == 0);
  group("a", "64000000", "60000000");
  group("a/b", "max", "5");
  group("a/b/c.service", "1000000", "10");
  group("huge", "2000000000", "5");
  CHECK(limit("0::/a\n") == 64e6);
  CHECK(limit("0::/a/b\n") == 64e6);
  // What the agent's own service may use is not the machine's.
  CHECK(limit("0::/a/b/c.service\n") == 64e6);
  CHECK(limit("0::/c.service\n") == 0);
  CHECK(limit("0::/huge\n") == 0);
  CHECK(limit("0::/gone/deep\n") == 0);
  CHECK(limit("garbage") == 0);
  CHECK(limit("") == 0);
  // In a container its own group is the root.
  group("", "32000000", "31000000");
  CHECK(limit("0::/\n") == 32e6);
}

TEST_CASE("files that are not in use are not counted, in either version of control groups") {
  const TemporaryFolder root;
  write(root / "memory.max", "1000\n");
  write(root / "memory.current", "900\n");
  write(root / "memory.stat", "anon 10\nfile 700\ninactive_anon 5\ninactive_file 600\n");
  const auto second = group_memory(root.path(), "0::/\n", kMachine);
  REQUIRE(second);
  CHECK(second->used_bytes == 300);

  const TemporaryFolder old;
  const auto folder = old.path() / "memory" / "box";
  write(folder / "memory.limit_in_bytes", "2000\n");
  write(folder / "memory.usage_in_bytes", "1500\n");
  write(folder / "memory.stat", "inactive_file 1\ntotal_inactive_file 400\n");
  write(old.path() / "memory" / "memory.limit_in_bytes", "9223372036854771712\n");
  write(old.path() / "memory" / "memory.usage_in_bytes", "77\n");
  const auto first = group_memory(old.path(), "5:cpu:/box\n4:memory:/box\n0::/\n", kMachine);
  REQUIRE(first);
  CHECK(first->limit_bytes == 2000);
  CHECK(first->used_bytes == 1100);
}

TEST_CASE("a file system is read-only by its own options, not by those of one mount of it") {
  const std::string mounts[] = {
      "21 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw\n",
      "30 1 8:1 / / ro,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n",
      "31 1 8:2 / /srv rw,relatime shared:2 master:9 - ext4 /dev/sda2 ro\n",
      "32 1 8:3 / /a\\040-\\040b rw - xfs /dev/sda3 ro,attr2\n",
      "33 1 8:4 / /odd rw\n",
      "34 1 8:4 / /odd rw - ext4\n",
      "35 1 8:4 / /odd rw - ext4 /dev/sda4 root",
  };
  const auto is_read_only = [&](std::uint64_t id) {
    std::optional<bool> told;
    for (const std::string& line : mounts) {
      if (const auto by_line = read_only_by(line, id)) told = by_line;
    }
    return told;
  };
  for (const std::uint64_t id : {21U, 30U, 33U, 34U, 35U}) CHECK(is_read_only(id) == false);
  for (const std::uint64_t id : {31U, 32U}) CHECK(is_read_only(id) == true);
  for (const std::uint64_t id : {3U, 1U, 211U}) CHECK_FALSE(is_read_only(id).has_value());
  CHECK_FALSE(read_only_by("", 0).has_value());
  CHECK_FALSE(read_only_by("x", 0).has_value());
}

TEST_CASE("processes are counted by name and arguments, and zombies are not") {
  const TemporaryFolder proc;
  const auto process = [&](const std::string& number, const std::string& stat,
                           std::string_view words) {
    write(proc.path() / number / "stat", number + " " + stat);
    write(proc.path() / number / "cmdline", words);
  };
  using namespace std::string_view_literals;
  process("1", "(init) S 0", "/sbin/init\0"sv);
  process("10", "(java) S 1", "java\0-jar\0kafka.jar\0"sv);
  process("11", "(java) R 1", "java\0-jar\0other.jar\0"sv);
  process("12", "(java) Z 1", "");
  process("13", "(a (b) c) S 1", "x");
  write(proc / "self" / "stat", "11 (java) R 1");
  const auto running = [&](const std::string& name, const std::string& arguments = "") {
    const ProcessCount count = count_processes(proc.path(), {name, arguments});
    CHECK(count.error.empty());
    return count.running;
  };
  CHECK(running("java") == 2);
  CHECK(running("java", "-jar kafka") == 1);
  CHECK(running("java", "zoo") == 0);
  CHECK(running("a (b) c") == 1);
  CHECK(running("jav") == 0);

  // Under hidepid an agent that is not root sees its own alone.
  std::filesystem::remove_all(proc / "1");
  CHECK(count_processes(proc.path(), {"java", ""}).error ==
        proc.path().string() + " hides other users' processes (hidepid)");
  CHECK(count_processes(proc / "none", {"java", ""}).error ==
        "No such file or directory: " + (proc / "none").string());
}

TEST_CASE("who may do more than the service is told what") {
  const auto status = [](const std::string& capabilities, const std::string& no_new,
                         const std::string& user = "1000") {
    return "Name:\tx\nUid:\t" + user + "\t1000\t0\t0\nCapInh:\t0000000000000001\nCapEff:\t" +
           capabilities + "\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t" + no_new + "\nSeccomp:\t2\n";
  };
  CHECK_FALSE(rights_beyond_service(status("0000000000000000", "1")));
  CHECK(rights_beyond_service(status("000001ffffffffff", "1")) ==
        "user 1000, capabilities 1ffffffffff");
  CHECK(rights_beyond_service(status("0000000000000000", "0")) ==
        "user 1000, no capabilities, setuid programs");
  // Root without a capability still owns root's files.
  CHECK(rights_beyond_service(status("0000000000000000", "1", "0")) == "user 0, no capabilities");
  CHECK_FALSE(rights_beyond_service(""));
}

}  // namespace
}  // namespace flatline
