#include "collector/ingest/loop_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "schema/program/log.h"

namespace flatline {

LoopSteps::LoopSteps(Fleet& fleet, ViewBoard& board, Duration tick, std::size_t receive_room,
                     Hooks hooks)
    : fleet_(fleet),
      board_(board),
      tick_(tick),
      pace_(fleet.beat_period(), receive_room),
      hooks_(std::move(hooks)) {}

bool LoopSteps::take(std::span<const ReceivedDatagram> batch, const Moment& look) {
  fleet_.beat(look.now);
  ++inputs_.work.receive_calls;
  inputs_.work.datagrams += batch.size();
  for (const ReceivedDatagram& datagram : batch) {
    inputs_.work.datagram_bytes += datagram.bytes.size();
  }
  const Instant heard_at = pace_.heard_at(look.now);
  fleet_.accept_all(batch, {heard_at, look.wall, look.raw - (look.now - heard_at)});
  pace_.took(batch.size());
  if (batch.size() == kReceiveBatch) return true;
  pace_.drained(look.now);
  return false;
}

void LoopSteps::beat(const Moment& moment) {
  fleet_.beat(moment.now);
  perform_actions(moment.wall);
}

void LoopSteps::perform_actions(WallTime wall) {
  actions_left_ -= hooks_.perform_actions(wall, actions_left_);
}

void LoopSteps::tick(const Moment& moment) {
  const Duration lateness = moment.now - next_tick_;
  const auto skipped = lateness / tick_;
  next_tick_ += (skipped + 1) * tick_;
  inputs_.late_ticks += skipped > 0 ? 1 : 0;
  inputs_.worst_lateness = std::max(inputs_.worst_lateness, lateness);
  inputs_.work.last_lateness = lateness;
  inputs_.work.lateness += lateness;
  count_duration(inputs_.work.latenesses, lateness);
  const KernelLosses losses = hooks_.losses(pace_.was_filled());
  inputs_.lost = losses.lost;
  inputs_.filtered = losses.filtered;
  inputs_.degraded = hooks_.degraded();
  const View& view = fleet_.tick(moment, inputs_);
  inputs_.work.published_bytes += board_.publish(view);
  hooks_.published();
  log_change(view.head);
}

void LoopSteps::end_tick(Instant begin, Instant end) {
  LoopWork& work = inputs_.work;
  work.last_tick_time = end - begin;
  work.tick_time += work.last_tick_time;
  work.worst_tick_time = std::max(work.worst_tick_time, work.last_tick_time);
  count_duration(work.tick_times, work.last_tick_time);
}

/// Writes a line when the flags changed, and one when a host was forgotten.
void LoopSteps::log_change(const ViewHead& head) {
  // At most one host a second is forgotten.
  if (head.forgotten != logged_forgotten_) {
    logged_forgotten_ = head.forgotten;
    log_info("forgotten after long silence: {}", head.last_forgotten.view());
  }
  if (head.flags == logged_flags_) return;
  logged_flags_ = head.flags;
  fmt::memory_buffer names;  // It fits on the stack, so nothing is allocated.
  for (std::size_t i = 0; i < kFlags; ++i) {
    if ((head.flags >> i & 1) != 0) fmt::format_to(fmt::appender(names), " {}", kFlagNames[i]);
  }
  if (head.flags == 0) names.append(std::string_view(" none"));
  log_info("flags:{} ({} hosts, {} healthy, {} failing, {} silent, {} datagrams lost)",
           std::string_view(names.data(), names.size()), head.counts.hosts, head.counts.healthy,
           head.counts.failing, head.counts.silent, head.lost);
}

}  // namespace flatline
