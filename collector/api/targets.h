#pragma once

// Hosts as targets of Prometheus' HTTP service discovery (http_sd): a JSON list with an object for
// each host. Names and labels are words of the contract (is_host_name, is_labels), which JSON has
// as they are. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/program/address.h"

namespace flatline {

/// `192.0.2.7:9100`, `[2001:db8::7]:9100`: where a host was heard from, with another port.
std::string target_at(Address heard_from, std::uint16_t port);

/// Adds a host to a list that is empty or holds hosts. `labels` are the host's own; of a key that
/// comes twice the first counts, and so does the first of two whose names become the same, because
/// a label's name has only letters, digits and `_` there.
void append_target(std::string& list, std::string_view target, std::string_view name,
                   std::string_view labels);

}  // namespace flatline
