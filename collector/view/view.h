#pragma once

// What a tick publishes: all planes, causes and groups, counts, flags, tick number, time and
// generation. A view never changes once it is published, and its size depends on the capacity
// alone.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/view/duration_counts.h"
#include "collector/view/groups.h"
#include "schema/answers/planes.h"
#include "schema/limits.h"
#include "schema/program/address.h"
#include "schema/wire/identity.h"
#include "schema/wire/outcome.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// hosts = healthy + failing + silent + unknown + expected + missing; the other counts overlap with
/// these. The journal stores this struct as it is (ChunkStamp), so a new member goes last.
struct Counts {
  std::uint32_t hosts = 0;
  std::uint32_t healthy = 0;
  std::uint32_t failing = 0;
  std::uint32_t silent = 0;
  std::uint32_t unknown = 0;
  std::uint32_t expected = 0;
  std::uint32_t warning = 0;
  std::uint32_t drained = 0;
  std::uint32_t flapping = 0;
  std::uint32_t conflict = 0;
  std::uint32_t missing = 0;
  bool operator==(const Counts&) const = default;
};

/// Why a view is blind.
enum class Doubt : std::uint8_t {
  kLateTick,     ///< A tick of the collector came late, or the collector was paused.
  kKernelLoss,   ///< The kernel dropped good datagrams.
  kClocks,       ///< Within a window most first contacts were skewed, or most snapshots late.
  kNothingHeard  ///< A whole window brought no accepted datagram while hosts are registered.
};
inline constexpr std::size_t kDoubts = 4;
constexpr std::uint32_t doubt_bit(Doubt doubt) {
  return 1U << static_cast<unsigned>(doubt);
}

/// The ids of the fleet keys that are live, in the order of the configuration.
struct LiveKeys {
  std::array<std::uint8_t, kFleetKeys> ids{};
  std::uint8_t count = 0;
  std::uint8_t padding[1] = {};

  [[nodiscard]] bool has(std::uint8_t key_id) const {
    return std::find(ids.begin(), ids.begin() + count, key_id) != ids.begin() + count;
  }
};

/// A host that was refused, shown so that people find the cause.
struct Notice {
  HostName host;
  Address source;
  Outcome outcome = Outcome::kAccepted;
  Milliseconds skew{0};  ///< With kSkewed: the collector's clock minus the host's.
  AgentId agent_id{};    ///< Of the datagram that was refused.
  Instant at{};          ///< When it came.
  /// Of the datagram, too. With kUnknownKey nothing could be opened: the host is the one whose
  /// agent id stands in the clear header, which anybody can write.
  std::uint8_t key_id = 0;

  [[nodiscard]] bool is_proved() const { return outcome != Outcome::kUnknownKey; }
};

/// What the loop has done since start, without the tick that makes this view. None of it depends on
/// what the hosts say.
struct LoopWork {
  std::uint64_t datagrams = 0;  ///< Datagrams taken off the socket, whatever became of them.
  std::uint64_t datagram_bytes = 0;
  std::uint64_t receive_calls = 0;  ///< System calls that took them.
  std::uint64_t published_bytes = 0;
  Duration tick_time{0};  ///< The sum over all ticks.
  Duration last_tick_time{0};
  Duration worst_tick_time{0};
  Duration last_lateness{0};  ///< How late this view's tick began.
  Duration lateness{0};       ///< The sum over all ticks, with this view's.
  DurationCounts tick_times{};
  DurationCounts latenesses{};  ///< With this view's tick.
};

/// A view without its planes, causes and groups. Trivially copyable.
struct ViewHead {
  std::uint64_t tick = 0;  ///< Counted from this start; 0 before the first tick.
  WallTime time{};
  Instant at{};  ///< When the tick began.
  std::uint64_t generation = 0;
  std::uint32_t capacity = 0;
  std::uint32_t flags = 0;   ///< flag_bit(Flag)
  std::uint32_t doubts = 0;  ///< doubt_bit(Doubt)
  std::uint32_t notice_count = 0;
  std::uint32_t tombstones = 0;   ///< How many hosts have a tombstone.
  std::uint32_t revocations = 0;  ///< How many hosts have a revocation.
  std::uint32_t down = 0;         ///< Hosts that are known, not healthy and not drained.
  LiveKeys live_keys;
  Counts counts;
  OutcomeCounts outcomes{};
  std::uint64_t lost = 0;      ///< Datagrams that the kernel dropped since start.
  std::uint64_t filtered = 0;  ///< Datagrams that the socket's filter refused since start.
  std::uint64_t late_ticks = 0;
  Duration worst_lateness{0};
  LoopWork work;
  Duration watched{0};          ///< How long the fleet was watched since the start, without doubt.
  std::uint64_t forgotten = 0;  ///< Hosts forgotten for their silence since the start.
  HostName last_forgotten;      ///< These two tell of the last one, if there is one.
  WallTime last_forgotten_at{};
  std::uint64_t check_names_refused = 0;   ///< Detail pages whose check's name found no room.
  std::array<Notice, kNotices> notices{};  ///< The newest first.

  /// When the tick began, by both clocks.
  [[nodiscard]] Moment moment() const { return {at, time}; }
};

using PlaneWords = std::vector<std::uint64_t>;  ///< capacity / 64 words.

struct View {
  explicit View(std::uint32_t capacity) {
    head.capacity = capacity;
    for (PlaneWords& plane : planes) plane.resize(capacity / 64);
    causes.resize(capacity);
  }
  [[nodiscard]] const PlaneWords& plane(Plane plane) const {
    return planes[static_cast<std::size_t>(plane)];
  }

  ViewHead head;
  GroupTable groups;
  std::array<PlaneWords, kPlanes> planes;
  /// For each slot, which check was worst when its host last spoke (cause_name.h). A host that has
  /// fallen silent keeps the last one.
  std::vector<std::uint8_t> causes;
};

}  // namespace flatline
