#pragma once

// What answers tell of fleet keys: who speaks with which, where a rotation stands, and who is
// refused for a key that is not live. Pure. What the fields mean is said in
// schema/answers/view.capnp.

#include <cstdint>
#include <string>

#include "collector/view/host_table.h"
#include "collector/view/key_counts.h"
#include "collector/view/view.h"
#include "schema/answers/census_answers.h"

namespace flatline {

KeysAnswer render_keys(const KeyCounts& counts, Instant now);

/// What is said of a silent host that datagrams under a key named which is not live, and what mends
/// it.
std::string refused_key_text(std::uint8_t key_id, const LiveKeys& live);

/// The same of a host's row; empty where no such datagram named it since it was last heard.
std::string refused_text(const HostRecord& record, const ViewHead& head, Instant now);

}  // namespace flatline
