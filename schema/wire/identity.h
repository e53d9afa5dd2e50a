#pragma once

// Who a host is. A fleet has an id (constant over key rotation) and up to two live keys; agent ids
// and keys are derived, so enrolling needs no server. Pure: key files are key_file.h's.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

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

/// What one agent holds: it can speak for this name alone.
struct Credential {
  std::string name;
  AgentId agent_id{};
  std::uint8_t key_id = 0;
  std::uint16_t generation = 0;
  SecretKey key{};
};

/// Makes libsodium ready; call once in `main` before anything below. Throws Failure.
void initialize_cryptography();

/// A new fleet key from the system's randomness. For a new fleet, `fleet` is random too; for a
/// rotation it is the old one and the key id the next.
FleetKey make_fleet_key();
FleetKey rotate_fleet_key(const FleetKey& current);

/// SipHash-2-4 of the name, keyed with the fleet id.
AgentId agent_id_of(const FleetId& fleet, std::string_view name);

/// BLAKE2b (libsodium's KDF) of the fleet key, first by agent id, then by credential generation.
SecretKey derive_agent_key(const FleetKey& fleet_key, AgentId agent, std::uint16_t generation);

/// `name` must be a host name.
Credential make_credential(const FleetKey& fleet_key, std::string_view name,
                           std::uint16_t generation);

/// 16 hex digits.
std::string format_agent_id(AgentId agent);

/// 22 random bits from the system, for an epoch.
std::uint32_t random_epoch_bits();

/// The epoch of an agent that starts at `wall_ms` and whose last one was `stored` (0: none).
std::uint64_t next_epoch(std::uint64_t wall_ms, std::uint64_t stored, std::uint32_t random_bits);

}  // namespace flatline
