#pragma once

// The files of a report: what every one says of its machine, and how they are written and drawn.

#include <filesystem>
#include <string>

namespace flatline::bench {

/// Processor, cores, kernel.
std::string machine();

/// A JSON string.
std::string quoted(const std::string& text);

/// `"version":…,"time":…,"machine":…`, with which a report's JSON begins.
std::string origin_json();

/// Throws Failure, naming --report.
void write_file(const std::filesystem::path& path, const std::string& text);

/// A number of a table: whole if it is.
std::string cell(double value, int width);

/// A gnuplot script that draws NAME.svg and NAME.png, out of NAME.dat, with what `plots` says.
struct Picture {
  std::string name;
  std::string data;
  std::string plots;
};

/// Writes NAME.dat and NAME.gnuplot, and with gnuplot NAME.svg and NAME.png. Returns what was left
/// out, and why; empty: nothing.
std::string draw(const std::filesystem::path& folder, const Picture& picture);

}  // namespace flatline::bench
