#include "tools/cli/report/slot_changes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

constexpr std::array kBeside = {Plane::kWarning, Plane::kDrained, Plane::kFlapping,
                                Plane::kConflict};

bool is_set(std::span<const std::uint64_t> plane, std::uint32_t slot) {
  return (plane[slot / 64] >> (slot % 64) & 1) != 0;
}

/// The word for a host's state: the first that applies (CONTRACT.md, "The bitmap answer").
std::string_view state_of(const SlotsAnswer& answer, std::uint32_t slot) {
  const auto in = [&](Plane plane) { return is_set(answer.plane(plane), slot); };
  HostState state = HostState::kHealthy;
  if (!in(Plane::kKnown)) {
    state = in(Plane::kAwaited) ? HostState::kExpected : HostState::kUnknown;
  } else if (in(Plane::kAwaited)) {
    state = HostState::kMissing;
  } else if (!in(Plane::kReporting)) {
    state = HostState::kSilent;
  } else if (!in(Plane::kHealthy)) {
    state = HostState::kFailing;
  }
  return host_state_name(state);
}

std::string check_of(const SlotsAnswer& answer, std::uint32_t slot) {
  const std::uint8_t place = answer.causes[slot];
  return place < answer.names.size() ? to_plain_utf8(answer.names[place].view()) : std::string{};
}

const std::string* name_before(const std::vector<SlotNames::Replaced>& names, std::uint32_t slot) {
  const auto found = std::ranges::lower_bound(names, slot, {}, &SlotNames::Replaced::slot);
  return found != names.end() && found->slot == slot ? &found->before : nullptr;
}

/// Tells of one slot at a time.
class Teller {
 public:
  Teller(const SlotsAnswer& before, const SlotsAnswer& after, const HostNames& names,
         const TakeEvent& take)
      : before_(before), after_(after), names_(names), take_(take) {}

  void went(std::uint32_t slot, std::string name) const {
    if (!is_set(before_.matches(), slot)) return;
    EventAnswer event = begin(slot, "went", std::move(name));
    event.before = state_of(before_, slot);
    event.check_before = check_of(before_, slot);
    take_(std::move(event));
  }

  void came(std::uint32_t slot) const {
    if (!is_set(after_.matches(), slot)) return;
    EventAnswer event = begin(slot, "came", names_.names.name(slot));
    event.after = state_of(after_, slot);
    event.check_after = check_of(after_, slot);
    take_(std::move(event));
  }

  void changed(std::uint32_t slot) const {
    if (!is_set(before_.matches(), slot) && !is_set(after_.matches(), slot)) return;
    EventAnswer event = begin(slot, "changed", names_.names.name(slot));
    event.before = state_of(before_, slot);
    event.after = state_of(after_, slot);
    for (const Plane plane : kBeside) {
      const bool is = is_set(after_.plane(plane), slot);
      if (is == is_set(before_.plane(plane), slot)) continue;
      event.beside.push_back((is ? "+" : "-") + std::string(plane_name(plane)));
    }
    // A slot's bits can differ and mean the same, as of a host whose state hides one of them.
    if (event.before == event.after && event.beside.empty()) return;
    event.check_before = check_of(before_, slot);
    event.check_after = check_of(after_, slot);
    take_(std::move(event));
  }

 private:
  [[nodiscard]] EventAnswer begin(std::uint32_t slot, const char* kind, std::string name) const {
    EventAnswer event = event_between(before_, after_, kind);
    event.name = std::move(name);
    event.slot = slot;
    return event;
  }

  const SlotsAnswer& before_;
  const SlotsAnswer& after_;
  const HostNames& names_;
  const TakeEvent& take_;
};

}  // namespace

std::uint64_t start_of(const SlotsAnswer& answer) {
  return answer.header.generation >> 32;
}

std::vector<std::uint32_t> departed(const SlotsAnswer& left, const SlotsAnswer& entered) {
  std::vector<std::uint32_t> slots;
  const auto was = left.plane(Plane::kRegistered);
  const auto is = entered.plane(Plane::kRegistered);
  for (std::uint32_t i = 0; i < was.size(); ++i) {
    for (std::uint64_t bits = was[i] & ~is[i]; bits != 0; bits &= bits - 1) {
      slots.push_back(i * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
  return slots;
}

EventAnswer event_between(const SlotsAnswer& before, const SlotsAnswer& after, const char* kind) {
  EventAnswer event{format_rfc3339(after.header.time), kind};
  event.from = format_rfc3339(before.header.time);
  return event;
}

void tell_collector(const SlotsAnswer& before, const SlotsAnswer& after, const TakeEvent& take) {
  if (start_of(before) != start_of(after)) take(event_between(before, after, kStartedEvent));
  const std::uint32_t was = before.header.flags;
  const std::uint32_t is = after.header.flags;
  EventAnswer event = event_between(before, after, kFlagsEvent);
  for (const auto& [sign, flags] : {std::pair{"+", is & ~was}, std::pair{"-", was & ~is}}) {
    for (std::size_t i = 0; i < kFlags; ++i) {
      if ((flags >> i & 1) != 0) event.beside.push_back(sign + std::string(kFlagNames[i]));
    }
  }
  if (!event.beside.empty()) take(std::move(event));
}

void tell_hosts(const SlotsAnswer& before, const SlotsAnswer& after, const HostNames& names,
                const TakeEvent& take) {
  const Teller teller(before, after, names, take);
  const auto was = before.plane(Plane::kRegistered);
  const auto is = after.plane(Plane::kRegistered);
  std::vector<std::uint64_t> replaced(was.size());
  for (const SlotNames::Replaced& other : names.replaced) {
    replaced[other.slot / 64] |= std::uint64_t{1} << other.slot % 64;
  }
  for (std::uint32_t i = 0; i < was.size(); ++i) {
    std::uint64_t differing = 0;
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      const auto each = static_cast<Plane>(plane);
      differing |= before.plane(each)[i] ^ after.plane(each)[i];
    }
    differing |= replaced[i];
    for (; differing != 0; differing &= differing - 1) {
      const std::uint32_t slot = i * 64 + static_cast<std::uint32_t>(std::countr_zero(differing));
      const bool had = is_set(was, slot);
      const bool has = is_set(is, slot);
      const std::string* const other = name_before(names.replaced, slot);
      if (had && has && other == nullptr) {
        teller.changed(slot);
        continue;
      }
      const std::string* const gone = has ? other : name_before(names.gone, slot);
      if (had) teller.went(slot, gone != nullptr ? *gone : std::string{});
      if (has) teller.came(slot);
    }
  }
}

}  // namespace flatline::cli
