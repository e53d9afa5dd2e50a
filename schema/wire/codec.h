#pragma once

// Turns a snapshot into its 512 bytes and back. Encoding goes through Cap'n Proto, which defines
// the bytes. Decoding compares the seven pointer words with constants first, and can then read at
// fixed offsets. No other file includes Cap'n Proto's snapshot schema. Nothing here keeps state,
// and decoding allocates nothing.

#include <cstddef>
#include <span>

#include "schema/limits.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// Writes the one and only encoding of `snapshot`. Its fields must obey the contract: what we send
/// is our own doing, so this aborts where they do not.
void encode_snapshot(const Snapshot& snapshot, std::span<std::byte, kSnapshotBytes> bytes);

/// Reads bytes that came from a peer. Returns false where they break a rule of CONTRACT.md ("The
/// snapshot"); what `snapshot` holds is then unspecified. `known` texts save time and change no
/// answer.
[[nodiscard]] bool decode_snapshot(std::span<const std::byte, kSnapshotBytes> bytes,
                                   Snapshot& snapshot, const KnownTexts* known = nullptr);

}  // namespace flatline
