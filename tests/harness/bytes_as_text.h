#pragma once

// Bytes as the contract and the golden files show them: pairs of hex digits, sixteen a line.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flatline {

/// Writes sixteen bytes a line, `00 01 02 …`; every line ends with a newline.
std::string hex_lines(std::span<const std::byte> bytes);

/// Reads hex_lines() back. A character that is neither a hex digit nor white space fails the test.
std::vector<std::byte> bytes_of_hex(std::string_view text);

/// Whether the environment asks to write the golden files anew (FLATLINE_REGENERATE=1). Use it only
/// for a change of format that is meant, with a new version.
bool regenerating();

}  // namespace flatline
