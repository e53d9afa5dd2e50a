#pragma once

// Bytes as people read them in the contract and in golden files: pairs of hex digits, sixteen a
// line. Also whole files, in and out.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flatline {

/// Sixteen bytes a line, `00 01 02 …`, every line ended.
std::string hex_lines(std::span<const std::byte> bytes);

/// Reads hex_lines() back; whatever is neither a hex digit nor white space fails the test.
std::vector<std::byte> bytes_of_hex(std::string_view text);

/// Whether the environment asks to write what is stored anew (FLATLINE_REGENERATE=1): for a change
/// of format that is meant, with a new version.
bool regenerating();

}  // namespace flatline
