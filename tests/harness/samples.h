#pragma once

// Snapshots for the contract's tests: one with every field in use, a smallest one, and arbitrary
// ones from a seed. Tests compare snapshots bit by bit, absent values included.

#include <bit>
#include <cstddef>
#include <random>
#include <string>

#include "schema/wire/codec.h"
#include "schema/wire/datagram.h"
#include "schema/wire/identity.h"
#include "schema/wire/snapshot.h"

namespace flatline {

/// A snapshot with every field in use. Its name is of `sample_fleet_key()`'s fleet.
Snapshot sample_snapshot();

/// A snapshot of a host without checks and labels.
Snapshot smallest_snapshot();

/// A key that is no secret: the fleet id is the bytes 0, 1, 2 …, and the key is 128, 129 ….
FleetKey sample_fleet_key();

/// The credential of the sample's host, of generation 7.
Credential sample_credential();

/// A header of the sample's agent.
Header sample_header();

/// Makes an arbitrary snapshot that the contract allows.
Snapshot arbitrary_snapshot(std::mt19937_64& random);

/// Whether all fields are equal; values are compared as bits.
bool same_snapshot(const Snapshot& a, const Snapshot& b);

inline SnapshotBytes encoded(const Snapshot& snapshot) {
  SnapshotBytes bytes{};
  encode_snapshot(snapshot, bytes);
  return bytes;
}

}  // namespace flatline
