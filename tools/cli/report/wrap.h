#pragma once

// Long lines broken where words end, so that a terminal does not break them within words. Pure.
// Escape sequences of colours take no room.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// Breaks a line into lines of at most `columns` characters: at spaces, else behind a comma, as in
/// `web-[001,003]`, else anywhere.
std::vector<std::string> wrap(std::string_view line, std::size_t columns);

/// Breaks every line of `text` that has more than `columns` characters. What follows is indented
/// two more than the line. Where `columns` is 0, the text stays as it is.
std::string wrap_lines(const std::string& text, std::size_t columns);

}  // namespace flatline::cli
