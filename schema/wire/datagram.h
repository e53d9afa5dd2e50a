#pragma once

// The 560 bytes on the wire (CONTRACT.md, "The datagram"): a clear header, the sealed snapshot and
// a tag. Sealing is XChaCha20-Poly1305 (RFC 8439 with the extended nonce of
// draft-irtf-cfrg-xchacha-03). Bytes 8 to 31 of the header are the nonce, and the whole header is
// the additional data.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "schema/limits.h"
#include "schema/wire/identity.h"
#include "schema/wire/outcome.h"
#include "schema/wire/snapshot.h"

namespace flatline {

inline constexpr std::array<unsigned char, 4> kMagic = {'F', 'L', 'A', 'T'};
inline constexpr std::uint8_t kWireVersion = 1;

using Datagram = std::array<std::byte, kDatagramBytes>;
using DatagramView = std::span<const std::byte, kDatagramBytes>;
using SnapshotBytes = std::array<std::byte, kSnapshotBytes>;

/// The clear header, without magic and version.
struct Header {
  std::uint8_t key_id = 0;
  std::uint16_t credential_generation = 0;
  AgentId agent_id{};
  std::uint64_t epoch = 0;     ///< Grows with each start of an agent, and while it runs (Order).
  std::uint64_t sequence = 0;  ///< Grows with each snapshot of an epoch, from 1 on.
  bool operator==(const Header&) const = default;
};

/// Reads the header of what came off a socket. Returns kAccepted, or why it cannot be a datagram of
/// ours: kWrongSize, kWrongMagic or kWrongVersion.
[[nodiscard]] Outcome read_header(std::span<const std::byte> bytes, Header& header);

/// Encodes and seals. The pair (epoch, sequence) must never repeat under one key.
void seal_datagram(const Header& header, const Snapshot& snapshot, const SecretKey& key,
                   Datagram& datagram);

/// Opens a datagram whose header was read; the snapshot's own rules are not checked. Returns false
/// where the tag does not fit.
[[nodiscard]] bool open_datagram(DatagramView datagram, const SecretKey& key,
                                 SnapshotBytes& snapshot);

/// XChaCha20 first derives a key from the nonce's first 16 bytes (HChaCha20, section 2.2 of the
/// draft), which are the agent id and the epoch here. That key is the same for all datagrams of an
/// epoch, so whoever opens many of them derives it once. The rest is ChaCha20-Poly1305 (RFC 8439)
/// with a nonce of four zeros and the header's last eight bytes.
SecretKey derive_epoch_key(const SecretKey& key, AgentId agent, std::uint64_t epoch);

}  // namespace flatline
