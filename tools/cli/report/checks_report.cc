#include "tools/cli/report/checks_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

/// Who fails on more hosts stands first, then who warns on more.
bool is_worse(const CheckCountAnswer& one, const CheckCountAnswer& other) {
  const auto badness = [](const CheckCountAnswer& check) {
    return std::tuple(std::uint64_t{check.critical} + check.unknown, check.critical, check.warning,
                      check.pending);
  };
  if (badness(one) != badness(other)) return badness(one) > badness(other);
  return natural_less(one.name, other.name);
}

Cell count(std::uint32_t hosts, std::string_view state) {
  return {std::to_string(hosts), hosts > 0 ? color_of_state(state) : Color::kNone, true};
}

void add_row(Table& table, const std::string& name, const CheckCountAnswer& check) {
  table.add({{name},
             {std::to_string(check.hosts), Color::kNone, true},
             count(check.ok, "OK"),
             count(check.warning, "WARNING"),
             count(check.critical, "CRITICAL"),
             count(check.unknown, "UNKNOWN"),
             count(check.pending, "PENDING")});
}

}  // namespace

std::vector<CheckCountAnswer> worst_first(const CheckPageAnswer& page) {
  std::vector<CheckCountAnswer> checks = page.checks;
  std::sort(checks.begin(), checks.end(), is_worse);
  return checks;
}

std::string report_checks(const CheckPageAnswer& page, bool colored, std::size_t columns) {
  if (!page.age_seconds) return "The checks are not counted yet.\n";
  if (page.checks.empty() && !page.other) return "No host that reports has a check.\n";
  Table table({"CHECK", "HOSTS", "OK", "WARN", "CRIT", "UNKN", "PEND"});
  for (const CheckCountAnswer& check : worst_first(page))
    add_row(table, to_plain_utf8(check.name), check);
  if (page.other) add_row(table, "(other)", *page.other);
  std::string text = table.print(colored, columns);
  if (page.other_names > 0) {
    text +=
        fmt::format("{} more names found no room and are counted as (other)\n", page.other_names);
  }
  return text +
         fmt::format("counted {} ago, of hosts that report\n", format_age(*page.age_seconds));
}

}  // namespace flatline::cli
