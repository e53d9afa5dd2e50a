#pragma once

// What stored steps tell of the time between them. Pure. A step tells of the time from it to the
// next one; where the next is missing, of one step's length, and what comes then is a gap: nobody
// knows, and it is never shown as health.

#include <array>
#include <span>
#include <vector>

#include "collector/view/history_step.h"
#include "collector/view/tenancy.h"

namespace flatline {

/// What one host was, from one moment to another.
struct Span {
  enum class Kind : std::uint8_t {
    kState,         ///< `planes` tell.
    kAbsent,        ///< It was not registered.
    kUnremembered,  ///< Hosts were; whether it was among them is not remembered.
    kGap            ///< No step tells.
  };
  WallTime from{};
  WallTime to{};
  Kind kind = Kind::kGap;
  std::uint8_t planes = 0;
  bool operator==(const Span&) const = default;
};

/// How far apart two steps may be and still be neighbours: a step is stored at the first tick of
/// its time, and is at least kTicksPerHistoryStep ticks long.
Milliseconds step_reach(Milliseconds step);

/// A slot's steps, ascending, as spans without holes from `from` to `to`; neighbours differ. Steps
/// before `from` may be among them: the last of them tells of `from`.
std::vector<Span> spans_of(std::span<const SlotStep> steps, WallTime from, WallTime to,
                           Milliseconds step);

/// Adds a span behind the others: joined to the last if it says the same, nothing if it is empty.
void append(std::vector<Span>& spans, const Span& span);

/// How long spans tell of a host, how long it was healthy meanwhile, how long nobody knows.
struct Shares {
  Milliseconds watched{0};
  Milliseconds healthy{0};
  Milliseconds gap{0};
};
Shares shares_of(std::span<const Span> spans);

/// A stretch of the fleet's time: the step in it with the fewest healthy hosts, so that no dip is
/// lost by looking from afar.
struct Bucket {
  WallTime from{};
  StepHead worst;  ///< steps > 0
  std::uint32_t steps = 0;
  std::uint32_t missing = 0;  ///< Steps that should be there and are not.
  std::uint32_t flags = 0;    ///< Of any of them.
};
/// `count` buckets of equal length from `from` to `to`; the steps ascending, all of that time.
std::vector<Bucket> buckets_of(std::span<const StepHead> steps, WallTime from, WallTime to,
                               Milliseconds step, std::uint32_t count);

/// A host at two moments: a byte of planes where it was registered.
struct HostChange {
  enum class Kind : std::uint8_t {
    kChanged,
    kCame,
    kWent,
    kUnremembered  ///< It has a slot now that somebody had before: who that was is forgotten.
  };
  Kind kind = Kind::kChanged;
  AgentId agent_id{};  ///< kNone if it is no longer known who it was.
  std::uint32_t slot = 0;
  std::uint8_t before = 0;
  std::uint8_t after = 0;
};

/// A moment by slots: a byte of planes each, and who had it, kNone where nobody knows any more.
struct FleetAt {
  std::span<const std::uint8_t> planes;
  std::span<const AgentId> holders;
};
/// Who differs, by kind and then by slot. A host is the same one wherever its slot was. Both
/// pictures are of as many slots. Only those whose holders differ cost more than a glance.
std::vector<HostChange> changes_between(const FleetAt& before, const FleetAt& after);

/// Per plane, in how many slots the two differ.
std::array<std::uint32_t, kPlanes> plane_differences(std::span<const std::uint8_t> before,
                                                     std::span<const std::uint8_t> after);

}  // namespace flatline
