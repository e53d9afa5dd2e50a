#pragma once

// What a host can have in common with others: a label, the version of its agent, the hash of its
// configuration, the network of its address. Each different one is a trait and has a number, in
// tables of fixed size: a label that no host has any longer gives its number up, and so do those
// that few hosts have while others find no room. Pure.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/view/host_table.h"
#include "collector/view/key_table.h"
#include "schema/limits.h"

namespace flatline {

/// Below the sum of all tables' sizes; it says of which kind a trait is, too.
using TraitId = std::uint16_t;

/// A trait as people type it.
using TraitText = FixedText<kLabelsBytes>;

enum class TraitKind : std::uint8_t { kLabel, kAgent, kConfig, kAddress };
inline constexpr std::size_t kTraitKinds = 4;

inline constexpr TraitId kTraitIds = kLabelTraits + kAgentTraits + kConfigTraits + kAddressTraits;
/// The shortest label takes four bytes with its comma (`a=b,`), and three traits are no labels.
inline constexpr std::size_t kMostTraits = (kLabelsBytes + 3) / 4 + 3;

/// The traits of one host.
struct HostTraits {
  std::array<TraitId, kMostTraits> ids{};
  std::uint8_t count = 0;
  [[nodiscard]] std::span<const TraitId> all() const { return {ids.data(), count}; }
};

class Traits {
 public:
  Traits();

  /// Begins a pass.
  void begin();
  /// The host's traits. What a row does not tell, as before its host was heard, is none.
  const HostTraits& of(const HostRecord& record);
  /// Ends a pass, in which `hosts` had each trait, by number: traits of no host are forgotten, and
  /// where others found no room, those of fewer than kCauseHosts, too.
  void end(std::span<const std::uint32_t> hosts);

  /// How many labels found no room in this pass, counted once for each host.
  [[nodiscard]] std::uint32_t labels_refused() const { return refused_[0]; }

  [[nodiscard]] static TraitKind kind(TraitId id);
  /// `rack=r7`, `agent=0.3.1`, `config=00112233445566ff`, `address=192.0.2.0/24`.
  [[nodiscard]] TraitText text(TraitId id) const;

 private:
  /// What labels were found to be in this pass: many hosts have the same.
  struct KnownLabels {
    Labels labels;
    std::uint64_t pass = 0;
    HostTraits traits;
    std::uint8_t refused = 0;
  };

  void find_labels(const Labels& labels, KnownLabels& known);
  template <typename Key>
  void add(KeyTable<Key>& table, TraitKind kind, const Key& key);

  std::uint64_t pass_ = 0;
  KeyTable<Labels> labels_;  ///< Each holds one pair.
  KeyTable<std::uint64_t> agents_;
  KeyTable<std::uint64_t> configs_;
  KeyTable<std::uint64_t> networks_;
  std::array<std::uint32_t, kTraitKinds> refused_{};
  std::vector<KnownLabels> known_;
  HostTraits traits_;  ///< Scratch of of().
};

}  // namespace flatline
