#include "tools/cli/report/host_list.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "tools/cli/report/csv.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

/// What a host sorts by, computed once.
struct SortKey {
  bool is_absent = false;
  double number = 0;
  std::string text;
  std::string name;
  std::size_t place = 0;  ///< Among the hosts that are sorted.
};

bool by_name(const SortKey& a, const SortKey& b) {
  return natural_less(a.name, b.name);
}

/// Takes the hosts in the order of the keys.
void reorder(std::vector<HostRowAnswer>& hosts, const std::vector<SortKey>& keys) {
  std::vector<HostRowAnswer> sorted;
  sorted.reserve(hosts.size());
  for (const SortKey& key : keys) sorted.push_back(std::move(hosts[key.place]));
  hosts = std::move(sorted);
}

}  // namespace

void sort_by_name(std::vector<HostRowAnswer>& hosts) {
  std::vector<SortKey> keys(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    keys[i].name = name_or_slot(hosts[i].name, hosts[i].slot);
    keys[i].place = i;
  }
  std::sort(keys.begin(), keys.end(), by_name);
  reorder(hosts, keys);
}

void sort_by_column(std::vector<HostRowAnswer>& hosts, const HostColumn& column, bool descending) {
  std::vector<SortKey> keys(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::optional<double> number = column.number(hosts[i]);
    keys[i].number = number.value_or(0);
    if (!column.is_number()) keys[i].text = column.value(hosts[i]);
    keys[i].is_absent = column.is_number() ? !number.has_value() : keys[i].text.empty();
    keys[i].name = name_or_slot(hosts[i].name, hosts[i].slot);
    keys[i].place = i;
  }
  std::sort(keys.begin(), keys.end(), [descending](const SortKey& a, const SortKey& b) {
    if (a.is_absent != b.is_absent) return b.is_absent;
    const SortKey& first = descending ? b : a;
    const SortKey& second = descending ? a : b;
    if (first.number != second.number) return first.number < second.number;
    if (first.text != second.text) return natural_less(first.text, second.text);
    return by_name(a, b);
  });
  reorder(hosts, keys);
}

std::string host_table(const std::vector<HostRowAnswer>& hosts,
                       const std::vector<HostColumn>& columns, const TableForm& form) {
  if (hosts.empty()) return form.has_header ? "No host matches.\n" : "";
  std::vector<std::string> headings;
  for (const HostColumn& column : columns) {
    headings.push_back(form.has_header ? column.heading() : "");
  }
  Table table(std::move(headings));
  for (const HostRowAnswer& host : hosts) {
    std::vector<Cell> cells;
    cells.reserve(columns.size());
    for (const HostColumn& column : columns) cells.push_back(column.cell(host));
    table.add(std::move(cells));
  }
  return table.print(form.is_colored, form.width);
}

std::string host_csv(const std::vector<HostRowAnswer>& hosts,
                     const std::vector<HostColumn>& columns, bool has_header) {
  std::string text;
  std::vector<std::string> fields(columns.size());
  if (has_header) {
    for (std::size_t i = 0; i < columns.size(); ++i) fields[i] = columns[i].name();
    text += csv_record(fields);
  }
  for (const HostRowAnswer& host : hosts) {
    for (std::size_t i = 0; i < columns.size(); ++i) fields[i] = columns[i].value(host);
    text += csv_record(fields);
  }
  return text;
}

}  // namespace flatline::cli
