#pragma once

// Snapshot to 512 bytes and back. Encoding goes through Cap'n Proto, which defines the bytes;
// decoding compares the seven pointer words with constants first and then reads at fixed offsets.
// The only door to Cap'n Proto's snapshot schema. Keeps no state, allocates nothing while decoding.

#include <cstddef>
#include <span>

#include "schema/limits.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// Writes the one and only encoding of `snapshot`. Its fields must obey the contract (aborts
/// otherwise: what we send is our own invariant).
void encode_snapshot(const Snapshot& snapshot, std::span<std::byte, kSnapshotBytes> bytes);

/// Texts that were found good before. A host says them in each of its snapshots, and where they are
/// the same to the byte they need not be looked into again.
struct KnownTexts {
  HostName name;
  Labels labels;
};

/// Reads bytes that came from a peer. False: malformed by one of CONTRACT.md's rules; `snapshot` is
/// then unspecified. The answer is the same with `known` texts and without.
[[nodiscard]] bool decode_snapshot(std::span<const std::byte, kSnapshotBytes> bytes,
                                   Snapshot& snapshot, const KnownTexts* known = nullptr);

/// What is_host_name takes, for error messages.
inline constexpr std::string_view kHostNameForm = "1 to 64 of A-Za-z0-9._-, not dots alone";

/// Whether `text` is a host name: 1 to 64 of `A-Za-z0-9._-`, not dots alone, which are folders.
[[nodiscard]] bool is_host_name(std::string_view text);

/// Whether `text` is labels: empty, or `key=value` pairs with commas between them, keys and values
/// 1 or more of `A-Za-z0-9._-`, at most 64 bytes together.
[[nodiscard]] bool is_labels(std::string_view text);

/// Whether `text` is a check's name: plain UTF-8 without spaces at its ends, 1 to 32 bytes.
[[nodiscard]] bool is_check_name(std::string_view text);

}  // namespace flatline
