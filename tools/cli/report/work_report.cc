#include "tools/cli/report/work_report.h"

#include <fmt/core.h>

#include <vector>

#include "schema/wire/text.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

/// Bytes a second, in three digits: `1.23 MB`.
std::string bytes_text(double bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  if (bytes >= 9999.5) return fmt::format("{:.0e} {}", bytes, kUnits[unit]);
  const int digits = unit == 0 || bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f} {}", bytes, digits, kUnits[unit]);
}

std::string beside_of(const CollectorPointAnswer& point) {
  std::string text = join_plain(point.flags, ", ");
  if (point.starts > 0) {
    text +=
        fmt::format("{}{}", text.empty() ? "" : "; ",
                    point.starts == 1 ? "started" : fmt::format("started {} times", point.starts));
  }
  return text;
}

}  // namespace

std::string report_collector_history(const CollectorHistoryAnswer& history, bool colored,
                                     std::size_t columns) {
  std::string text = fmt::format("from {} to {}; each row the mean of {}, and its longest tick\n",
                                 to_plain_utf8(history.from), to_plain_utf8(history.to),
                                 format_age(history.bucket_seconds));
  if (history.points.empty()) return text + "Nothing was stored.\n";
  Table table({"TIME", "DATAGRAMS/S", "IN/S", "OUT/S", "CPU", "TICK", "FLAGS"});
  for (const CollectorPointAnswer& point : history.points) {
    std::vector<Cell> row = {{day_and_time(point.from)}};
    if (!point.datagrams_per_second) {
      row.resize(6);
      const std::string beside = beside_of(point);
      row.push_back({"not told" + (beside.empty() ? "" : "; " + beside), Color::kGray});
      table.add(std::move(row));
      continue;
    }
    const auto add = [&](const std::string& value) { row.push_back({value, Color::kNone, true}); };
    add(fmt::format("{:.0f}", *point.datagrams_per_second));
    add(bytes_text(point.bytes_per_second.value_or(0)));
    add(bytes_text(point.published_bytes_per_second.value_or(0)));
    add(fmt::format("{:.2f} %", 100 * point.processor_share.value_or(0)));
    add(fmt::format("{:.2f} ms", 1000 * point.worst_tick_seconds.value_or(0)));
    row.push_back({beside_of(point), Color::kYellow});
    table.add(std::move(row));
  }
  return wrap_lines(text, columns) + table.print(colored, columns);
}

}  // namespace flatline::cli
