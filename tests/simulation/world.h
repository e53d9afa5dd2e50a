#pragma once

// The simulated world: machines that speak, the ways on which their datagrams travel, one collector
// that hears them, and the oracle that watches. Everything happens in the order of true time and
// follows from a seed. Whoever acts (a middleman, a forger, an operator) puts what he does into the
// world's calendar by at() and after(). Pure.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/collector.h"
#include "tests/simulation/machine.h"
#include "tests/simulation/oracle.h"

namespace flatline::simulation {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::uint32_t capacity = 64;
  Duration tick{kDefaultTick};
  unsigned stale_after = kDefaultStaleAfter;
  /// The collector's checkpoints; zero makes none.
  Duration checkpoint_period{kCheckpointPeriod};
  /// All that happens to the host of this name is printed.
  std::string trace{};
};

class World {
 public:
  explicit World(const WorldOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] WorldTime now() const { return now_; }
  [[nodiscard]] Duration time() const { return now_.time_since_epoch(); }
  void at(WorldTime when, std::function<void()> what) { calendar_.emplace(when, std::move(what)); }
  void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }
  void every(Duration period, const std::function<void()>& what);
  void pass(Duration duration);
  /// Prints what happens to a host, if it is traced.
  void trace(std::string_view host, std::string_view what) const;

  // --- Machines and their ways ------------------------------------------------------------------

  struct Speaker {
    explicit Speaker(Machine one) : machine(std::move(one)) {}
    Machine machine;
    int away = 0;       ///< How many reasons there are why it says nothing: it is off, or paused.
    bool alive = true;  ///< Once it is dead, it never speaks again.
    /// What becomes of what it sends. Where nobody stands on the way, it arrives.
    std::function<void(const SealedPtr&)> way;
  };
  /// A machine that speaks from now on, once an interval.
  Speaker& add(const MachineOptions& options);
  Speaker& add(Machine machine);
  [[nodiscard]] MachineOptions host(std::string_view name);
  [[nodiscard]] const FleetKey& key() const { return options_.keys.front(); }
  [[nodiscard]] std::uint32_t next_number() const {
    return static_cast<std::uint32_t>(speakers_.size());
  }

  /// A datagram is at the collector's door.
  void arrive(const SealedPtr& sealed);
  /// The same of the first `size` bytes of one that nobody sealed.
  void arrive_forged(const Datagram& bytes, const Address& from, std::size_t size = kDatagramBytes);

  // --- The collector ----------------------------------------------------------------------------

  [[nodiscard]] Collector& collector() { return collector_; }
  [[nodiscard]] Oracle& oracle() { return oracle_; }
  /// It stands still; what arrives waits for it in the kernel.
  void pause_collector(Duration duration);
  /// It is killed, and is back after `duration`. What arrives meanwhile is lost.
  void kill_collector(Duration duration);
  /// The same, but it stops cleanly.
  void stop_collector(Duration duration);

  [[nodiscard]] std::optional<HostState> state_of(AgentId agent) const;

  // --- What operators do ------------------------------------------------------------------------

  void reset(AgentId agent);
  void forget(AgentId agent);
  void admit(AgentId agent);
  void expect(AgentId agent, const HostName& name);
  void revoke(AgentId agent, const HostName& name, bool is_revoked);
  void drain(AgentId agent, Duration duration);

 private:
  struct Arrived {
    SealedPtr sealed;  ///< Nothing if nobody sealed it.
    Datagram bytes{};
    std::size_t size = 0;
    Address from;
  };

  [[nodiscard]] WorldMoment moment() const { return {now_, collector_.moment(now_)}; }
  void speak(Speaker& speaker);
  void hear(const Arrived& arrived);
  void trace(const Sealed& sealed, Outcome outcome) const;
  void trace_state();
  void beat();
  void tick();
  void wake_up();

  FleetOptions options_;
  std::string trace_;
  std::string traced_state_;
  sim::Random random_;
  WorldTime now_{};
  std::multimap<WorldTime, std::function<void()>> calendar_;
  Collector collector_;
  Oracle oracle_;
  std::vector<std::unique_ptr<Speaker>> speakers_;
  std::vector<Arrived> waiting_;
  enum class Condition { kRuns, kStands, kIsGone } collector_condition_ = Condition::kRuns;
};

}  // namespace flatline::simulation
