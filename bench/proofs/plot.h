#pragma once

// A picture of a table, drawn by gnuplot: panels below or beside each other, each with some curves
// over the same figure.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace flatline::bench {

struct Curve {
  std::string title;
  std::vector<std::string> figures;  ///< By name; of several, their sum is drawn.
  std::string color;                 ///< `#1f6fb2`
};

struct Panel {
  std::string title;
  std::string style;     ///< In gnuplot's words, as `steps lw 2`.
  std::string settings;  ///< Likewise, as `set logscale y 10`; they end with the panel.
  std::vector<Curve> curves;
  std::optional<double> bound{};  ///< Drawn as a line across.
};

/// A place on the x axis from which on something else is played.
struct Mark {
  double at = 0;
  std::string text;
};

struct Plot {
  std::string table;  ///< NAME.dat is drawn as NAME.svg and NAME.png.
  std::string title;
  std::string x;         ///< The figure that runs along the x axis.
  std::string layout;    ///< `ROWS,COLUMNS` of the panels.
  std::string settings;  ///< In gnuplot's words, for all panels.
  std::vector<Mark> marks{};
  std::vector<Panel> panels{};
};

/// Writes NAME.gnuplot beside the data, and draws it where gnuplot is installed. Returns what was
/// left out and why; empty: nothing. Throws Failure when the script cannot be written.
std::string draw(const std::filesystem::path& folder, const Plot& plot);

}  // namespace flatline::bench
