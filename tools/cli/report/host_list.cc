#include "tools/cli/report/host_list.h"

#include <algorithm>
#include <cstdint>
#include <deque>
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
};

/// The places of the hosts in natural order of their names.
std::vector<std::uint32_t> order_by_name(const std::vector<HostRowAnswer>& hosts) {
  std::deque<std::string> nameless;
  std::vector<std::string_view> names;
  names.reserve(hosts.size());
  for (const HostRowAnswer& host : hosts) {
    names.push_back(!host.name.empty() ? std::string_view{host.name}
                                       : nameless.emplace_back(name_or_slot(host.name, host.slot)));
  }
  return natural_order(names);
}

/// Puts the hosts into this order, without room for all of them twice.
void reorder(std::vector<HostRowAnswer>& hosts, std::vector<std::uint32_t> order) {
  for (std::uint32_t first = 0; first < order.size(); ++first) {
    if (order[first] == first) continue;
    HostRowAnswer held = std::move(hosts[first]);
    std::uint32_t place = first;
    while (order[place] != first) {
      const std::uint32_t from = order[place];
      hosts[place] = std::move(hosts[from]);
      order[place] = place;
      place = from;
    }
    hosts[place] = std::move(held);
    order[place] = place;
  }
}

}  // namespace

void sort_by_name(std::vector<HostRowAnswer>& hosts) {
  reorder(hosts, order_by_name(hosts));
}

void sort_by_column(std::vector<HostRowAnswer>& hosts, const HostColumn& column, bool descending) {
  std::vector<SortKey> keys(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::optional<double> number = column.number(hosts[i]);
    keys[i].number = number.value_or(0);
    if (!column.is_number()) keys[i].text = column.value(hosts[i]);
    keys[i].is_absent = column.is_number() ? !number.has_value() : keys[i].text.empty();
  }
  std::vector<std::uint32_t> order = order_by_name(hosts);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (keys[a].is_absent != keys[b].is_absent) return keys[b].is_absent;
    const SortKey& first = keys[descending ? b : a];
    const SortKey& second = keys[descending ? a : b];
    if (first.number != second.number) return first.number < second.number;
    return first.text != second.text && natural_less(first.text, second.text);
  });
  reorder(hosts, std::move(order));
}

std::string host_table(const std::vector<HostRowAnswer>& hosts,
                       const std::vector<HostColumn>& columns, const TableForm& form) {
  if (hosts.empty()) return form.has_header ? "No host matches.\n" : "";
  std::vector<std::string> headings;
  for (const HostColumn& column : columns) {
    headings.push_back(form.has_header ? column.heading() : "");
  }
  Table table(std::move(headings));
  table.reserve(hosts.size());
  std::vector<Cell> cells(columns.size());
  for (const HostRowAnswer& host : hosts) {
    for (std::size_t i = 0; i < columns.size(); ++i) cells[i] = columns[i].cell(host);
    table.add(cells);
  }
  return table.print(form.is_colored, form.width);
}

std::string host_csv(const std::vector<HostRowAnswer>& hosts,
                     const std::vector<HostColumn>& columns, bool has_header) {
  std::string text;
  std::vector<std::string> fields(columns.size());
  if (has_header) {
    for (std::size_t i = 0; i < columns.size(); ++i) fields[i] = columns[i].name();
    append_csv_record(text, fields);
  }
  for (const HostRowAnswer& host : hosts) {
    for (std::size_t i = 0; i < columns.size(); ++i) fields[i] = columns[i].value(host);
    append_csv_record(text, fields);
  }
  return text;
}

}  // namespace flatline::cli
