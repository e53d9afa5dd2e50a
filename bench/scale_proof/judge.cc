#include "bench/scale_proof/judge.h"

#include <fmt/format.h>

#include <cmath>

namespace flatline::bench {
namespace {

constexpr double kSlotBytes = 1024;
constexpr double kCores = 1;
/// From so many slots on, what the program takes in any case is part of the bound.
constexpr std::uint32_t kManySlots = 500'000;
/// Pages that two collectors happen to differ by.
constexpr double kMessageToleranceBytes = 1;

void judge_size(const Plan& plan, const Proof& proof, const Measured& measured,
                std::vector<Finding>& findings) {
  const auto say = [&](bool holds, const std::string& text) {
    findings.push_back({holds, measured.size.name() + ": " + text});
  };
  if (measured.kept_pace()) {
    say(measured.healthy == measured.size.hosts,
        fmt::format("healthy at the end: {}", measured.healthy));
    say(measured.lost == 0, fmt::format("datagrams lost by the kernel: {}", measured.lost));
  }
  const SummaryAnswer& end = measured.end;
  const double arrived = end.work.datagrams + end.datagrams.lost + end.datagrams.filtered;
  say(arrived == static_cast<double>(measured.said.sent) && measured.said.send_errors == 0,
      fmt::format("datagrams sent since the start {} ({} errors), accounted for {}",
                  measured.said.sent, measured.said.send_errors, arrived));
  say(measured.full_share() < kCores,
      fmt::format("the collector uses {:.3f} of a core, {:.3f} at the full pace",
                  measured.share(measured.collector_cpu_seconds), measured.full_share()));
  if (plan.messages > 0) return;
  const double beyond = measured.bytes_per_slot_beyond(proof.smallest);
  const double whole = measured.bytes_per_slot();
  const std::uint32_t slots = measured.size.capacity();
  const double not_of_slots = (kRegistryCacheBytes + kMemorySlackBytes) / slots;
  say(beyond < kSlotBytes + not_of_slots && (slots < kManySlots || whole < kSlotBytes),
      fmt::format("a slot takes {:.0f} bytes beyond the smallest collector, of which up to {:.0f} "
                  "are what any other takes too; {:.0f} of all there is",
                  beyond, not_of_slots, whole));
}

}  // namespace

std::vector<Finding> judge(const Plan& plan, const Proof& proof) {
  std::vector<Finding> findings;
  for (const Measured& measured : proof.sizes) judge_size(plan, proof, measured, findings);
  const MessageCost& message = proof.message;
  findings.push_back(
      {std::abs(message.measured_bytes - message.declared_bytes) <= kMessageToleranceBytes,
       fmt::format("a kept message takes {} bytes by its type, {:.1f} measured",
                   message.declared_bytes, message.measured_bytes)});
  return findings;
}

std::vector<std::string> remarks(const Proof& proof) {
  std::vector<std::string> lines;
  for (const Measured& measured : proof.sizes) {
    if (measured.kept_pace()) continue;
    lines.push_back(fmt::format(
        "{}: the simulator did not keep its pace: of {:.0f} datagrams due it sent {:.0f}, {:.0f} "
        "of "
        "them late, with {:.2f} of a core; it left out {:.0f}. The collector used {:.2f} of a "
        "core, "
        "and would use at most {:.2f} at the full pace. Not judged: lost by the kernel {}, healthy "
        "at the end {}",
        measured.size.name(), measured.due, measured.sent, measured.late,
        measured.share(measured.simulator_cpu_seconds), measured.skipped,
        measured.share(measured.collector_cpu_seconds), measured.full_share(), measured.lost,
        measured.healthy));
  }
  return lines;
}

}  // namespace flatline::bench
