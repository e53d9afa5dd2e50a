#pragma once

// Who works against the collector: a middleman on the way of datagrams, a forger off it, and a liar
// with a key of his own. Each acts from a seed, through the world's calendar. Pure.

#include <deque>
#include <memory>
#include <vector>

#include "tests/simulation/world.h"

namespace flatline::simulation {

/// Stands on the ways of machines: holds back, drops, repeats, reorders and lets go, in a pattern
/// that he changes as he likes.
class Middleman {
 public:
  Middleman(World& world, std::uint64_t seed) : world_(world), random_(seed, 2) {}

  void stand_on_the_way_of(World::Speaker& speaker);

 private:
  enum class Mode { kPasses, kHolds, kDrops };
  struct Way {
    Mode mode = Mode::kPasses;
    std::deque<SealedPtr> held;
    std::deque<SealedPtr> recorded;
    Duration pace{0};  ///< How often he lets go, and how many then.
    std::uint32_t burst = 0;
    Duration replay_pace{0};  ///< How often he repeats what he once recorded; zero for never.
    bool newest_first = false;
    bool twice = false;
  };

  void take(Way& way, const SealedPtr& sealed);
  void change_his_mind(const std::shared_ptr<Way>& way);
  void let_go(const std::shared_ptr<Way>& way);
  void repeat(const std::shared_ptr<Way>& way);

  World& world_;
  sim::Random random_;
};

/// Knows ids, addresses and ports, and reads no traffic. Whom he saw once he can send garbage for.
class Forger {
 public:
  Forger(World& world, std::uint64_t seed) : world_(world), random_(seed, 3) {}

  void aim_at(AgentId agent, const Address& address) { victims_.push_back({agent, address}); }
  void begin();

 private:
  struct Victim {
    AgentId agent;
    Address address;
  };

  void forge();
  [[nodiscard]] std::uint64_t some_number(std::uint64_t likely);

  World& world_;
  sim::Random random_;
  std::vector<Victim> victims_;
};

/// Has a host's own key, and seals with it whatever the contract's fields can hold.
class Liar {
 public:
  Liar(World& world, std::uint64_t seed) : world_(world), random_(seed, 4) {}

  void begin(Machine machine);

 private:
  void lie(const std::shared_ptr<Machine>& machine);
  [[nodiscard]] std::uint64_t some_edge(std::uint64_t likely);

  World& world_;
  sim::Random random_;
};

}  // namespace flatline::simulation
