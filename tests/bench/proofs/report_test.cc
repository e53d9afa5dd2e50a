// The report of a proof: tables, findings, files and pictures.

#include "bench/proofs/report.h"

#include <doctest/doctest.h>

#include <fstream>

#include "schema/program/error.h"
#include "tests/bench/proofs/picture.h"
#include "tests/harness/temporary_folder.h"
#include "tests/harness/thrown.h"

namespace flatline::bench {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Table growing_table() {
  return {"growth",
          "how it grows",
          {"few", "some", "many"},
          {{"hosts", {1000, 10'000, 100'000}}, {"cost_us", {1.5, std::nullopt, 0.0625}}}};
}

Plot growth_plot() {
  return {.table = "growth",
          .title = "growth",
          .x = "hosts",
          .layout = "1,2",
          .settings = "set logscale x 10",
          .marks = {{5000, "here"}},
          .panels = {{"cost", "linespoints", "", {{"cost", {"cost_us"}, "#1f6fb2"}}, 1},
                     {"both", "lines", "", {{"sum", {"hosts", "cost_us"}, "#1f6fb2"}}, {}}}};
}

TEST_CASE("a table is a line a figure for people, and a line a column for gnuplot") {
  CHECK(format_table(growing_table()) ==
        "how it grows\n"
        "                   few           some           many\n"
        "hosts             1000          10000         100000\n"
        "cost_us          1.500              -         0.0625\n\n");
  CHECK(table_data(growing_table()) ==
        "\"hosts\" \"cost_us\" \n1000 1.5 \n10000 ? \n100000 0.0625 \n");
  Table silent = growing_table();
  silent.title.clear();
  CHECK(format_table(silent).empty());
}

TEST_CASE("the exit code says whether a bound is broken, or nothing could be proven") {
  Report report("proof");
  report.say(true, "one");
  report.add(Finding{.text = "another", .is_left_out = true});
  CHECK(report.conclude("") == 0);
  report.say(false, "a third");
  CHECK(report.conclude("") == 1);
  report.skip("it cannot run here");
  CHECK(report.conclude("") == 77);
}

TEST_CASE("the files of a report: text, data, and pictures by gnuplot") {
  const TemporaryFolder folder;
  Report report("proof");
  report.add(growing_table());
  report.add(growth_plot());
  report.say(false, "a bound");
  report.note("a remark");
  CHECK(report.conclude(folder / "report") == 1);
  CHECK(content_of(folder / "report/proof.txt").find("BROKEN  a bound") != std::string::npos);
  CHECK(content_of(folder / "report/growth.dat") == table_data(growing_table()));
  CHECK(test::is_picture(folder / "report/growth.png"));
  CHECK(test::is_picture(folder / "report/growth.svg"));
}

TEST_CASE("what gnuplot cannot draw, and what cannot be written, is told") {
  const TemporaryFolder folder;
  Plot plot = growth_plot();
  write_file(folder / "growth.dat", table_data(growing_table()));
  CHECK(draw(folder.path(), plot).empty());
  plot.x = "nothing";
  plot.settings = "no such setting";
  CHECK(draw(folder.path(), plot).find("growth: gnuplot: ") == 0);
  CHECK(message_of<Failure>([&] { write_file(folder / "no/such", ""); }).find("--report") == 0);
}

}  // namespace
}  // namespace flatline::bench
