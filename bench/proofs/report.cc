#include "bench/proofs/report.h"

#include <fmt/core.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <thread>

#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/version.h"
#include "schema/program/wall_time.h"

namespace flatline::bench {
namespace {

constexpr int kSkipped = 77;
constexpr int kColumnWidth = 14;

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string processor;
  while (std::getline(file, processor) && !processor.starts_with("model name")) {
  }
  utsname system{};
  ::uname(&system);
  return fmt::format("{}, {} cores, {} {}", processor, std::thread::hardware_concurrency(),
                     system.sysname, system.release);
}

/// Whole numbers are shown whole, and small ones with the digits that matter.
std::string cell(const Value& value) {
  if (!value || !std::isfinite(*value)) return "-";
  if (*value == std::round(*value)) return fmt::format("{:.0f}", *value);
  return std::abs(*value) < 0.1 ? fmt::format("{:.3g}", *value) : fmt::format("{:.3f}", *value);
}

}  // namespace

void Report::add(Table table) {
  fmt::print("{}", format_table(table));
  std::fflush(stdout);
  tables_.push_back(std::move(table));
}

void Report::add(std::vector<Finding> findings) {
  for (Finding& finding : findings) add(std::move(finding));
}

void Report::skip(const std::string& reason) {
  is_skipped_ = true;
  note("skipped: " + reason);
}

std::string Report::findings_text() const {
  std::string text;
  for (const Finding& finding : findings_) {
    const char* verdict = finding.is_left_out ? "left out" : finding.holds ? "holds" : "BROKEN";
    text += fmt::format("{:>8}  {}\n", verdict, finding.text);
  }
  for (const std::string& note : notes_) text += fmt::format("{:>8}  {}\n", "note", note);
  return text;
}

void Report::write(const std::filesystem::path& folder) const {
  std::filesystem::create_directories(folder);
  std::string text =
      fmt::format("{} {}, {}, {}\n\n", program_, kVersion, format_rfc3339(wall_now()), machine());
  for (const Table& table : tables_) {
    text += format_table(table);
    write_file(folder / (table.name + ".dat"), table_data(table));
  }
  write_file(folder / (program_ + ".txt"), text + findings_text());
  for (const Plot& plot : plots_) {
    const std::string left_out = draw(folder, plot);
    if (!left_out.empty()) fmt::print("{}\n", left_out);
  }
}

std::ptrdiff_t Report::count_broken() const {
  return std::ranges::count_if(
      findings_, [](const Finding& finding) { return !finding.holds && !finding.is_left_out; });
}

int Report::conclude(const std::filesystem::path& folder) const {
  fmt::print("{}", findings_text());
  if (!folder.empty()) write(folder);
  if (is_skipped_) return kSkipped;
  const auto left_out = std::ranges::count_if(findings_, &Finding::is_left_out);
  const auto broken = count_broken();
  fmt::print("{} bounds hold, {} are broken{}\n", std::ssize(findings_) - left_out - broken, broken,
             left_out > 0 ? fmt::format(", {} left out", left_out) : "");
  return broken == 0 ? 0 : 1;
}

std::string format_table(const Table& table) {
  if (table.title.empty()) return "";
  std::size_t names = 0;
  for (const Figure& figure : table.figures) names = std::max(names, figure.name.size());
  std::string text = fmt::format("{}\n{:<{}}", table.title, "", names);
  for (const std::string& column : table.columns) {
    text += fmt::format(" {:>{}}", column, kColumnWidth);
  }
  for (const Figure& figure : table.figures) {
    text += fmt::format("\n{:<{}}", figure.name, names);
    for (const Value& value : figure.values) {
      text += fmt::format(" {:>{}}", cell(value), kColumnWidth);
    }
  }
  return text + "\n\n";
}

std::string table_data(const Table& table) {
  std::string text;
  std::size_t lines = 0;
  for (const Figure& figure : table.figures) {
    text += fmt::format("\"{}\" ", figure.name);
    lines = std::max(lines, figure.values.size());
  }
  for (std::size_t line = 0; line < lines; ++line) {
    text += "\n";
    for (const Figure& figure : table.figures) {
      const bool is_there = line < figure.values.size() && figure.values[line];
      text += is_there ? fmt::format("{} ", *figure.values[line]) : "? ";
    }
  }
  return text + "\n";
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw Failure(fmt::format("--report: cannot write {}", path.string()));
}

const std::vector<std::string> kSpreadColumns = {"count", "least", "median", "99 %", "most"};

Figure spread(const std::string& name, std::vector<double> values) {
  if (values.empty()) return {name, std::vector<Value>(kSpreadColumns.size(), 0)};
  std::ranges::sort(values);
  const std::size_t count = values.size();
  return {
      name,
      {count, values.front(), values[count / 2], values[(count - 1) * 99 / 100], values.back()}};
}

double median(const std::vector<double>& values) {
  if (values.empty()) return 0;
  std::vector<double> sorted = values;
  const auto middle = sorted.begin() + std::ssize(sorted) / 2;
  std::ranges::nth_element(sorted, middle);
  return *middle;
}

double most(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace flatline::bench
