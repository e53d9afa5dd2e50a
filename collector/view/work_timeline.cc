#include "collector/view/work_timeline.h"

#include <algorithm>

#include "schema/invariant.h"

namespace flatline {
namespace {

std::uint64_t start_of(const StepHead& step) {
  return step.generation >> 32;
}

/// Whether both are of one start and tell what the collector had done. A clock that was set back
/// puts steps out of their order: they count for nothing.
bool tell(const StepHead& before, const StepHead& step) {
  return start_of(before) == start_of(step) && before.tick < step.tick &&
         before.work.processor_time > Duration{0} && before.work.at < step.work.at;
}

void add(const StepWork& before, const StepWork& after, WorkBucket& bucket) {
  bucket.time += after.at - before.at;
  bucket.processor_time += after.processor_time - before.processor_time;
  bucket.tick_time += after.tick_time - before.tick_time;
  bucket.worst_tick = std::max(bucket.worst_tick, after.worst_tick);
  bucket.datagrams += after.datagrams - before.datagrams;
  bucket.datagram_bytes += after.datagram_bytes - before.datagram_bytes;
  bucket.published_bytes += after.published_bytes - before.published_bytes;
}

}  // namespace

std::vector<WorkBucket> work_buckets_of(std::span<const StepHead> steps, WallTime from, WallTime to,
                                        std::uint32_t count) {
  INVARIANT(from < to);
  INVARIANT(count > 0);
  std::vector<WorkBucket> buckets(count);
  const Milliseconds length = to - from;
  for (std::uint32_t i = 0; i < count; ++i) buckets[i].from = from + length * i / count;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StepHead& step = steps[i];
    if (step.time < from) continue;
    const auto place = (step.time - from) * std::int64_t{count} / length;
    WorkBucket& bucket =
        buckets[static_cast<std::size_t>(std::clamp<std::int64_t>(place, 0, count - 1))];
    ++bucket.steps;
    bucket.flags |= step.flags;
    if (i == 0) continue;
    if (start_of(steps[i - 1]) != start_of(step)) ++bucket.starts;
    if (tell(steps[i - 1], step)) add(steps[i - 1].work, step.work, bucket);
  }
  return buckets;
}

}  // namespace flatline
