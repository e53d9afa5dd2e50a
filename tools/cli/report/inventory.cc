#include "tools/cli/report/inventory.h"

#include <fmt/core.h>

#include <string_view>
#include <unordered_set>

#include "schema/wire/text.h"
#include "tools/cli/report/names.h"

namespace flatline::cli {
namespace {

using Set = std::unordered_set<std::string_view>;

std::string counted(const char* what, const std::vector<std::string>& names) {
  return fmt::format("{} {} host{}: {}", what, names.size(), names.size() == 1 ? "" : "s",
                     join(fold_names(names), " "));
}

}  // namespace

InventoryChange inventory_change(const std::vector<std::string>& list,
                                 const std::vector<std::string>& registered,
                                 const std::vector<std::string>& expected,
                                 const std::vector<std::string>& forgotten) {
  const Set listed(list.begin(), list.end());
  const Set present(registered.begin(), registered.end());
  const Set awaited(expected.begin(), expected.end());
  const Set barred(forgotten.begin(), forgotten.end());
  InventoryChange change;
  for (const std::string& name : list) {
    if (present.contains(name)) continue;
    change.coming.push_back(name);
    if (barred.contains(name)) change.admitted.push_back(name);
  }
  for (const std::string& name : registered) {
    if (listed.contains(name)) continue;
    (awaited.contains(name) ? change.going : change.staying).push_back(name);
  }
  return change;
}

std::string report_proposal(const InventoryChange& change) {
  std::string text;
  const auto add = [&text](const char* what, const std::vector<std::string>& names) {
    if (!names.empty()) text += (text.empty() ? "" : "\n") + counted(what, names);
  };
  add("expect", change.coming);
  add("of these let in again, since they are forgotten,", change.admitted);
  add("take back", change.going);
  return text;
}

std::string report_staying(const InventoryChange& change) {
  if (change.staying.empty()) return {};
  const bool is_one = change.staying.size() == 1;
  return fmt::format("{}, for {} heard: forget takes {}",
                     counted("not on the list, but stay:", change.staying),
                     is_one ? "it was" : "they were", is_one ? "it" : "them");
}

}  // namespace flatline::cli
