#pragma once

// The one fleet key of all benchmarks. Fixed, so that every run hears the same bytes.

#include "schema/wire/identity.h"

namespace flatline::bench {

inline FleetKey fixed_key() {
  FleetKey key;
  key.key_id = 1;
  key.fleet.fill(0x11);
  key.key.fill(0x22);
  return key;
}

}  // namespace flatline::bench
