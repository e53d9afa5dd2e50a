#pragma once

// Reads the values of flags as they were typed. Every error is a UsageError that names the flag,
// the text and what is allowed, in the same words in every program. Pure.

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/program/endpoint.h"
#include "schema/time.h"

namespace flatline {

[[noreturn]] void refuse_flag(std::string_view flag, std::string_view text,
                              std::string_view allowed);

std::uint64_t read_flag_number(std::string_view flag, std::string_view text, std::uint64_t min,
                               std::uint64_t max);
Milliseconds read_flag_duration(std::string_view flag, std::string_view text, Milliseconds min,
                                Milliseconds max);
/// Refuses port 0 unless `any_port` is set: a server may let the system choose, a client may not.
Endpoint read_flag_endpoint(std::string_view flag, std::string_view text, bool any_port = false);

}  // namespace flatline
