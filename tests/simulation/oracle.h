#pragma once

// What may be believed of a collector, by the formulas of CONTRACT.md ("Order", "Timing") and by
// none of the fleet's code. The world tells the oracle what truly happened and what the collector
// answered; where the two do not fit, the oracle complains. It knows of each datagram by whom and
// when it was sealed, which no collector can know. So it need not judge as the fleet judges: its
// rules bound by the truth what the fleet may say. Pure.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/tenancy.h"
#include "collector/view/view.h"
#include "tests/simulation/machine.h"

namespace flatline::simulation {

/// A moment of the world, and what the collector's clocks show then.
struct WorldMoment {
  WorldTime now{};
  Moment clocks;
};

class Oracle {
 public:
  struct Promises {
    Duration tick{kDefaultTick};
    Duration shortest{kDefaultInterval};  ///< The shorter of tick and min_interval.
    unsigned stale_after = kDefaultStaleAfter;
    std::uint32_t capacity = kDefaultCapacity;
  };
  Oracle(const Promises& promises, const WorldMoment& start) : promises_(promises), last_(start) {}

  // --- What the world tells ---------------------------------------------------------------------

  /// This machine speaks with the host's credential; if another does, too, one is a clone.
  void meet(AgentId agent, std::string_view name, std::uint32_t machine);
  /// The collector is awake.
  void wake(const WorldMoment& here);
  void heard(const WorldMoment& here, const Sealed& sealed, Outcome outcome);
  /// Datagrams that nobody sealed were handed in, and so many of them counted.
  void heard_forged(const WorldMoment& here, std::size_t count, std::size_t accepted);
  void ticked(const WorldMoment& here, const View& view, const HostTable& table);
  void restarted(const WorldMoment& here, std::span<const RestoredHost> hosts);

  void reset(AgentId agent);
  void forgot(AgentId agent);
  void admitted(AgentId agent);
  void expected(AgentId agent);
  void revoked(AgentId agent, bool is_revoked);
  void drained(AgentId agent, WallTime until);

  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  /// Clocks are told in whole milliseconds, and each of several is rounded.
  static constexpr Duration kRounding = std::chrono::milliseconds{3};

  /// Snapshots over which lag goes on, from the first one that counted.
  struct Run {
    Sealed last;
    WallTime last_at{};      ///< When that came, by the collector's wall clock.
    Duration last_delay{0};  ///< How old it was then.
    WorldTime began{};
    Duration first_delay{0};         ///< How old the first one was when it came.
    Duration missed{0};              ///< `missed_` then.
    Duration stepped_forward{0};     ///< The host's wall clock, between snapshots that counted.
    Duration highest_wall_error{0};  ///< How far ahead that clock was, at the most.
    bool uptime_is_true = true;      ///< The host's uptime went as true time does.
  };

  /// An older epoch spoke, or became older.
  struct Older {
    Instant at;
    std::uint64_t epoch;
    bool spoke;
    bool goes_on;  ///< By what is newer than all that was heard of that epoch, and fresh.
  };

  struct Belief {
    std::string name;
    std::vector<std::uint32_t> machines;
    Milliseconds interval{kDefaultInterval};  ///< Before anything is heard.

    std::optional<Place> newest;  ///< Of all that counted; nothing before a first contact.
    std::optional<Sealed> shown;  ///< The newest that counted since the collector's start.
    WallTime shown_at{};          ///< When that came.
    std::optional<Run> run;
    WallTime drained_until{};
    Instant reports_until{};    ///< In the fleet's time: from then on it is silent.
    Instant grouped_from{};     ///< The first snapshot from then on puts it into its group.
    Instant disturbed_until{};  ///< Somebody on the way held back or repeated its datagrams.
    bool registered = false;
    bool is_grouped = false;  ///< It is in the group of its role for certain.
    bool awaited = false;
    bool tombstoned = false;
    bool revoked = false;
    bool honest = true;  ///< No liar has its key.

    std::map<std::uint64_t, std::uint64_t> spoken;  ///< The highest sequence heard of each epoch.
    std::vector<Older> older;
    std::optional<Instant> refused_at;  ///< When it last spoke promptly, was silent, and refused.
  };

  [[nodiscard]] Instant fleet_time() const;
  [[nodiscard]] Duration window(const Belief& host) const;
  [[nodiscard]] bool goes_on_truly(const Run& run, const Sealed& sealed) const;
  [[nodiscard]] bool may_lag(const Belief& host, const Sealed& sealed) const;
  [[nodiscard]] bool begins_anew(const Run& run, const Sealed& sealed) const;
  [[nodiscard]] static bool is_newer(const Belief& host, const Sealed& sealed);
  [[nodiscard]] bool is_full() const;

  void take(Belief& host, const Sealed& sealed, bool in_time);
  void leave(Belief& host);
  void take_refused(Belief& host, const Sealed& sealed, bool prompt);

  void hold_groups(const View& view);
  void hold_order(const Belief& host, const Sealed& sealed, Outcome outcome);
  void hold_presence(const Belief& host, const Sealed& sealed, Outcome outcome);
  void hold_delay(const Belief& host, const Sealed& sealed);
  void hold_record(const Belief& host, const HostRecord& record);
  void hold_silence(const Belief& host, bool reporting);
  void hold_drain(const Belief& host, bool drained);
  void hold_conflict(Belief& host, bool conflict);
  void hold_speech(const Belief& host, const View& view, const HostRecord& record);
  /// Each complaint is told once of each host.
  void complain(const std::string& who, std::string_view what, const std::string& detail = "");

  Promises promises_;
  std::map<AgentId, Belief> hosts_;
  OutcomeCounts outcomes_{};
  std::uint64_t forged_ = 0;
  WorldMoment last_;
  Duration paused_{0};  ///< The collector's pauses, which move its deadlines.
  Duration missed_{0};  ///< How far the slower of the collector's two clocks is behind true time.
  std::vector<std::string> complaints_;
  std::set<std::string> told_;
};

}  // namespace flatline::simulation
