// What stored steps say about the time between them: spans, shares, buckets and changes.

#include "collector/view/timeline.h"

#include <doctest/doctest.h>

#include <string>

namespace flatline {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kStart{Milliseconds{1'700'000'000'000}};
constexpr Milliseconds kStep = 10s;
constexpr std::uint8_t kThere = plane_bit(Plane::kRegistered) | plane_bit(Plane::kKnown);
constexpr std::uint8_t kHealthy =
    kThere | plane_bit(Plane::kReporting) | plane_bit(Plane::kHealthy);
constexpr std::uint8_t kFailing = kThere | plane_bit(Plane::kReporting);

WallTime at(int seconds) {
  return kStart + std::chrono::seconds(seconds);
}

SlotStep slot_step(int seconds, std::uint8_t planes) {
  return {0, at(seconds), 0, 0, planes};
}

/// Writes spans as `h0-20 ?20-30`: a letter for kind or state, and from when to when in seconds.
std::string told(const std::vector<Span>& spans) {
  std::string text;
  for (const Span& span : spans) {
    if (!text.empty()) text += ' ';
    text += span.kind == Span::Kind::kGap      ? "?"
            : span.kind == Span::Kind::kAbsent ? "-"
            : span.planes == kHealthy          ? "h"
            : span.planes == kFailing          ? "f"
                                               : "s";
    const auto seconds = [](WallTime time) {
      return std::to_string(std::chrono::floor<std::chrono::seconds>(time - kStart).count());
    };
    text += seconds(span.from) + ":" + seconds(span.to);
  }
  return text;
}

TEST_CASE("steps tell of the time to the next one; what is missing is a gap, never health") {
  struct Row {
    const char* name;
    std::vector<SlotStep> steps;
    int from;
    int to;
    const char* spans;
  };
  const Row rows[] = {
      {"nothing stored", {}, 0, 60, "?0:60"},
      {"one state throughout",
       {slot_step(0, kHealthy), slot_step(10, kHealthy), slot_step(20, kHealthy)},
       0,
       30,
       "h0:30"},
      {"a change shows at its step",
       {slot_step(0, kHealthy), slot_step(10, kFailing), slot_step(20, kHealthy)},
       0,
       30,
       "h0:10 f10:20 h20:30"},
      {"a missing step is a gap from where the one before ends",
       {slot_step(0, kHealthy), slot_step(20, kHealthy)},
       0,
       30,
       "h0:10 ?10:20 h20:30"},
      {"a step that came one tick late is none",
       {slot_step(0, kHealthy), slot_step(15, kHealthy)},
       0,
       25,
       "h0:25"},
      {"a little later it is",
       {slot_step(0, kHealthy), slot_step(16, kHealthy)},
       0,
       26,
       "h0:10 ?10:16 h16:26"},
      {"before the first step nobody knows", {slot_step(10, kHealthy)}, 0, 20, "?0:10 h10:20"},
      {"after the last one, a step's length on", {slot_step(0, kHealthy)}, 0, 60, "h0:10 ?10:60"},
      {"the step before tells of the beginning",
       {slot_step(-4, kFailing), slot_step(6, kHealthy)},
       0,
       16,
       "f0:6 h6:16"},
      {"an older one does not", {slot_step(-10, kFailing)}, 0, 10, "?0:10"},
      {"who is not registered is absent, not silent",
       {slot_step(0, 0), slot_step(10, kHealthy), slot_step(20, kThere)},
       0,
       30,
       "-0:10 h10:20 s20:30"},
      {"steps beyond the end are cut",
       {slot_step(0, kHealthy), slot_step(10, kFailing)},
       2,
       8,
       "h2:8"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(told(spans_of(row.steps, at(row.from), at(row.to), kStep)) == row.spans);
  }
}

TEST_CASE(
    "shares count the time that is told of; absence and gaps are neither health nor failure") {
  const std::vector<Span> spans = {{at(0), at(30), Span::Kind::kState, kHealthy},
                                   {at(30), at(40), Span::Kind::kState, kFailing},
                                   {at(40), at(60), Span::Kind::kGap, 0},
                                   {at(60), at(90), Span::Kind::kAbsent, 0},
                                   {at(90), at(100), Span::Kind::kState, kThere}};
  const Shares shares = shares_of(spans);
  CHECK(shares.watched == 50s);
  CHECK(shares.healthy == 30s);
  CHECK(shares.gap == 20s);
}

StepHead head(int seconds, std::uint32_t healthy, std::uint32_t flags = 0) {
  StepHead head;
  head.time = at(seconds);
  head.counts.hosts = 100;
  head.counts.healthy = healthy;
  head.flags = flags;
  return head;
}

TEST_CASE("a bucket keeps the worst of its steps, every flag, and how many are missing") {
  const std::vector<StepHead> steps = {head(0, 100), head(10, 90, 2),  // Step 20 is missing.
                                       head(30, 100), head(40, 95), head(50, 96, 4)};
  const auto buckets = buckets_of(steps, at(0), at(60), kStep, 3);
  REQUIRE(buckets.size() == 3);
  CHECK(buckets[0].from == at(0));
  CHECK(buckets[0].steps == 2);
  CHECK(buckets[0].worst.counts.healthy == 90);
  CHECK(buckets[0].flags == 2);
  CHECK(buckets[0].missing == 0);
  CHECK(buckets[1].steps == 1);
  CHECK(buckets[1].missing == 1);
  CHECK(buckets[2].steps == 2);
  CHECK(buckets[2].worst.counts.healthy == 95);
  CHECK(buckets[2].flags == 4);
  CHECK(buckets[2].missing == 0);
}

TEST_CASE("a stretch without any step is missing as a whole") {
  std::uint32_t missing = 0;
  for (const Bucket& bucket : buckets_of({}, at(0), at(60), kStep, 2)) {
    CHECK(bucket.steps == 0);
    missing += bucket.missing;
  }
  CHECK(missing == 5);  // The step of the very beginning may have been stored just before it.
}

std::vector<AgentId> holders(std::initializer_list<std::uint64_t> agents) {
  std::vector<AgentId> holders;
  for (const std::uint64_t agent : agents) holders.push_back(AgentId{agent});
  return holders;
}

/// Writes changes as `~3@2`: host 3 in slot 2 changed (~), came (+), went (-) or is unremembered
/// (?).
std::string told(const std::vector<HostChange>& changes) {
  std::string text;
  for (const HostChange& change : changes) {
    text += change.kind == HostChange::Kind::kChanged ? "~"
            : change.kind == HostChange::Kind::kCame  ? "+"
            : change.kind == HostChange::Kind::kWent  ? "-"
                                                      : "?";
    text += std::to_string(static_cast<std::uint64_t>(change.agent_id)) + "@" +
            std::to_string(change.slot) + " ";
  }
  return text;
}

TEST_CASE("changes are of hosts, wherever their slots are; who came and who went stands apart") {
  // Host 2 moves from slot 1 to slot 3, host 5 gets slot 1, and host 4 goes. Nobody remembers the
  // host of slot 6.
  const std::vector<std::uint8_t> before = {kHealthy, kHealthy, kHealthy, 0, kFailing, 0, kHealthy};
  const auto had = holders({1, 2, 3, 0, 4, 0, 0});
  const std::vector<std::uint8_t> after = {kHealthy, kHealthy, kFailing, kHealthy, 0, 0, kFailing};
  const auto has = holders({1, 5, 3, 2, 0, 0, 0});
  CHECK(told(changes_between({before, had}, {after, has})) == "~3@2 ~0@6 +5@1 -4@4 ");
  CHECK(changes_between({before, had}, {before, had}).empty());

  // Nobody remembers the hosts of slots 0, 1 and 2. Slot 0's may have been host 1; slot 1's was not
  // host 2, which was in slot 3; slot 2's is gone.
  const std::vector<std::uint8_t> full = {kHealthy, kHealthy, kHealthy, kHealthy};
  const auto unknown = holders({0, 0, 0, 2});
  const std::vector<std::uint8_t> fewer = {kHealthy, kHealthy, 0, 0};
  const auto known = holders({1, 2, 0, 0});
  CHECK(told(changes_between({full, unknown}, {fewer, known})) == "-0@1 -0@2 ?1@0 ");

  const auto differences = plane_differences(before, after);
  CHECK(differences[static_cast<std::size_t>(Plane::kRegistered)] == 2);
  CHECK(differences[static_cast<std::size_t>(Plane::kHealthy)] == 3);
  CHECK(differences[static_cast<std::size_t>(Plane::kWarning)] == 0);

  // A moment of a smaller capacity has nobody in the slots that it lacks.
  for (const auto& [some, more] : {std::pair{before, full}, std::pair{full, before}}) {
    const auto sizes = plane_differences(some, more);
    CHECK(sizes[static_cast<std::size_t>(Plane::kRegistered)] == 3);
    CHECK(sizes[static_cast<std::size_t>(Plane::kHealthy)] == 2);
  }
}

TEST_CASE("where no slot changed its host, planes alone tell what changed") {
  const std::vector<std::uint8_t> before = {kHealthy, kHealthy, 0, kFailing, kHealthy};
  const std::vector<std::uint8_t> after = {kHealthy, kFailing, kHealthy, 0, kThere};
  const std::vector<std::uint8_t> causes = {1, 2, 3, 4, 5};
  const auto changes = changes_of_same_hosts({before, {}, causes}, {after, {}, {}});
  using Kind = HostChange::Kind;
  REQUIRE(changes.size() == 4);
  const std::pair<Kind, std::uint32_t> told[] = {
      {Kind::kChanged, 1}, {Kind::kChanged, 4}, {Kind::kCame, 2}, {Kind::kWent, 3}};
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(i);
    CHECK(changes[i].kind == told[i].first);
    CHECK(changes[i].slot == told[i].second);
    CHECK(changes[i].before == before[changes[i].slot]);
    CHECK(changes[i].after == after[changes[i].slot]);
    CHECK(changes[i].cause_before == causes[changes[i].slot]);
    CHECK(changes[i].cause_after == kNoCause);
    CHECK(changes[i].agent_id == AgentId::kNone);
  }
}

}  // namespace
}  // namespace flatline
