#pragma once

// How many datagrams a tick may open, and for whom: a host from its last address has an allowance
// of its own; from elsewhere it has another, within one pool of the whole fleet's rate, so that a
// fleet whose addresses all change at once stays in; first contacts have a smaller pool; what
// operators keep out has one too, so that the forgotten never stand before newcomers. So strangers
// cannot spend what belongs to hosts, and a tick's work has a bound. Pure.

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
    barred_used_ = 0;
  }

  /// Each takes one opening; false: none is left in this tick.
  [[nodiscard]] bool take_own(Allowance& allowance);
  [[nodiscard]] bool take_shared(Allowance& elsewhere);
  [[nodiscard]] bool take_first_contact() {
    return first_contacts_used_ < first_contacts_ && ++first_contacts_used_ > 0;
  }
  /// For what a ban refuses in any case.
  [[nodiscard]] bool take_barred() { return barred_used_ < barred_ && ++barred_used_ > 0; }

  /// Openings of one host in one tick, and of each pool.
  [[nodiscard]] std::uint32_t own() const { return own_; }
  [[nodiscard]] std::uint32_t shared() const { return shared_; }
  [[nodiscard]] std::uint32_t first_contacts() const { return first_contacts_; }

 private:
  std::uint32_t own_;
  std::uint32_t shared_;
  std::uint32_t first_contacts_;
  std::uint32_t barred_;
  std::uint32_t tick_ = 1;
  std::uint32_t shared_used_ = 0;
  std::uint32_t first_contacts_used_ = 0;
  std::uint32_t barred_used_ = 0;
};

}  // namespace flatline
