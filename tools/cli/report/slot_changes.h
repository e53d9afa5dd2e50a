#pragma once

// What changed from one answer about all slots to the next, as events. Pure, and of bounded memory:
// events are handed over one by one.

#include <cstdint>
#include <functional>
#include <vector>

#include "schema/answers/past_answers.h"
#include "schema/answers/slots_answer.h"
#include "tools/cli/report/slot_names.h"

namespace flatline::cli {

using TakeEvent = std::function<void(EventAnswer)>;

/// The number of the collector's start that made the answer.
std::uint64_t start_of(const SlotsAnswer& answer);

/// The slots in `left` and not in `entered` whose bit of `registered` differs: those whose hosts
/// have gone in between, and, the other way round, have come.
std::vector<std::uint32_t> departed(const SlotsAnswer& left, const SlotsAnswer& entered);

/// An event between the two that is about no host.
EventAnswer event_between(const SlotsAnswer& before, const SlotsAnswer& after, const char* kind);

/// A start of the collector, and flags that were set or fell.
void tell_collector(const SlotsAnswer& before, const SlotsAnswer& after, const TakeEvent& take);

/// The hosts that match in one of the two and differ, by slot. `names` are those of `after`; of
/// hosts that went, `gone` tells them. Those of `replaced` were others before.
struct HostNames {
  const SlotNames& names;
  const std::vector<SlotNames::Replaced>& gone;
  const std::vector<SlotNames::Replaced>& replaced;
};
void tell_hosts(const SlotsAnswer& before, const SlotsAnswer& after, const HostNames& names,
                const TakeEvent& take);

}  // namespace flatline::cli
