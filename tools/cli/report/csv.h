#pragma once

// Records of CSV by RFC 4180. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// A record with its line's end: fields that hold a comma, a quote or a space at an end stand in
/// quotes.
std::string csv_record(const std::vector<std::string>& fields);
void append_csv_record(std::string& text, const std::vector<std::string>& fields);

/// Text that a host or a person wrote, as a field that a spreadsheet takes for text: one that
/// begins as a formula does (`=`, `+`, `-`, `@`) gets a `'` before it. Control characters are taken
/// out.
std::string csv_text(std::string_view text);

}  // namespace flatline::cli
