#include "bench/proofs/plot.h"

#include <fmt/core.h>

#include "bench/proofs/report.h"
#include "schema/wire/text.h"
#include "tests/harness/child_process.h"

namespace flatline::bench {
namespace {

std::string column(const std::string& figure) {
  return fmt::format("column(\"{}\")", figure);
}

std::string panel_script(const Plot& plot, const Panel& panel) {
  std::vector<std::string> curves;
  for (const Curve& curve : panel.curves) {
    std::vector<std::string> summands;
    for (const std::string& figure : curve.figures) summands.push_back(column(figure));
    curves.push_back(fmt::format("'{}.dat' using ({}):({}) with {} lc '{}' title '{}'", plot.table,
                                 column(plot.x), join(summands, "+"), panel.style, curve.color,
                                 curve.title));
  }
  if (panel.bound) {
    curves.push_back(fmt::format("{} with lines dt 2 lc '#d6453d' title 'bound'", *panel.bound));
  }
  return fmt::format("set title \"{}\"\n{}\nplot {}\nunset logscale y\nset yrange [*:*]\n",
                     panel.title, panel.settings, join(curves, ", \\\n     "));
}

/// The marks go through every panel; what they say stands in the first alone.
std::string script_of(const Plot& plot) {
  std::string panels;
  for (std::size_t i = 0; i < plot.marks.size(); ++i) {
    panels += fmt::format(
        "set arrow {0} from {1}, graph 0 to {1}, graph 1 nohead front lc '#bbbbbb'\n"
        "set label {0} '{2}' at {1}, graph 0.95 rotate by -90 offset 0.8,0 front font ',9'\n",
        i + 1, plot.marks[i].at, plot.marks[i].text);
  }
  for (const Panel& panel : plot.panels) panels += panel_script(plot, panel) + "unset label\n";
  return fmt::format(
      R"(# gnuplot: {0}
set datafile missing '?'
set datafile columnheaders
set terminal svg size 1200,900 font 'sans,11' background '#ffffff'
set output '{0}.svg'
do for [pass = 1:2] {{
if (pass == 2) {{ set terminal pngcairo size 1200,900 font 'sans,11'; set output '{0}.png' }}
set multiplot layout {1} title "{2}" font ",13"
set grid lc '#dddddd'
set style fill solid 0.8 noborder
{3}
{4}unset multiplot
unset output
}}
)",
      plot.table, plot.layout, plot.title, plot.settings, panels);
}

}  // namespace

std::string draw(const std::filesystem::path& folder, const Plot& plot) {
  write_file(folder / (plot.table + ".gnuplot"), script_of(plot));
  const test::Finished drawn = test::run_to_end(
      {"/bin/sh", "-c", "cd \"$0\" && command -v gnuplot >/dev/null || exit 127; gnuplot \"$1\"",
       folder.string(), plot.table + ".gnuplot"});
  if (drawn.exit_code == 127) return "no pictures: gnuplot is not installed (gnuplot-nox)";
  if (drawn.exit_code != 0) return fmt::format("{}: gnuplot: {}", plot.table, drawn.err);
  return "";
}

}  // namespace flatline::bench
