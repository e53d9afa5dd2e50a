#include "bench/proofs/scale/judge.h"

#include <fmt/core.h>

#include <cmath>

namespace flatline::bench {
namespace {

constexpr double kSlotBytes = 1024;
constexpr double kCores = 1;
/// Of all slots together, what is no slot's, and what the smallest collector has not filled or not
/// met yet (process_figures.h): close to 3 MiB. A thousand slots are 1 MiB themselves.
constexpr double kNotOfSlotsBytes = kRegistryCacheBytes + kMemorySlackBytes;
/// Pages that two collectors happen to differ by.
constexpr double kMessageToleranceBytes = 1;

void judge_size(const Plan& plan, const Proof& proof, const Measured& measured,
                std::vector<Finding>& findings) {
  const auto say = [&](bool holds, const std::string& text) {
    findings.push_back({holds, measured.size.name() + ": " + text});
  };
  const bool all_healthy = measured.healthy == measured.size.hosts;
  if (measured.lost == 0 || !measured.simulator_lost()) {
    say(measured.lost == 0, fmt::format("datagrams lost by the kernel: {}", measured.lost));
  }
  if (all_healthy || !measured.simulator_lost()) {
    say(all_healthy, fmt::format("healthy at the end: {}", measured.healthy));
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
  const std::uint32_t slots = measured.size.capacity();
  const double beyond = measured.bytes_per_slot_beyond(proof.smallest);
  say(beyond < kSlotBytes + kNotOfSlotsBytes / slots,
      fmt::format(
          "a slot takes {:.0f} bytes beyond the smallest collector; the bound is {:.0f}, and "
          "{:.0f} for the 3 MiB of all together that are no slot's",
          beyond, kSlotBytes, kNotOfSlotsBytes / slots));
  if (slots < kManySlots) return;
  say(measured.bytes_per_slot() < kSlotBytes,
      fmt::format("all there is takes {:.0f} bytes a slot; the bound is {:.0f}",
                  measured.bytes_per_slot(), kSlotBytes));
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
        "{}: the simulator did not keep its pace: of {:.0f} datagrams due it sent {:.0f}, "
        "{:.0f} of them late, with {:.2f} of a core; it left out {:.0f}. The collector "
        "used {:.2f} of a core, and would use at most {:.2f} at the full pace",
        measured.size.name(), measured.due, measured.sent, measured.late,
        measured.share(measured.simulator_cpu_seconds), measured.skipped,
        measured.share(measured.collector_cpu_seconds), measured.full_share()));
    const bool all_healthy = measured.healthy == measured.size.hosts;
    if (!measured.simulator_lost() || (measured.lost == 0 && all_healthy)) continue;
    lines.push_back(
        fmt::format("{}: excused by that, and not judged: {}{}{}", measured.size.name(),
                    measured.lost == 0 ? "" : fmt::format("lost by the kernel {}", measured.lost),
                    measured.lost == 0 || all_healthy ? "" : ", ",
                    all_healthy ? "" : fmt::format("healthy at the end {}", measured.healthy)));
  }
  return lines;
}

}  // namespace flatline::bench
