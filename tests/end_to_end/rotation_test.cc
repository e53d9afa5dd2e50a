// A fleet key is rotated under 1,000 simulated hosts and real agents, by the steps of
// tools/GUIDE.md. In their order nobody is ever silent; where the old key is dropped first, it is
// told who is left and what mends it, and a window after the key was put back all is well.

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "schema/answers/census_json.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "tests/harness/asking.h"
#include "tests/harness/files.h"
#include "tests/harness/reloading.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSimulated = 1'000;
constexpr std::uint32_t kAgents = 3;
constexpr std::uint32_t kHosts = kSimulated + kAgents;
/// Thirty intervals of 200 ms and a half: a machine that is busy with other things silences nobody.
constexpr auto kWindow = 6'100ms;

class Stand {
 public:
  Stand() {
    run({"keygen", "-o", file("one.key")});
    run({"keygen", "--rotate", file("one.key"), "-o", file("two.key")});
    write_content(folder_ / "agents.txt", "agent-1\nagent-2\nagent-3\n");
    enroll("one.key");
    write_keys({"one.key"});
    collector_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        kFlatlineCollector, "--config", file("collector.toml"), "--data", file("data"), "--listen",
        "127.0.0.1:0", "--api", "127.0.0.1:0", "--capacity", "1024", "--tick", "200ms", "--window",
        "1s", "--min-interval", "200ms", "--stale-after", "30"});
    const std::string ready = collector_->read_line().value_or("");
    REQUIRE_MESSAGE(ready.starts_with("ready udp="), collector_->err());
    const std::size_t split = ready.find(" api=");
    udp_ = ready.substr(10, split - 10);
    api_ = "http://" + ready.substr(split + 5);
    sim_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        kFlatlineSim, "--collector", udp_, "--fleet-key", file("one.key"), "--fleet-key",
        file("two.key"), "--hosts", std::to_string(kSimulated), "--interval", "200ms", "--rotate",
        "50%"});
    for (std::uint32_t i = 1; i <= kAgents; ++i) start_agent(i);
  }

  /// Runs `flatline` to its end, and returns what it printed.
  static std::string run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kFlatline);
    const Finished finished = run_to_end(arguments);
    REQUIRE_MESSAGE(finished.exit_code == 0, finished.err);
    return finished.out;
  }
  [[nodiscard]] std::string ask(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), kUnhurried.begin(), kUnhurried.end());
    arguments.insert(arguments.begin(), {"--api", api_});
    return run(std::move(arguments));
  }
  [[nodiscard]] SummaryAnswer status() const {
    return summary_from_json(ask({"status", "-o", "json"})).value();
  }
  [[nodiscard]] KeysAnswer keys() const {
    return keys_from_json(ask({"keys", "-o", "json"})).value();
  }

  /// Asks again and again until `reached` holds for the answer.
  template <typename Ask, typename Reached>
  static auto await(Ask ask, Reached reached) {
    for (const auto deadline = std::chrono::steady_clock::now() + kPatience;;) {
      auto answer = ask();
      if (reached(answer)) return answer;
      require_before(deadline);
    }
  }
  SummaryAnswer await_silent(std::uint32_t silent) const {
    return await([&] { return status(); },
                 [&](const SummaryAnswer& now) {
                   return now.silent == silent && now.healthy == kHosts - silent;
                 });
  }
  /// Waits until what comes next begins with these words.
  void await_advice(const std::string& words) const {
    CAPTURE(words);
    await([&] { return keys(); },
          [&](const KeysAnswer& now) { return now.advice.starts_with(words); });
  }

  /// Makes these keys live.
  void reload_with(const std::vector<std::string>& keys, const std::string& says) {
    write_keys(keys);
    check_said(reload_collector(*collector_), says);
  }
  /// Waits until the collector says this.
  void hear(const std::string& says) const { collector_->hear({says}); }
  void rotate_half(const std::string& says) const {
    sim_->send_signal(SIGHUP);
    const auto line = sim_->read_line();
    CHECK(line == says);
  }
  void enroll(const char* key) const {
    run({"enroll", "--names", file("agents.txt"), "--into", file("credentials"), "--replace",
         "--fleet-key", file(key)});
  }
  void reload_agent(std::size_t number, const std::string& says) {
    check_said(test::reload_agent(*agents_[number - 1]), says);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] const std::string& api() const { return api_; }
  /// The simulated fleet's lines before its first rotation.
  void pass_over_beginning() const {
    REQUIRE(sim_->read_line().has_value());
    REQUIRE(sim_->read_line().has_value());
  }

 private:
  void write_keys(const std::vector<std::string>& keys) const {
    std::string list;
    for (const std::string& key : keys)
      list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", key);
    write_content(folder_ / "collector.toml", fmt::format("fleet_keys = [{}]\n", list));
  }
  static void check_said(const std::string& said, const std::string& words) {
    CHECK_MESSAGE(said.find(words) != std::string::npos, said);
  }
  void start_agent(std::uint32_t number) {
    const std::string name = fmt::format("agent-{}", number);
    write_content(folder_ / (name + ".toml"),
                  fmt::format("credential = \"credentials/{0}.credential\"\nstate = \"{0}.state\"\n"
                              "collectors = [\"{1}\"]\ninterval = \"200ms\"\n",
                              name, udp_));
    agents_.push_back(std::make_unique<ChildProcess>(
        std::vector<std::string>{FLATLINE_AGENT, "--config", file(name + ".toml")}));
  }

  TemporaryFolder folder_;
  std::string udp_;
  std::string api_;
  std::unique_ptr<ChildProcess> collector_;
  std::unique_ptr<ChildProcess> sim_;
  std::vector<std::unique_ptr<ChildProcess>> agents_;
};

/// Writes down every view, so that one in which somebody was silent is seen.
class Watch {
 public:
  explicit Watch(const std::string& api)
      : process_({kFlatline, "--api", api, "--timeout", "50s", "watch", "--every", "100ms"}) {}
  /// Reads on until `duration` has passed, and so many views were seen in all.
  void pass(std::chrono::milliseconds duration, std::size_t views) {
    const auto enough = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < enough || lines_.size() < views) {
      const auto line = process_.read_line();
      REQUIRE(line.has_value());
      lines_.push_back(*line);
    }
  }
  /// Ends, and returns all lines that it ever printed.
  const std::vector<std::string>& end() {
    process_.send_signal(SIGTERM);
    while (const auto line = process_.read_line()) lines_.push_back(*line);
    return lines_;
  }

 private:
  ChildProcess process_;
  std::vector<std::string> lines_;
};

}  // namespace

TEST_CASE(
    "a key that is dropped too early is told with who is left, and mended by putting it back") {
  Stand stand;
  stand.await_silent(0);
  stand.reload_with({"two.key"}, "the live fleet keys are 2");
  stand.hear(fmt::format("{} hosts spoke last with a key that was dropped", kHosts));
  stand.await_silent(kHosts);
  const SummaryAnswer told =
      Stand::await([&] { return stand.status(); },
                   [](const SummaryAnswer& now) { return now.notices.size() == kNotices; });
  for (const NoticeAnswer& notice : told.notices) {
    CHECK(notice.outcome == "unknown_key");
    CHECK(notice.detail.starts_with("datagrams that name it come under key 1, which is not live"));
  }
  const auto host = host_from_json(stand.ask({"show", told.notices.front().host, "-o", "json"}));
  REQUIRE(host.has_value());
  CHECK(host->row.state == "silent");
  CHECK(host->reason.find("put key 1 back into fleet_keys and reload") != std::string::npos);
  // Keys are counted every ten seconds, perhaps when only some had fallen silent.
  const KeysAnswer keys =
      Stand::await([&] { return stand.keys(); },
                   [](const KeysAnswer& now) {
                     return now.keys.at(0).refused > kNotices && now.keys.at(0).silent == kHosts;
                   });
  CHECK(keys.keys.at(0).state == "dropped");
  CHECK(keys.advice.find("are silent and named by datagrams under key 1") != std::string::npos);

  stand.reload_with({"one.key", "two.key"}, "the live fleet keys are 1 and 2");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(stand.await_silent(0).notices.empty());
  CHECK(std::chrono::steady_clock::now() - begin < kWindow + 25s);  // An interval and a tick.
}

TEST_CASE("a key is rotated in three steps, and nobody is silent at any tick") {
  Stand stand;
  stand.pass_over_beginning();
  stand.await_silent(0);
  Watch watch(stand.api());
  stand.reload_with({"one.key", "two.key"}, "the live fleet keys are 1 and 2");

  stand.await_advice(fmt::format("{} hosts still speak with key 1", kHosts));
  stand.rotate_half("rotated hosts=500 key=2");
  stand.await_advice("503 hosts still speak with key 1");
  CHECK(stand.ask({"ls", "key=2", "-o", "names"}) == "sim-[00001-00500]\n");
  stand.rotate_half("rotated hosts=1000 key=2");
  // One credential was not written whole; its agent goes on.
  stand.enroll("two.key");
  const std::string credential = stand.file("credentials/agent-2.credential");
  const std::string whole = content_of(credential);
  write_content(credential, whole.substr(0, whole.size() / 2));
  stand.reload_agent(1, "reloaded: 0 checks, 1 collectors, key 2, generation 0");
  stand.reload_agent(2, "not reloaded, the old configuration stays");
  stand.reload_agent(3, "reloaded: 0 checks, 1 collectors, key 2, generation 0");
  stand.await_advice("1 host still speaks with key 1");
  CHECK(stand.ask({"keys"}).find("\nkey 1, speaking (1): agent-2\n") != std::string::npos);
  CHECK(stand.ask({"ls", "key=1", "-o", "names"}) == "agent-2\n");
  write_content(credential, whole);
  stand.reload_agent(2, "reloaded: 0 checks");
  stand.await_advice(fmt::format("all {} hosts speak with key 2: drop key 1", kHosts));

  stand.reload_with({"two.key"}, "the live fleet keys are 2");
  stand.await_advice("one key is live, and nobody uses another");
  watch.pass(kWindow + 500ms, 20);
  const SummaryAnswer after = stand.status();
  CHECK(after.healthy == kHosts);
  for (const CountAnswer& outcome : after.datagrams.outcomes) {
    if (outcome.name != "accepted") CHECK_MESSAGE(outcome.count == 0, outcome.name);
  }
  for (const std::string& line : watch.end()) {
    CHECK_MESSAGE(
        line.find(fmt::format(" healthy={} failing=0 silent=0 ", kHosts)) != std::string::npos,
        line);
  }
}
