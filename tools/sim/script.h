#pragma once

// A scenario as a fleet of known size and labels plays it: which host does what in which phase.
// Pure.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/time.h"
#include "tools/sim/host_labels.h"
#include "tools/sim/scenario.h"

namespace flatline::sim {

/// What a host does in a phase.
struct Part {
  Verb verb = Verb::kHealthy;
  std::uint8_t check = kOwnCheck;  ///< The index of the check that shows it.

  /// Each host shows by the check that its number gives it.
  static constexpr std::uint8_t kOwnCheck = 255;
};

class Script {
 public:
  /// `checks` are the names that a share can choose one of. Throws UsageError when a phase wants
  /// more hosts than there are, a label or a value that no host has, or a check that is not there.
  Script(const std::vector<Phase>& phases, const HostLabels& labels, std::uint64_t seed,
         std::span<const std::string> checks);
  /// Hosts without labels; shares choose no check.
  Script(const std::vector<Phase>& phases, std::uint32_t hosts, std::uint64_t seed);

  [[nodiscard]] std::size_t phase_count() const { return phases_.size(); }
  [[nodiscard]] Milliseconds start_of(std::size_t phase) const { return phases_[phase].start; }

  /// What host `host` (from 0) does in a phase.
  [[nodiscard]] Part part_of(std::uint32_t host, std::size_t phase) const;
  [[nodiscard]] Verb verb_of(std::uint32_t host, std::size_t phase) const {
    return part_of(host, phase).verb;
  }

  /// How many hosts do `verb` in a phase. Percentages are rounded to the nearest whole host.
  [[nodiscard]] std::uint32_t count_of(Verb verb, std::size_t phase) const;

  /// `fail=50 healthy=50`: the verbs of a phase that some host does.
  [[nodiscard]] std::string describe(std::size_t phase) const;

 private:
  struct Cast {
    Part part;
    std::uint32_t count;  ///< How many hosts do it.
    std::uint32_t end;  ///< Without labels: it has the places from the cast before up to this one.
  };
  struct CastPhase {
    Milliseconds start;
    std::vector<Cast> casts;
    /// The cast of each host, where some share is of a label; casts.size() is the rest. Else empty.
    std::vector<std::uint8_t> by_host;
  };
  /// The hosts of one share, and how many of them it takes.
  class Casting;

  std::uint32_t hosts_;
  std::vector<CastPhase> phases_;
  std::vector<std::uint32_t> places_;  ///< The place of each host in the seeded order.
};

}  // namespace flatline::sim
