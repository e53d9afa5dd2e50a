#pragma once

// Snapshots for the contract's tests: one with every field in use, and as many arbitrary ones as a
// seed gives. Also how tests compare snapshots: bit by bit, absent values included.

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

/// A host without checks and labels: everything at its smallest.
Snapshot smallest_snapshot();

/// Bytes 0, 1, 2 … for the fleet id and 128, 129 … for the key: nobody's secret.
FleetKey sample_fleet_key();

/// The sample's host, generation 7.
Credential sample_credential();

/// A header of the sample's agent.
Header sample_header();

/// Any snapshot that the contract allows.
Snapshot arbitrary_snapshot(std::mt19937_64& random);

/// Equal in every field, values as bits.
bool same_snapshot(const Snapshot& a, const Snapshot& b);

inline SnapshotBytes encoded(const Snapshot& snapshot) {
  SnapshotBytes bytes{};
  encode_snapshot(snapshot, bytes);
  return bytes;
}

}  // namespace flatline
