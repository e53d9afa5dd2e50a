#pragma once

// How many datagrams may be opened in a tick, and for whom (CONTRACT.md, "Limits"). A host that
// sends from its last address has an allowance of its own. From another address it has a second
// one, which also draws on a pool of the whole fleet's rate, so that a fleet whose addresses all
// change at once stays in. First contacts share a smaller pool. Banned hosts share a pool too, so
// that they never use up the newcomers'. So strangers cannot spend what belongs to hosts, and a
// tick's work is bounded. Pure.

#include <cstdint>

#include "schema/limits.h"
#include "schema/time.h"

namespace flatline {

class Budget {
 public:
  /// What one host has used in `tick`. The fleet keeps it in the host's row.
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

  // Each of these takes one opening, or returns false if none is left in this tick.

  /// For a registered host from its last address.
  [[nodiscard]] bool take_own(Allowance& allowance);
  /// For a registered host from another address.
  [[nodiscard]] bool take_shared(Allowance& elsewhere);
  [[nodiscard]] bool take_first_contact() {
    return first_contacts_used_ < first_contacts_ && ++first_contacts_used_ > 0;
  }
  /// For a datagram that a ban will refuse even if it is authentic.
  [[nodiscard]] bool take_barred() { return barred_used_ < barred_ && ++barred_used_ > 0; }

  // How many openings a tick has: for one host, in the shared pool, and for first contacts.
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
