#pragma once

// Who a host is (CONTRACT.md, "Identity"). A fleet has an id, which no key rotation changes, and up
// to two live keys. Agent ids and keys are derived from these, so enrolling needs no server.
// Nothing here touches a file: key files are program/key_file.h's. A program makes libsodium ready
// before it calls anything below (program/cryptography.h).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/time.h"

namespace flatline {

inline constexpr std::size_t kFleetIdBytes = 16;
inline constexpr std::size_t kKeyBytes = 32;

using FleetId = std::array<unsigned char, kFleetIdBytes>;
using SecretKey = std::array<unsigned char, kKeyBytes>;

/// A host's 64-bit id; zero is never one.
enum class AgentId : std::uint64_t { kNone = 0 };

/// One live fleet key.
struct FleetKey {
  FleetId fleet{};
  std::uint8_t key_id = 0;
  SecretKey key{};
};

/// What one agent holds. With it the agent can speak for this name alone.
struct Credential {
  std::string name;
  AgentId agent_id{};
  std::uint8_t key_id = 0;
  std::uint16_t generation = 0;
  SecretKey key{};
};

/// Both make a fleet key from the system's randomness. The first makes a new fleet's, with a random
/// fleet id; the second keeps the fleet id of `current` and takes the next key id.
FleetKey make_fleet_key();
FleetKey rotate_fleet_key(const FleetKey& current);

/// SipHash-2-4 of the name, keyed with the fleet id.
AgentId agent_id_of(const FleetId& fleet, std::string_view name);

/// Derives the agent's key from the fleet key by BLAKE2b (libsodium's KDF), in two steps: by agent
/// id, then by credential generation.
SecretKey derive_agent_key(const FleetKey& fleet_key, AgentId agent, std::uint16_t generation);

/// `name` must be a host name.
Credential make_credential(const FleetKey& fleet_key, std::string_view name,
                           std::uint16_t generation);

/// The id as 16 hex digits.
std::string format_agent_id(AgentId agent);

/// 22 random bits from the system, for an epoch.
std::uint32_t random_epoch_bits();

/// The epoch of an agent that begins one at `wall`. `stored` is its last epoch, 0 if it has none.
/// Returns nothing where a 64-bit number has no room for it: when the clock is beyond kMaxEpochMs,
/// or when no epoch is greater than the stored one.
std::optional<std::uint64_t> next_epoch(WallTime wall, std::uint64_t stored,
                                        std::uint32_t random_bits);

}  // namespace flatline
