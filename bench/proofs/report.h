#pragma once

// What a proof has found: tables of named figures, findings, and plots of the tables. Tables are
// printed as they come; with --report everything is written into a folder too. Every proof reports
// this way, so that a proof itself only names its figures.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/proofs/plot.h"

namespace flatline::bench {

inline constexpr double kMib = 1 << 20;

/// One promise, held against what was measured.
struct Finding {
  bool holds = false;
  std::string text;
  bool is_left_out = false;  ///< There was too little to tell: neither holds nor is broken.
};

/// A value of a figure; nothing: it could not be had. `-` in a table, `?` in its data.
using Value = std::optional<double>;

/// A figure has one value for each column of its table. Its name ends with its unit.
struct Figure {
  std::string name;
  std::vector<Value> values;
};

struct Table {
  std::string name;   ///< Its data file is NAME.dat.
  std::string title;  ///< Empty: the table is for files alone, and is not printed.
  std::vector<std::string> columns;
  std::vector<Figure> figures;
};

class Report {
 public:
  explicit Report(std::string program) : program_(std::move(program)) {}

  /// Prints the table and keeps it.
  void add(Table table);
  /// A plot is drawn only where the report is written; its table must be among the tables.
  void add(Plot plot) { plots_.push_back(std::move(plot)); }
  void add(Finding finding) { findings_.push_back(std::move(finding)); }
  void add(std::vector<Finding> findings);
  void say(bool holds, std::string text) { add(Finding{holds, std::move(text)}); }
  /// A remark that stands below the findings.
  void note(std::string text) { notes_.push_back(std::move(text)); }
  /// Nothing can be proven here, for this reason: the exit code says so to the test runner.
  void skip(const std::string& reason);

  [[nodiscard]] bool is_broken() const { return count_broken() > 0; }
  /// Prints findings and notes; writes the report if `folder` is not empty. Returns the exit code:
  /// 0 if no bound is broken, 1 if one is, 77 if the proof was skipped. Throws Failure when a file
  /// cannot be written.
  int conclude(const std::filesystem::path& folder) const;

 private:
  [[nodiscard]] std::ptrdiff_t count_broken() const;
  [[nodiscard]] std::string findings_text() const;
  void write(const std::filesystem::path& folder) const;

  std::string program_;
  std::vector<Table> tables_;
  std::vector<Finding> findings_;
  std::vector<std::string> notes_;
  std::vector<Plot> plots_;
  bool is_skipped_ = false;
};

/// A line for each figure.
std::string format_table(const Table& table);
/// A line for each column, as gnuplot reads it: the figures' names stand in the first line.
std::string table_data(const Table& table);
/// Throws Failure that names --report.
void write_file(const std::filesystem::path& path, const std::string& text);

/// How values are spread, in the columns of kSpreadColumns; all are 0 of none.
Figure spread(const std::string& name, std::vector<double> values);
extern const std::vector<std::string> kSpreadColumns;
// 0 of none.
double median(const std::vector<double>& values);
double most(const std::vector<double>& values);
double sum(const std::vector<double>& values);

}  // namespace flatline::bench
