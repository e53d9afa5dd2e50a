// Looks back with the real command line: at the fleet in each phase of a scenario, at what changed
// between two phases, and at one host's history. Where the collector was down there is a gap.

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <vector>

#include "schema/answers/event_json.h"
#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/program/clock.h"
#include "schema/program/wall_time.h"
#include "tests/harness/asking.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

/// A moment in a phase, and what every host was then.
struct Known {
  std::string time;
  std::map<std::string, std::string> truth;
};

std::string asked(const RunningCollector& collector, const std::vector<std::string>& question) {
  const Finished answer = collector.ask(question);
  REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
  return answer.out;
}

/// Checks that status, hosts and bitmap of that moment agree with what was true.
void agree(const RunningCollector& collector, const Known& known) {
  CAPTURE(known.time);
  const auto summary = summary_from_json(asked(collector, {"at", known.time, "-o", "json"}));
  REQUIRE(summary);
  CHECK(summary->hosts == known.truth.size());
  for (const auto& [state, count] :
       {std::pair{"healthy", summary->healthy}, std::pair{"failing", summary->failing},
        std::pair{"silent", summary->silent}}) {
    CAPTURE(state);
    CHECK(count == in_state(known.truth, state).size());
  }
  const auto lines = split_lines(asked(collector, {"at", known.time, "bitmap", "-o", "names"}));
  CHECK(Names(lines.begin(), lines.end()) == in_state(known.truth, "healthy"));
  const auto page = host_page_from_json(asked(collector, {"at", known.time, "ls", "-o", "json"}));
  REQUIRE(page);
  for (const HostRowAnswer& host : page->hosts) {
    CHECK(host.state == known.truth.at(host.name));
    if (host.state != "silent") CHECK(host.check.empty() == (host.state != "failing"));
  }
  const std::string name = page->hosts.front().name;
  const auto shown =
      host_then_from_json(asked(collector, {"at", known.time, "show", name, "-o", "json"}));
  REQUIRE(shown);
  CHECK(shown->state == known.truth.at(name));
}

/// The collector's work over the time from `from` on, in which it was killed and started anew: its
/// rates are those of the fleet, whatever that went through.
void hold_work(const RunningCollector& collector, const std::string& from) {
  const auto work = collector_history_from_json(
      asked(collector, {"history", "--collector", "--from", from, "-o", "json"}));
  REQUIRE(work);
  std::uint32_t starts = 0;
  double told_seconds = 0;
  double datagrams = 0;
  double processor_seconds = 0;
  for (const CollectorPointAnswer& point : work->points) {
    starts += point.starts;
    told_seconds += point.seconds;
    if (!point.datagrams_per_second) continue;
    datagrams += *point.datagrams_per_second * point.seconds;
    processor_seconds += *point.processor_share * point.seconds;
    CHECK(*point.worst_tick_seconds > 0);
  }
  CHECK(datagrams > 0);
  CHECK(processor_seconds > 0);
  CHECK(starts == 1);
  CHECK(told_seconds > 3);
}

// --- Events -------------------------------------------------------------------------------------

/// What befell each host, in order.
using States = std::map<std::string, std::vector<std::string>>;

/// By the simulated fleet's own account, which has a line for each change.
States true_states(const std::filesystem::path& path) {
  States states;
  for (const std::string& line : split_lines(content_of(path))) {
    const auto field = [&](const std::string& key) {
      const std::size_t start = line.find("\"" + key + "\":\"") + key.size() + 4;
      return line.substr(start, line.find('"', start) - start);
    };
    states[field("host")].push_back(field("state"));
  }
  return states;
}

struct Told {
  States states;
  std::map<std::string, int> kinds;  ///< How many events of each kind.
};

/// By events, each of which must begin where the one before of that host ended.
void take(const EventAnswer& event, Told& told) {
  ++told.kinds[event.kind];
  if (event.name.empty() || event.before == event.after) return;
  CAPTURE(event.name);
  CAPTURE(event.time);
  std::vector<std::string>& states = told.states[event.name];
  if (event.kind == "came") {
    CHECK(states.empty());
  } else {
    REQUIRE(!states.empty());
    CHECK(states.back() == event.before);
  }
  if (event.after == "failing") CHECK_FALSE(event.check_after.empty());
  if (event.after == "healthy") CHECK(event.check_after.empty());
  states.push_back(event.after);
}

EventAnswer read_event(const std::string& line) {
  const auto event = event_from_json(line);
  REQUIRE_MESSAGE(event, line);
  return *event;
}

/// A follower that was told to begin in the past, and what it has told.
class Following {
 public:
  explicit Following(const RunningCollector& collector)
      : process_({kFlatline, "--api", collector.api(), "events", "--follow", "--since", "3m", "-o",
                  "json", "--lines", "0"}) {}

  void await(const std::string& kind, int count) {
    while (told_.kinds[kind] < count) {
      const auto line = process_.read_line();
      REQUIRE_MESSAGE(line, process_.err());
      take(read_event(*line), told_);
    }
  }
  /// Waits until it has seen that the collector is away.
  void await_away() { process_.hear({"; asking on"}); }
  /// Ends it as Ctrl-C does, and returns what it told in all.
  Told end() {
    process_.send_signal(SIGINT);
    CHECK(process_.wait() == 0);
    for (const std::string& line : split_lines(process_.out())) take(read_event(line), told_);
    CHECK_MESSAGE(process_.err().find("; asking on\n") != std::string::npos, process_.err());
    return told_;
  }

 private:
  ChildProcess process_;
  Told told_;
};

/// A collector that has just started makes its history's file. Who is there at its first step has
/// come before anything that is stored, so that no event tells of it.
void await_first_step(const RunningCollector& collector) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (collector.ask({"at", format_rfc3339(wall_now())}).exit_code != 0) require_before(deadline);
}

/// A host is first seen before it is judged, or after.
void leave_unknown_out(States& states) {
  for (auto& [name, each] : states) {
    if (each.front() == "unknown") each.erase(each.begin());
  }
}

/// The hosts that were told otherwise than is true, as a line each.
std::string told_apart(const States& told, const States& truth) {
  std::string lines;
  for (const auto& [name, states] : truth) {
    const auto found = told.find(name);
    if (found != told.end() && found->second == states) continue;
    lines += name + ":";
    if (found != told.end()) {
      for (const std::string& state : found->second) lines += " " + state;
    }
    lines += ", and not";
    for (const std::string& state : states) lines += " " + state;
    lines += "\n";
  }
  if (told.size() != truth.size()) lines += "hosts were made up";
  return lines;
}

/// Every change that was true was told, once, and none was made up: by a follower, over a restart
/// of the collector, and afterwards from stored steps.
void hold_events(const RunningCollector& collector, Told followed, const States& truth) {
  leave_unknown_out(followed.states);
  CHECK(told_apart(followed.states, truth) == "");
  CHECK(followed.kinds["missed"] >= 1);
  CHECK(followed.kinds["started"] == 1);
  Told stored;
  const std::vector<std::string> all = {"events", "--since", "3m", "-o", "json", "--lines", "0"};
  for (const std::string& line : split_lines(asked(collector, all))) take(read_event(line), stored);
  leave_unknown_out(stored.states);
  CHECK(told_apart(stored.states, truth) == "");
  CHECK(stored.kinds["started"] == 1);
  CHECK(stored.kinds["gap"] >= 2);  // Before the first step, and while the collector was down.
  CHECK(stored.kinds["missed"] == 0);
}

/// A reader that has enough ends a follower, and what people read is bounded.
void hold_forms(const RunningCollector& collector, const std::string& fallen) {
  const std::string command = kFlatline + " --api " + collector.api() + " events ";
  const Finished cut =
      run_to_end({"/bin/bash", "-c",
                  command + "--follow --since 3m | head -n 2 | wc -l; echo ${PIPESTATUS[0]}"});
  CHECK_MESSAGE(cut.out == "2\n0\n", (cut.out + cut.err));
  CHECK(split_lines(asked(collector, {"events", "--limit", "3"})).size() == 3);
  CHECK(asked(collector, {"events", "--lines", "1"}).find(" hosts  came") != std::string::npos);
  CHECK(asked(collector, {"events", fallen, "-o", "names"}) == fallen + "\n");
  const std::string silent = asked(collector, {"events", "silent", fallen});
  CHECK_MESSAGE(silent.find("  " + fallen + "  ") != std::string::npos, silent);
  CHECK(collector.ask({"events", "--follow", "--to", "-1m"}).exit_code == 2);
}

/// On a busy machine steps may be lost. That is a gap too, but not the one around `down`.
bool is_lost_step(const SpanAnswer& span, WallTime down) {
  const auto from = parse_rfc3339(span.from);
  const auto to = parse_rfc3339(span.to);
  REQUIRE((from && to));
  return span.state == "gap" && (down < *from || *to < down);
}

/// Waits until a stored step has what is true now.
Known await_stored(const RunningCollector& collector, const std::filesystem::path& truth_file) {
  Known known{"", read_truth(truth_file)};
  const auto count = [&](const char* state) { return in_state(known.truth, state).size(); };
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const Finished answer = collector.ask({"at", format_rfc3339(wall_now()), "-o", "json"});
    const auto then = summary_from_json(answer.out);
    if (then && then->healthy == count("healthy") && then->failing == count("failing") &&
        then->silent == count("silent")) {
      known.time = then->time;
      return known;
    }
    require_before(deadline);
  }
}

}  // namespace

TEST_CASE("the past is what was true then, and where the collector was down it is a gap") {
  // A host's window is 6.1 s: no pause of a busy machine silences one.
  RunningCollector collector({"--capacity", "128", "--tick", "100ms", "--min-interval", "100ms",
                              "--history-step", "200ms", "--history-keep", "3m", "--window", "1s",
                              "--stale-after", "30"});
  const auto truth_file = collector.folder() / "truth.jsonl";
  await_first_step(collector);
  // A phase lasts until the test has seen what is stored of it.
  ChildProcess sim({kFlatlineSim, "--collector", collector.udp(), "--fleet-key",
                    collector.fleet_key(), "--hosts", "100", "--interval", "200ms", "--for", "10m",
                    "--seed", "5", "--truth", truth_file.string(), "--scenario",
                    "0s healthy; 1h fail 20%; 2h silent 10%"});
  Following following(collector);
  following.await("came", 100);
  std::vector<Known> moments;
  for (const char* phase : {"0s", "1h", "2h"}) {
    if (!moments.empty()) sim.send_signal(SIGUSR2);
    await_phase(sim, phase);
    moments.push_back(await_stored(collector, truth_file));
  }
  collector.keep_api();
  collector.process().send_signal(SIGKILL);
  REQUIRE(collector.process().wait() == 128 + SIGKILL);
  const WallTime down = wall_now() + 700ms;
  following.await_away();
  // The fleet says nothing in its last phase, so this only waits: the gap is longer than a step.
  REQUIRE_FALSE(sim.read_line(1500ms));
  collector.start();
  await_status(collector, [](const SummaryAnswer& now) {
    return now.healthy == 90 && std::ranges::count(now.flags, std::string("warming")) == 0;
  });

  following.await("started", 1);
  hold_events(collector, following.end(), true_states(truth_file));

  for (const Known& known : moments) agree(collector, known);

  const Finished gap = collector.ask({"at", format_rfc3339(down)});
  CHECK(gap.exit_code == 1);
  CHECK_MESSAGE(gap.err.find("nothing was stored between") != std::string::npos, gap.err);

  const auto diff =
      diff_from_json(asked(collector, {"diff", moments[0].time, moments[1].time, "-o", "json"}));
  REQUIRE(diff);
  Names changed;
  for (const HostChangeAnswer& change : diff->changes) {
    CHECK(change.before == "healthy");
    CHECK(change.after == "failing");
    CHECK(change.check_before.empty());
    CHECK_FALSE(change.check_after.empty());
    changed.insert(change.name);
  }
  CHECK(changed == in_state(moments[1].truth, "failing"));
  CHECK(diff->came + diff->went == 0);

  const std::string fallen = *in_state(moments[2].truth, "silent").begin();
  const auto history = host_history_from_json(
      asked(collector, {"history", fallen, "--from", moments[0].time, "-o", "json"}));
  REQUIRE(history);
  std::string states;
  for (const SpanAnswer& span : history->spans) {
    if (is_lost_step(span, down)) continue;
    if (!states.ends_with(span.state)) states += " " + span.state;
  }
  const std::string failed = moments[1].truth.at(fallen) == "failing" ? " failing" : "";
  CHECK(states == " healthy" + failed + " silent gap silent");
  CHECK(history->gap_seconds > 1);
  CHECK(history->watched_seconds + history->gap_seconds > 7);
  hold_work(collector, moments[0].time);
  hold_forms(collector, fallen);
}
