#pragma once

// Turns stored steps into what was the case over time. A step holds from its time to the next
// step's. If the next step is missing, it holds for one step's length, and the rest is a gap:
// nobody knows what was the case then, and a gap is never shown as health. Pure.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "collector/view/cause_name.h"
#include "collector/view/history_step.h"
#include "collector/view/tenancy.h"

namespace flatline {

/// What one host was, from one moment to another.
struct Span {
  enum class Kind : std::uint8_t {
    kState,         ///< It was registered, and `planes` is its byte.
    kAbsent,        ///< It was not registered.
    kUnremembered,  ///< The registry no longer remembers whether the host had a slot then.
    kGap            ///< No step was stored for this time.
  };
  WallTime from{};
  WallTime to{};
  Kind kind = Kind::kGap;
  std::uint8_t planes = 0;
  /// The first check with a name that the host's state was laid to while the span lasted. Another
  /// check in its place makes no new span: what the host was is the same.
  ToldCause cause{};
  bool operator==(const Span&) const = default;
};

/// How far apart two steps may be and still count as neighbours. A step is stored at the first tick
/// of its time and is at least kTicksPerHistoryStep ticks long, so it may come up to one tick late.
Milliseconds step_reach(Milliseconds step);

/// Turns a slot's steps, which ascend, into spans from `from` to `to` without holes; neighbouring
/// spans differ. Steps before `from` are allowed: the last of them says what was at `from`.
std::vector<Span> spans_of(std::span<const SlotStep> steps, WallTime from, WallTime to,
                           Milliseconds step);

/// Adds a span at the end. It is joined to the last one if both say the same, and left out if it is
/// empty.
void append(std::vector<Span>& spans, const Span& span);

struct Shares {
  Milliseconds watched{0};  ///< How long the host was registered and steps were stored.
  Milliseconds healthy{0};  ///< For how much of that it was healthy.
  Milliseconds gap{0};      ///< For how long no step was stored.
};
Shares shares_of(std::span<const Span> spans);

/// A stretch of the fleet's history. It shows the step with the fewest healthy hosts, so that no
/// dip is lost when few buckets cover a long time.
struct Bucket {
  WallTime from{};
  StepHead worst;  ///< Meaningful if steps > 0.
  std::uint32_t steps = 0;
  std::uint32_t missing = 0;  ///< How many steps should be there and are not.
  std::uint32_t flags = 0;    ///< The union of the steps' flags.
};
/// Makes `count` buckets of equal length from `from` to `to`. The steps must ascend and lie in that
/// time.
std::vector<Bucket> buckets_of(std::span<const StepHead> steps, WallTime from, WallTime to,
                               Milliseconds step, std::uint32_t count);

/// How a host differs between two moments.
struct HostChange {
  enum class Kind : std::uint8_t {
    kChanged,
    kCame,
    kWent,
    kUnremembered  ///< Nobody remembers which host had its slot before; it may have been this one.
  };
  Kind kind = Kind::kChanged;
  AgentId agent_id{};  ///< kNone if nobody remembers which host it was.
  std::uint32_t slot = 0;
  std::uint8_t before = 0;  ///< Its byte of planes then; 0 if it was not registered.
  std::uint8_t after = 0;   ///< Its byte of planes afterwards; 0 if it was not registered.
  std::uint8_t cause_before = kNoCause;
  std::uint8_t cause_after = kNoCause;
  /// With kChanged: the slot that it had before, if that is another one.
  std::optional<std::uint32_t> slot_before{};
};

/// The fleet at one moment, by slots.
struct FleetAt {
  std::span<const std::uint8_t> planes;    ///< One byte for each slot.
  std::span<const AgentId> holders;        ///< kNone where nobody remembers who had the slot.
  std::span<const std::uint8_t> causes{};  ///< One byte for each slot, or none at all.

  [[nodiscard]] std::uint8_t cause(std::uint32_t slot) const {
    return causes.empty() ? kNoCause : causes[slot];
  }
};
/// Lists the hosts that differ, by kind and then by slot. A host that changed its slot is still the
/// same host. Both moments must have the same number of slots. Slots that kept their host cost
/// little. Another cause alone is no difference.
std::vector<HostChange> changes_between(const FleetAt& before, const FleetAt& after);

/// The same of two moments of one generation: every slot still has the host that it had, so nobody
/// needs to know whose it is, and the changes lack their agent_id. Sorted as above.
std::vector<HostChange> changes_of_same_hosts(const FleetAt& before, const FleetAt& after);

/// For each plane, in how many slots the two differ.
std::array<std::uint32_t, kPlanes> plane_differences(std::span<const std::uint8_t> before,
                                                     std::span<const std::uint8_t> after);

}  // namespace flatline
