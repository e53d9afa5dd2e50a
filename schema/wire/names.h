#pragma once

// Which texts the contract takes for the name of a host or of a check, and for labels. It knows
// nothing of how a snapshot is encoded: programs that only read a name include this alone.

#include <string_view>

namespace flatline {

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
