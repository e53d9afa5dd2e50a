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

/// Texts that an earlier snapshot of the host held and that were found good. Every snapshot repeats
/// them, and what is the same to the byte need not be looked into again.
struct KnownTexts {
  HostName name;
  Labels labels;
};

/// Reads bytes that came from a peer. Returns false where they break a rule of CONTRACT.md ("The
/// snapshot"); what `snapshot` holds is then unspecified. `known` texts save time and change no
/// answer.
[[nodiscard]] bool decode_snapshot(std::span<const std::byte, kSnapshotBytes> bytes,
                                   Snapshot& snapshot, const KnownTexts* known = nullptr);

/// What is_host_name takes, for error messages.
inline constexpr std::string_view kHostNameForm = "1 to 64 of A-Za-z0-9._-, not dots alone";

/// Whether `text` is a host name: 1 to 64 of `A-Za-z0-9._-`. Names of dots alone are refused
/// because `.` and `..` mean folders.
[[nodiscard]] bool is_host_name(std::string_view text);

/// Whether `text` is labels: empty, or `key=value` pairs with commas between them. Keys and values
/// are 1 or more of `A-Za-z0-9._-`, and all of it has at most 64 bytes.
[[nodiscard]] bool is_labels(std::string_view text);

/// Whether `text` is a check's name: plain UTF-8 without spaces at its ends, 1 to 32 bytes.
[[nodiscard]] bool is_check_name(std::string_view text);

}  // namespace flatline
