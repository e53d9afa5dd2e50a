#include "schema/wire/identity.h"

#include <sodium.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "schema/invariant.h"
#include "schema/limits.h"
#include "schema/wire/names.h"

namespace flatline {

static_assert(kFleetIdBytes == crypto_shorthash_KEYBYTES);
static_assert(kKeyBytes == crypto_kdf_KEYBYTES);
static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

FleetKey make_fleet_key() {
  FleetKey made;
  randombytes_buf(made.fleet.data(), made.fleet.size());
  randombytes_buf(made.key.data(), made.key.size());
  made.key_id = 1;
  return made;
}

FleetKey rotate_fleet_key(const FleetKey& current) {
  FleetKey made = make_fleet_key();
  made.fleet = current.fleet;
  made.key_id = static_cast<std::uint8_t>(current.key_id + 1);
  return made;
}

AgentId agent_id_of(const FleetId& fleet, std::string_view name) {
  unsigned char hash[crypto_shorthash_BYTES];
  crypto_shorthash(hash, reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                   fleet.data());
  std::uint64_t id = 0;
  std::memcpy(&id, hash, sizeof id);
  return AgentId{std::max<std::uint64_t>(id, 1)};
}

SecretKey derive_agent_key(const FleetKey& fleet_key, AgentId agent, std::uint16_t generation) {
  SecretKey of_agent;
  SecretKey of_generation;
  crypto_kdf_derive_from_key(of_agent.data(), of_agent.size(), static_cast<std::uint64_t>(agent),
                             "fl-agent", fleet_key.key.data());
  crypto_kdf_derive_from_key(of_generation.data(), of_generation.size(), generation, "fl-gener",
                             of_agent.data());
  sodium_memzero(of_agent.data(), of_agent.size());
  return of_generation;
}

Credential make_credential(const FleetKey& fleet_key, std::string_view name,
                           std::uint16_t generation) {
  INVARIANT(is_host_name(name));
  const AgentId id = agent_id_of(fleet_key.fleet, name);
  return {std::string{name}, id, fleet_key.key_id, generation,
          derive_agent_key(fleet_key, id, generation)};
}

std::string format_agent_id(AgentId agent) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(agent));
  return text;
}

std::uint32_t random_epoch_bits() {
  return randombytes_random() >> (32 - kEpochRandomBits);
}

std::optional<std::uint64_t> next_epoch(WallTime wall, std::uint64_t stored,
                                        std::uint32_t random_bits) {
  const std::int64_t wall_ms = std::max<std::int64_t>(wall.time_since_epoch().count(), 0);
  const std::uint64_t time =
      std::max(static_cast<std::uint64_t>(wall_ms), (stored >> kEpochRandomBits) + 1);
  if (time > kMaxEpochMs) return std::nullopt;
  return time << kEpochRandomBits | random_bits;
}

}  // namespace flatline
