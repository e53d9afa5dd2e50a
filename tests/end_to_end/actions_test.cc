// Operators' actions by the real command line, on a running fleet: what they change and what not,
// that each is done once for its key, and that they survive a kill.

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/asking.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr std::uint32_t kHosts = 20;

/// A collector, a simulated fleet that sends to it, and an operator who has its token.
class Operated {
 public:
  explicit Operated(const std::vector<std::string>& more = {}) : collector(flags_and(more)) {
    await_healthy(kHosts);
  }

  [[nodiscard]] Finished operate(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--admin-token", token_file().string()});
    Finished finished = collector.ask(arguments);
    leave_slow_disk_out(finished.out);
    return finished;
  }
  /// Does the same, fails the test unless it was done, and returns what it printed.
  std::string done(std::vector<std::string> arguments) const {
    const Finished finished = operate(std::move(arguments));
    REQUIRE_MESSAGE(finished.exit_code == 0, finished.err);
    return finished.out;
  }
  [[nodiscard]] Names drained() const {
    const Finished names = collector.ask({"bitmap", "--plane", "drained", "-o", "names"});
    REQUIRE_MESSAGE(names.exit_code == 0, names.err);
    const auto lines = split_lines(names.out);
    return {lines.begin(), lines.end()};
  }
  [[nodiscard]] ActionPageAnswer actions() const {
    const auto page = action_page_from_json(done({"actions", "-o", "json"}));
    REQUIRE(page);
    return *page;
  }
  /// Waits until the newest action's state is this.
  void await_last_action(const std::string& state) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (actions().actions.front().state != state) require_before(deadline);
  }
  SummaryAnswer await_healthy(std::uint32_t hosts) const {
    return await_status(collector, [&](const SummaryAnswer& now) { return now.healthy == hosts; });
  }
  SummaryAnswer await_drained(std::uint32_t hosts) const {
    return await_status(collector, [&](const SummaryAnswer& now) { return now.drained == hosts; });
  }
  void kill_and_start() {
    collector.process().send_signal(SIGKILL);
    REQUIRE(collector.process().wait() == 128 + SIGKILL);
    collector.start();
  }
  [[nodiscard]] std::filesystem::path token_file() const {
    return collector.folder() / "data" / "admin.token";
  }

  RunningCollector collector;

 private:
  /// What a line ends with where the disk let the collector wait.
  static void leave_slow_disk_out(std::string& text) {
    const std::string begin = "; in force, but in memory only: ";
    const std::string end = "; it is stored as soon as the disk takes it";
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin)) {
      const std::size_t last = text.find(end, at);
      REQUIRE(last != std::string::npos);
      text.erase(at, last + end.size() - at);
    }
  }
  /// A host's window is 12 s: no pause of a busy machine makes one silent.
  static std::vector<std::string> flags_and(std::vector<std::string> flags) {
    const std::vector<std::string> given = flags;
    for (const auto& [flag, value] : {std::pair{"--tick", "50ms"},
                                      {"--min-interval", "100ms"},
                                      {"--window", "500ms"},
                                      {"--stale-after", "60"},
                                      {"--capacity", "64"}}) {
      if (std::ranges::count(given, flag) == 0) flags.insert(flags.end(), {flag, value});
    }
    return flags;
  }
  ChildProcess sim_{{kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                     collector.fleet_key(), "--hosts", std::to_string(kHosts), "--interval",
                     "200ms", "--for", "10m"}};
};

bool says(const Finished& finished, const std::string& words) {
  return finished.err.find(words) != std::string::npos;
}

bool is_frozen(const SummaryAnswer& summary) {
  return std::ranges::count(summary.flags, std::string("frozen")) == 1;
}

}  // namespace

TEST_CASE("a drain is a bit beside the verdict, once for each key, and outlives a kill") {
  Operated fleet;
  const std::vector<std::string> drain = {"drain", "sim-0000[1-3]", "--for", "1h",    "--why",
                                          "move",  "--by",          "ada",   "--key", "k1"};
  const Finished unasked = fleet.operate(drain);
  CHECK(unasked.exit_code == 2);
  CHECK_MESSAGE(says(unasked, "drain 3 hosts: sim-[00001-00003]"), unasked.err);
  CHECK(fleet.actions().total == 0);

  std::vector<std::string> meant = drain;
  meant.emplace_back("--yes");
  CHECK(fleet.done(meant).starts_with("drained sim-[00001-00003] until "));
  const SummaryAnswer summary = fleet.await_drained(3);
  CHECK(summary.healthy == kHosts);
  const Names three = {"sim-00001", "sim-00002", "sim-00003"};
  CHECK(fleet.drained() == three);
  CHECK(fleet.done(meant).find("nothing was done twice") != std::string::npos);
  CHECK(fleet.actions().total == 1);
  CHECK(fleet.actions().actions.front().by == "ada");
  CHECK(fleet.actions().actions.front().hosts == 3);

  fleet.kill_and_start();
  fleet.await_healthy(kHosts);
  CHECK(fleet.drained() == three);
  CHECK(fleet.actions().total == 1);
  CHECK(fleet.done(meant).find("nothing was done twice") != std::string::npos);

  // A drain that has ended leaves nothing behind. That it was there is in the record, however late
  // somebody comes to look.
  CHECK(fleet.done({"drain", "sim-00004", "--for", "1s", "--why", "a moment"})
            .starts_with("drained sim-00004 until "));
  fleet.await_last_action("expired");
  CHECK(fleet.await_drained(3).healthy == kHosts);
  CHECK(fleet.drained() == three);
  fleet.done({"undrain", "sim-*", "--yes"});
  CHECK(fleet.await_drained(0).healthy == kHosts);
}

TEST_CASE("who has not the token changes nothing, and is counted") {
  Operated fleet;
  using std::filesystem::perms;
  CHECK((std::filesystem::status(fleet.token_file()).permissions() & perms::mask) ==
        (perms::owner_read | perms::owner_write));
  const Finished without =
      fleet.collector.ask({"drain", "sim-00001", "--for", "1h", "--why", "mischief"});
  CHECK(without.exit_code == 2);
  CHECK_MESSAGE(says(without, "--admin-token"), without.err);
  const auto guessed = fleet.collector.folder() / "guessed.token";
  std::ofstream(guessed) << std::string(64, 'a') << '\n';
  std::filesystem::permissions(guessed, perms::owner_read | perms::owner_write);
  const Finished wrong = fleet.collector.ask({"drain", "sim-00001", "--for", "1h", "--why",
                                              "mischief", "--admin-token", guessed.string()});
  CHECK(wrong.exit_code == 1);
  CHECK_MESSAGE(says(wrong, "the admin token is needed"), wrong.err);
  await_status(fleet.collector,
               [](const SummaryAnswer& now) { return now.operators.refused_attempts == 1; });
  const Finished loose = [&] {
    std::filesystem::permissions(fleet.token_file(), perms::others_read,
                                 std::filesystem::perm_options::add);
    return fleet.operate({"drain", "sim-00001", "--for", "1h", "--why", "mischief"});
  }();
  CHECK(loose.exit_code == 1);
  CHECK_MESSAGE(says(loose, "chmod"), loose.err);
  std::filesystem::permissions(fleet.token_file(), perms::others_read,
                               std::filesystem::perm_options::remove);
  CHECK(fleet.actions().total == 0);
  CHECK(fleet.drained().empty());
}

TEST_CASE(
    "forget keeps a host out through a kill until it is admitted; revoke until it is lifted") {
  Operated fleet({"--stale-after", "5"});  // Who is revoked falls silent soon.
  fleet.done({"forget", "sim-00020", "--why", "sold"});
  fleet.await_healthy(kHosts - 1);
  fleet.kill_and_start();
  const SummaryAnswer out = await_status(fleet.collector, [](const SummaryAnswer& now) {
    return now.healthy == kHosts - 1 &&
           std::ranges::any_of(now.datagrams.outcomes, [](const CountAnswer& count) {
             return count.name == "tombstoned" && count.count > 0;
           });
  });
  CHECK(out.hosts == kHosts - 1);
  const Finished unknown = fleet.operate({"drain", "sim-00020", "--for", "1h", "--why", "gone"});
  CHECK(unknown.exit_code == 1);
  CHECK_MESSAGE(says(unknown, "no host is registered as sim-00020"), unknown.err);
  fleet.done({"admit", "sim-00020"});
  fleet.await_healthy(kHosts);

  fleet.done({"revoke", "sim-00019", "--below", "1"});
  await_status(fleet.collector, [](const SummaryAnswer& now) { return now.silent == 1; });
  fleet.done({"revoke", "sim-00019", "--below", "0"});
  fleet.await_healthy(kHosts);
}

TEST_CASE("hosts are expected before they are heard, through a kill, and healthy when they speak") {
  Operated fleet;
  const auto file = fleet.collector.folder() / "rack-7.txt";
  std::ofstream(file) << "# rack 7\ndb-00001\ndb-00002\n\ndb-00003   # standby\n";
  const Finished unasked = fleet.operate({"expect", "web-[01-20]"});
  CHECK(unasked.exit_code == 2);
  CHECK_MESSAGE(says(unasked, "expect 20 hosts: web-[01-20]"), unasked.err);
  CHECK(fleet.operate({"expect"}).exit_code == 2);
  CHECK(fleet.operate({"expect", "web-*", "--yes"}).exit_code == 2);

  CHECK(fleet.done({"expect", "web-[01-20]", "--yes", "--file", file.string(), "--why",
                    "rack 7"}) == "expected db-[00001-00003]\nexpected web-[01-20]\n");
  const auto expects = [](std::uint32_t hosts) {
    return [hosts](const SummaryAnswer& now) { return now.expected == hosts; };
  };
  const SummaryAnswer expected = await_status(fleet.collector, expects(23));
  CHECK(expected.hosts == kHosts + 23);
  CHECK(expected.healthy == kHosts);
  CHECK(fleet.done({"ls", "expected", "-o", "names"}) == "db-[00001-00003]\nweb-[01-20]\n");
  CHECK(fleet.done({"map"}).find("e expected 23") != std::string::npos);
  CHECK(fleet.done({"show", "db-00001"}).find("never since it was expected") != std::string::npos);

  fleet.kill_and_start();
  await_status(fleet.collector, expects(23));
  ChildProcess late({kFlatlineSim, "--collector", fleet.collector.udp(), "--fleet-key",
                     fleet.collector.fleet_key(), "--hosts", "3", "--name-prefix", "db-",
                     "--interval", "200ms", "--for", "10m"});
  fleet.done({"forget", "web-[01-20]", "--yes"});
  await_status(fleet.collector, [](const SummaryAnswer& now) {
    return now.hosts == kHosts + 3 && now.healthy == kHosts + 3 && now.operators.tombstones == 0;
  });
}

TEST_CASE("a list becomes the inventory: who is only expected goes, and whoever was heard stays") {
  Operated fleet;
  const auto file = fleet.collector.folder() / "hosts.txt";
  const auto prune = [&](std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"expect", "--file", file.string(), "--prune"});
    return fleet.operate(more);
  };
  fleet.done({"expect", "db-[1-4]", "--yes"});
  fleet.done({"forget", "sim-00020"});
  std::ofstream(file) << "sim-[00001-00018]\ndb-[3-6]\nsim-00020\n";
  const Finished shown = prune();
  CHECK(shown.exit_code == 2);
  for (const char* words : {"not on the list, but stay: 1 host: sim-00019, for it was heard",
                            "expect 3 hosts: db-[5,6] sim-00020",
                            "of these let in again, since they are forgotten, 1 host: sim-00020",
                            "take back 2 hosts: db-[1,2]", "nobody can be asked here"}) {
    CHECK_MESSAGE(says(shown, words), shown.err);
  }
  CHECK(fleet.actions().total == 2);
  const Finished pruned = prune({"--yes", "--why", "rack 7"});
  CHECK_MESSAGE(pruned.exit_code == 0, pruned.err);
  CHECK(pruned.out == "took back db-[1,2]\nexpected db-[5,6]\nexpected sim-00020\n");
  CHECK(fleet.actions().total == 4);
  fleet.await_healthy(kHosts);  // sim-00020 has sent all the time.
  CHECK(fleet.done({"ls", "expected", "-o", "names"}) == "db-[3-6]\n");
  CHECK(prune().out.starts_with("nothing to do: all 23 of the list are registered"));
  CHECK(fleet.actions().total == 4);

  // By an empty list or one that is missing nobody goes, unless it is said to be meant.
  std::ofstream(file) << "# none\n";
  CHECK_MESSAGE(says(prune({"--yes"}), "holds no name; --allow-empty"), "");
  CHECK(fleet.operate({"expect", "--file", "/none", "--prune", "--yes"}).exit_code == 1);
  CHECK(fleet.operate({"expect", "--file", file.string(), "--allow-empty"}).exit_code == 2);
  CHECK(status(fleet.collector).expected == 4);
  CHECK(prune({"--yes", "--allow-empty"}).out == "took back db-[3-6]\n");
  CHECK(status(fleet.collector).hosts == kHosts);

  // Who is heard stays, whatever unexpect is told of it.
  fleet.done({"expect", "db-1", "db-2"});
  const Finished taken = fleet.operate({"unexpect", "db-1", "sim-00001", "db-9"});
  CHECK(taken.exit_code == 1);
  CHECK(taken.out ==
        "left sim-00001; it was heard, and stays until it is forgotten\ntook back db-1\n");
  CHECK_MESSAGE(says(taken, "no hosts are registered under these names"), taken.err);
  CHECK(fleet.done({"unexpect", "db-*", "--yes"}) == "took back db-2\n");
}

TEST_CASE("hosts are enrolled and expected by one command, which may be asked again") {
  Operated fleet;
  const auto folder = fleet.collector.folder() / "credentials";
  const auto file = fleet.collector.folder() / "hosts.txt";
  std::ofstream(file) << "db-[1-3]\n";
  std::vector<std::string> enroll = {
      "enroll",   "--names", file.string(), "--fleet-key", fleet.collector.fleet_key(),
      "--expect", "--why",   "rack 9",      "--into",      folder.string()};
  CHECK(fleet.done(enroll) ==
        "enrolled 3 (0 were already) in " + folder.string() + "\nexpected db-[1-3]\n");
  CHECK(fleet.actions().total == 1);
  CHECK(fleet.actions().actions.front().why == "rack 9");
  CHECK(status(fleet.collector).expected == 3);
  CHECK(fleet.done(enroll).find("expected db-[1-3] (it was so already)\n") != std::string::npos);
  CHECK(fleet.actions().total == 1);
  // Where stdout has secrets, nothing else is there.
  enroll.resize(enroll.size() - 2);
  enroll.emplace_back("--tar");
  const Finished archive = fleet.operate(enroll);
  CHECK(archive.exit_code == 0);
  CHECK(archive.out.size() == 3 * 1024 + 1024);
  CHECK_MESSAGE(says(archive, "expected db-[1-3] (it was so already)"), archive.err);
}

TEST_CASE("a freeze is a flag until its end, and changes no bit") {
  Operated fleet;
  fleet.done({"freeze", "--for", "1h", "--why", "switch replaced"});
  const SummaryAnswer frozen = await_status(fleet.collector, is_frozen);
  CHECK(frozen.healthy == kHosts);
  CHECK(frozen.operators.frozen_why == "switch replaced");
  fleet.kill_and_start();
  await_status(fleet.collector, is_frozen);
  fleet.done({"unfreeze"});
  await_status(fleet.collector, [](const SummaryAnswer& now) { return !is_frozen(now); });
  CHECK(fleet.actions().actions.back().state == "ended");
}

TEST_CASE("what was done shows to whoever asks next, with its end and its reason") {
  Operated fleet;
  fleet.done({"drain", "sim-00003", "--for", "2h", "--why", "new kernel", "--by", "ada"});
  CHECK(fleet.drained() == Names{"sim-00003"});
  for (const char* verb : {"ls", "show"}) {
    const std::string shown =
        fleet.done({verb, std::string(verb) == "ls" ? "drained" : "sim-00003"});
    CHECK_MESSAGE(shown.find(" by ada: new kernel") != std::string::npos, shown);
  }
  // Where a busy machine lets the view grow old, the plugin says that instead.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  Finished judged = fleet.operate({"check", "-H", "sim-00003"});
  for (; judged.exit_code == 3; judged = fleet.operate({"check", "-H", "sim-00003"})) {
    require_before(deadline);
  }
  CHECK(judged.exit_code == 0);
  CHECK_MESSAGE(judged.out.find("drained until ") != std::string::npos, judged.out);
  // Of all, the one that is drained, and the one that will be.
  fleet.done({"drain", "sim-00004", "--at", "+1h", "--for", "2h", "--why", "later"});
  CHECK(fleet.done({"undrain", "sim-*", "--yes"}) == "undrained sim-[00003,00004]\n");
  CHECK(fleet.drained().empty());
  // So does a filter.
  fleet.done({"drain", "sim-00005", "--at", "+1h", "--for", "2h", "--why", "later"});
  CHECK(fleet.done({"undrain", "healthy & name=sim-*", "--yes"}) == "undrained sim-00005\n");
  CHECK(fleet.operate({"undrain", "sim-*", "--yes"}).exit_code == 2);
}

TEST_CASE("whoever is refused is told of until that is mended, and admitted by a pattern") {
  Operated fleet;
  fleet.done({"forget", "sim-00005", "sim-00006"});
  await_status(fleet.collector, [](const SummaryAnswer& now) { return now.notices.size() == 2; });
  CHECK(fleet.operate({"admit", "db-*", "--yes"}).exit_code == 2);
  CHECK(fleet.done({"admit", "sim-*", "--yes"}) == "admitted sim-[00005,00006]\n");
  await_status(fleet.collector, [](const SummaryAnswer& now) { return now.notices.empty(); });
  fleet.await_healthy(kHosts);
}

TEST_CASE("a name that is not registered is told with the one that was meant") {
  Operated fleet;
  for (const std::vector<std::string>& asked : {std::vector<std::string>{"show", "SIM-00004"},
                                                {"show", "sim00004"},
                                                {"undrain", "sin-00004"}}) {
    const Finished finished = fleet.operate(asked);
    CHECK(finished.exit_code == 1);
    CHECK_MESSAGE(says(finished, "did you mean sim-00004?"), finished.err);
  }
  CHECK_FALSE(says(fleet.operate({"show", "sim-00099"}), "did you mean"));
  const Finished filter = fleet.operate({"ls", "failng"});
  CHECK(filter.exit_code == 2);
  CHECK_MESSAGE(says(filter, "did you mean failing?"), filter.err);
  CHECK_MESSAGE(says(fleet.operate({"expect", "Sim-00004"}), "sim-00004 is registered"), "");
}

TEST_CASE(
    "a command for more hosts than a request takes is one record, and says what came of each") {
  Operated fleet({"--capacity", "2048"});
  const std::vector<std::string> expect = {"expect", "x-[1-1500]", "--yes", "--key",
                                           "rack-9", "--why",      "rack 9"};
  CHECK(fleet.done(expect) == "expected x-[1-1500]\n");
  CHECK(fleet.actions().total == 1);
  CHECK(fleet.actions().actions.front().hosts == 1500);
  CHECK(fleet.done({"actions"}).find("x-1 and 1499 more") != std::string::npos);
  CHECK(fleet.done(expect).find("nothing was done twice") != std::string::npos);
  CHECK(fleet.actions().total == 1);
  CHECK(status(fleet.collector).expected == 1500);

  const Finished some =
      fleet.operate({"drain", "x-[1-3]", "no-[1-2]", "--yes", "--for", "1h", "--why", "move"});
  CHECK(some.exit_code == 1);
  CHECK_MESSAGE(some.out.starts_with("drained x-[1-3] until "), some.out);
  CHECK_MESSAGE(says(some, "no-[1,2]: no hosts are registered under these names"), some.err);
  CHECK(fleet.done({"show", "x-2"}).find(": move\n") != std::string::npos);
}
