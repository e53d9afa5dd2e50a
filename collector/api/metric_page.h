#pragma once

// A page of metrics in Prometheus' text format, version 0.0.4. It is made of prometheus-cpp's
// metric types by its serializer, which escapes the values of labels; that library stays behind
// metric_page.cc. Every scrape makes a page of its own, so nothing is shared and nothing is locked.
// Pure.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace flatline {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

class MetricPage {
 public:
  /// A label's name and its value, which must be UTF-8.
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  MetricPage();
  ~MetricPage();
  MetricPage(const MetricPage&) = delete;
  MetricPage& operator=(const MetricPage&) = delete;

  /// Begins a family. `help` is one line without a backslash.
  void gauge(std::string_view name, std::string_view help);
  void counter(std::string_view name, std::string_view help);
  /// Adds a series to the family that was begun last.
  void add(Labels labels, double value);

  /// Makes a family of one series without labels.
  void gauge(std::string_view name, std::string_view help, double value);
  void counter(std::string_view name, std::string_view help, double value);

  /// Makes a family of one histogram: how often what was counted was in each of the buckets that
  /// these bounds part, of which there is one more than bounds, and the sum of all of it.
  void histogram(std::string_view name, std::string_view help, std::span<const double> bounds,
                 std::span<const std::uint64_t> counts, double sum);

  [[nodiscard]] std::string text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace flatline
