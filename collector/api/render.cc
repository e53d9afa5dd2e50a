#include "collector/api/render.h"

#include <fmt/core.h>

#include <algorithm>

#include "collector/api/certificate_time.h"
#include "collector/api/render_keys.h"
#include "schema/program/version.h"
#include "schema/program/wall_time.h"

namespace flatline {
namespace {

/// Takes a duration of any unit as it is: a host may say milliseconds that nanoseconds cannot hold.
template <typename Rep, typename Period>
double seconds(std::chrono::duration<Rep, Period> duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string_view doubt_text(Doubt doubt) {
  switch (doubt) {
    case Doubt::kLateTick:
      return "its own tick came late, or it was paused";
    case Doubt::kKernelLoss:
      return "the kernel dropped good datagrams for want of room";
    case Doubt::kClocks:
      return "most hosts heard for the first time disagree with its clock, or most hosts are late";
    case Doubt::kNothingHeard:
      return "nothing was heard for a whole window";
  }
  return "";
}

NoticeAnswer render_notice(const Notice& notice, const LiveKeys& live, Instant now) {
  NoticeAnswer answer{std::string(notice.host.view()), format_address(notice.source),
                      std::string(outcome_name(notice.outcome)), "", age_seconds(notice.at, now)};
  if (notice.outcome == Outcome::kSkewed) {
    answer.detail =
        fmt::format("its clock is {:.1f} s {} the collector's", std::abs(seconds(notice.skew)),
                    notice.skew > Milliseconds{0} ? "behind" : "ahead of");
  } else if (notice.outcome == Outcome::kFleetFull) {
    answer.detail = "every slot is taken; raise the capacity";
  } else if (notice.outcome == Outcome::kNameMismatch) {
    answer.detail = "its credential was made for another name";
  } else if (notice.outcome == Outcome::kStale) {
    answer.detail = fmt::format(
        "it is silent, and this does not follow its last snapshot; restart its agent, or: "
        "flatline reset {}",
        answer.host);
  } else if (notice.outcome == Outcome::kTombstoned) {
    answer.detail = fmt::format("it was forgotten; to let it in: flatline admit {}", answer.host);
  } else if (notice.outcome == Outcome::kRevoked) {
    answer.detail = "its credential was revoked; enroll it with a higher --generation";
  } else if (notice.outcome == Outcome::kUnknownKey) {
    answer.detail = refused_key_text(notice.key_id, live);
  }
  return answer;
}

WrittenAnswer render_written(const StorageWork& work) {
  return {static_cast<double>(work.writes), static_cast<double>(work.cost.rows),
          static_cast<double>(work.cost.bytes), static_cast<double>(work.cost.pages),
          static_cast<double>(work.cost.wal_frames)};
}

void render_work(const LoopWork& loop, const StorageStatus& storage, SummaryAnswer& answer) {
  auto& work = answer.work;
  work.tick_seconds = seconds(loop.tick_time);
  work.last_tick_seconds = seconds(loop.last_tick_time);
  work.worst_tick_seconds = seconds(loop.worst_tick_time);
  work.lateness_seconds = seconds(loop.last_lateness);
  work.datagrams = static_cast<double>(loop.datagrams);
  work.datagram_bytes = static_cast<double>(loop.datagram_bytes);
  work.receive_calls = static_cast<double>(loop.receive_calls);
  work.published_bytes = static_cast<double>(loop.published_bytes);
  work.history = render_written(storage.history);
  work.checkpoint = render_written(storage.checkpoints);
  work.registry_rows = static_cast<double>(storage.registry_rows);
}

std::string agent_version_text(std::uint32_t version) {
  return fmt::format("{}.{}.{}", version >> 16, version >> 8 & 0xFF, version & 0xFF);
}

/// A float's shortest decimal text as a double, so that 0.42 is not shown as 0.41999998688697815.
double shortest(float value) {
  return std::stod(fmt::format("{}", value));
}

/// The time of an epoch, to the second. Its number is told to nobody: who knows it can spend what
/// is reserved for the host (CONTRACT.md, "Rates").
std::string epoch_text(std::uint64_t epoch) {
  if (epoch == 0) return {};
  const WallTime began{Milliseconds{static_cast<std::int64_t>(epoch >> kEpochRandomBits)}};
  return format_rfc3339(std::chrono::floor<std::chrono::seconds>(began));
}

/// The kept message that may stand beside the check's present state, if there is one. What was told
/// in another state may not.
const KeptMessage* message_of(const SlotCopy& copy, std::size_t index) {
  for (unsigned i = 0; i < copy.record.message_count; ++i) {
    const KeptMessage& message = copy.messages[i];
    if (message.index == index) {
      return message.state == copy.record.states[index] ? &message : nullptr;
    }
  }
  return nullptr;
}

/// Whether the message is of the run that the check's state and value are of, as far as these tell.
bool is_of_this_run(const KeptMessage& message, float value) {
  return has_value(value) ? message.value == value : !has_value(message.value);
}

std::optional<double> run_age_seconds(const KeptMessage& message, Instant now) {
  if (!message.has_run) return std::nullopt;
  return age_seconds(message.run_at, now);
}

CheckResultAnswer render_check(const SlotCopy& copy, std::uint8_t index,
                               const HostTable& host_table, Instant now) {
  CheckResultAnswer answer;
  answer.index = index;
  answer.name = host_table.check_name(copy.record.check_names[index]).view();
  answer.state = check_state_name(copy.record.states[index]);
  if (has_value(copy.record.values[index])) answer.value = shortest(copy.record.values[index]);
  const KeptMessage* const message = message_of(copy, index);
  if (message == nullptr) return answer;
  const bool present = is_of_this_run(*message, copy.record.values[index]);
  (present ? answer.message : answer.earlier_message) = message->message.view();
  (present ? answer.age_seconds : answer.earlier_age_seconds) = run_age_seconds(*message, now);
  return answer;
}

/// What the host's list of checks cannot tell of its state: that some have no result yet. Empty
/// where all have, and where the host is silent.
std::string pending_text(const HostRecord& record, HostState state) {
  const bool judged =
      state == HostState::kUnknown || state == HostState::kFailing || state == HostState::kHealthy;
  if (!record.pending || !judged) return {};
  const auto count = [&](CheckState which) {
    return std::count(record.states.begin(), record.states.end(), which);
  };
  const auto pending = count(CheckState::kPending);
  const auto checks = std::ssize(record.states) - count(CheckState::kNone);
  return pending == checks
             ? "no result since its agent started"
             : fmt::format("no result of {} of {} checks since its agent started", pending, checks);
}

/// Fills in what the worst check says. If it has not told of its state yet, nobody else speaks for
/// it.
void render_worst(const SlotCopy& copy, const HostTable& host_table, Instant now,
                  HostRowAnswer& answer) {
  int worst = 1;
  const KeptMessage* message = nullptr;
  for (std::size_t i = 0; i < kChecks; ++i) {
    const int bad = badness(copy.record.states[i]);
    if (bad < worst || (bad == worst && message != nullptr)) continue;
    worst = bad;
    message = message_of(copy, i);
  }
  if (message == nullptr) return;
  answer.message = message->message.view();
  answer.check = host_table.check_name(copy.record.check_names[message->index]).view();
  if (!is_of_this_run(*message, copy.record.values[message->index])) {
    answer.message_age_seconds = run_age_seconds(*message, now);
  }
}

}  // namespace

double age_seconds(Instant then, Instant now) {
  return seconds(std::chrono::floor<Milliseconds>(std::max(now - then, Duration{0})));
}

void render_counts(const Counts& counts, SummaryAnswer& answer) {
  answer.hosts = counts.hosts;
  answer.healthy = counts.healthy;
  answer.failing = counts.failing;
  answer.silent = counts.silent;
  answer.unknown = counts.unknown;
  answer.expected = counts.expected;
  answer.warning = counts.warning;
  answer.drained = counts.drained;
  answer.flapping = counts.flapping;
  answer.conflict = counts.conflict;
  answer.missing = counts.missing;
}

std::vector<std::string> flag_names(std::uint32_t flags) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kFlags; ++i) {
    if ((flags >> i & 1) != 0) names.emplace_back(kFlagNames[i]);
  }
  return names;
}

std::vector<std::string> doubt_texts(std::uint32_t doubts) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < kDoubts; ++i) {
    if ((doubts >> i & 1) != 0) texts.emplace_back(doubt_text(static_cast<Doubt>(i)));
  }
  return texts;
}

SummaryAnswer render_summary(const ViewHead& head, const CollectorFacts& facts, Instant now) {
  SummaryAnswer answer;
  render_counts(head.counts, answer);
  answer.capacity = head.capacity;
  answer.tick = static_cast<double>(head.tick);
  answer.time = format_rfc3339(head.time);
  answer.view_age_seconds = age_seconds(head.at, now);
  answer.generation = fmt::format("{:016x}", head.generation);
  answer.flags = flag_names(head.flags);
  answer.doubts = doubt_texts(head.doubts);
  answer.down = head.down;
  answer.datagrams.lost = static_cast<double>(head.lost);
  answer.datagrams.filtered = static_cast<double>(head.filtered);
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    answer.datagrams.outcomes.push_back({std::string(outcome_name(static_cast<Outcome>(i))),
                                         static_cast<double>(head.outcomes[i])});
  }
  const ReceiveBuffer& buffer = facts.receive_buffer;
  answer.receive_buffer.wanted_bytes = static_cast<std::uint32_t>(buffer.wanted_bytes);
  answer.receive_buffer.granted_bytes = static_cast<std::uint32_t>(buffer.granted_bytes);
  if (!buffer.sufficient()) {
    answer.receive_buffer.advice =
        fmt::format("sysctl -w net.core.rmem_max={}", buffer.wanted_bytes / 2);
  }
  const StorageStatus& storage = facts.storage;
  answer.storage.state = storage.degraded ? "degraded" : "ok";
  answer.storage.reason = storage.reason;
  answer.storage.lost_steps = static_cast<double>(storage.lost_steps);
  for (std::size_t i = 0; i < head.notice_count; ++i) {
    answer.notices.push_back(render_notice(head.notices[i], head.live_keys, now));
  }
  answer.collector.version = kVersion;
  answer.collector.uptime_seconds = age_seconds(facts.started, now);
  answer.collector.tick_seconds = seconds(facts.tick);
  answer.collector.late_ticks = static_cast<double>(head.late_ticks);
  answer.collector.worst_lateness_seconds = seconds(head.worst_lateness);
  answer.collector.check_names_refused = static_cast<double>(head.check_names_refused);
  if (facts.certificate_expires) {
    answer.collector.certificate = CertificateAnswer{
        format_rfc3339(*facts.certificate_expires),
        std::chrono::duration<double>(*facts.certificate_expires - head.time).count(),
        certificate_advice(*facts.certificate_expires, head.time)};
  }
  render_work(head.work, storage, answer);
  if (facts.freeze && (head.flags & flag_bit(Flag::kFrozen)) != 0) {
    answer.operators.frozen_until = format_rfc3339(facts.freeze->until);
    answer.operators.frozen_why = facts.freeze->why.view();
    answer.operators.frozen_by = facts.freeze->by.view();
    answer.operators.frozen_token_name = facts.freeze->token_name.view();
  }
  answer.operators.tombstones = head.tombstones;
  answer.operators.revocations = head.revocations;
  answer.operators.refused_attempts = static_cast<double>(facts.refused_attempts);
  answer.operators.wrong_tokens = static_cast<double>(facts.wrong_tokens);
  answer.operators.wrong_tokens_from = facts.wrong_tokens_from;
  answer.operators.wrong_tokens_there = static_cast<double>(facts.wrong_tokens_there);
  answer.forgotten.hosts = static_cast<double>(head.forgotten);
  if (head.forgotten > 0) {
    answer.forgotten.last = head.last_forgotten.view();
    answer.forgotten.last_at = format_rfc3339(head.last_forgotten_at);
  }
  return answer;
}

HostRowAnswer render_row(const SlotCopy& copy, const HostTable& host_table, Instant now) {
  const HostRecord& record = copy.record;
  const auto in = [&](Plane plane) { return is_in(copy.planes, plane); };
  HostRowAnswer answer;
  answer.name = record.name.view();
  answer.slot = copy.slot;
  answer.state = host_state_name(host_state_of(copy.planes));
  answer.warning = in(Plane::kWarning);
  answer.drained = in(Plane::kDrained);
  answer.flapping = in(Plane::kFlapping);
  answer.conflict = in(Plane::kConflict);
  if (record.heard) answer.heard_seconds_ago = age_seconds(record.heard_at, now);
  answer.labels = record.labels.view();
  std::uint32_t checks = 0;
  std::uint32_t failing = 0;
  for (const CheckState state : record.states) {
    checks += state == CheckState::kNone ? 0 : 1;
    failing += is_failing(state) ? 1 : 0;
  }
  answer.checks = checks;
  answer.checks_failing = failing;
  answer.late = record.late;
  // The drain may have been ended since the view, which still shows it.
  const bool is_planned =
      !answer.drained && record.drained_from > copy.wall && record.drained_until > copy.wall;
  if (is_planned || (answer.drained && record.drained_until != WallTime{})) {
    answer.drain = DrainAnswer{format_rfc3339(record.drained_until), "", "", ""};
    if (record.drained_from != WallTime{}) {
      answer.drain->from = format_rfc3339(record.drained_from);
    }
  }
  const HostState state = host_state_of(copy.planes);
  if (state != HostState::kHealthy) answer.message = pending_text(record, state);
  if (answer.message.empty()) render_worst(copy, host_table, now, answer);
  return answer;
}

HostAnswer render_host(const SlotCopy& copy, const ViewHead& head, const HostTable& host_table,
                       unsigned stale_after, Instant now) {
  const HostRecord& record = copy.record;
  HostAnswer answer;
  answer.row = render_row(copy, host_table, now);
  answer.agent_id = format_agent_id(record.agent_id);
  if (record.heard) answer.address = format_address(record.source);
  if (record.conflict_source != Address{}) {
    answer.conflict_address = format_address(record.conflict_source);
  }
  answer.interval_seconds = record.interval_ms / 1000.0;
  answer.window_seconds = answer.interval_seconds * (stale_after + 0.5);
  answer.uptime_seconds = seconds(record.uptime);
  answer.skew_seconds = seconds(record.skew);
  answer.lag_seconds = seconds(std::chrono::floor<Milliseconds>(record.lag));
  answer.received = static_cast<double>(record.received);
  answer.lost = static_cast<double>(record.lost);
  answer.agent_version = agent_version_text(record.agent_version);
  if (record.received > 0) answer.config_hash = fmt::format("{:016x}", record.config_hash);
  answer.key_id = record.key_id;
  answer.credential_generation = record.credential_generation;
  answer.epoch = epoch_text(record.epoch);
  answer.sequence = static_cast<double>(record.sequence);
  answer.registered_at = format_rfc3339(record.registered_at);
  for (std::uint8_t i = 0; i < kChecks; ++i) {
    if (record.states[i] == CheckState::kNone) continue;
    answer.results.push_back(render_check(copy, i, host_table, now));
  }
  answer.time = format_rfc3339(head.time);
  answer.tick = static_cast<double>(head.tick);
  if (answer.row.drain) answer.drained_until = answer.row.drain->until;
  const HostState state = host_state_of(copy.planes);
  answer.reason = pending_text(record, state);
  if (answer.reason.empty() && !is_in(copy.planes, Plane::kReporting)) {
    answer.reason = refused_text(record, head, now);
  }
  if (state == HostState::kHealthy && !answer.reason.empty()) {
    answer.reason = "as before: " + answer.reason;
  }
  return answer;
}

}  // namespace flatline
