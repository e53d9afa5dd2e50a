#pragma once

// How many datagrams a tick may open, and for whom: a host from its last address has an allowance
// of its own, hosts from elsewhere share one pool, first contacts another. So strangers cannot
// spend what belongs to hosts, and a tick's work has a bound. Pure.

#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class Budget {
 public:
  /// A host's own part, kept in its row.
  struct Allowance {
    std::uint32_t tick = 0;
    std::uint32_t used = 0;
  };

  Budget(std::uint32_t capacity, Duration tick, Duration min_interval);

  void begin_tick() {
    ++tick_;
    shared_used_ = 0;
    first_contacts_used_ = 0;
  }

  /// Each takes one opening; false: none is left in this tick.
  [[nodiscard]] bool take_own(Allowance& allowance);
  [[nodiscard]] bool take_shared() { return shared_used_ < pool_ && ++shared_used_ > 0; }
  [[nodiscard]] bool take_first_contact() {
    return first_contacts_used_ < pool_ && ++first_contacts_used_ > 0;
  }

  /// Openings of one host in one tick, and of each pool.
  [[nodiscard]] std::uint32_t own() const { return own_; }
  [[nodiscard]] std::uint32_t pool() const { return pool_; }

 private:
  std::uint32_t own_;
  std::uint32_t pool_;
  std::uint32_t tick_ = 1;
  std::uint32_t shared_used_ = 0;
  std::uint32_t first_contacts_used_ = 0;
};

}  // namespace flatline
