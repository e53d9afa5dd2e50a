#include "tools/cli/report/names.h"

#include <algorithm>

#include "tools/cli/screen/told.h"

namespace flatline::cli::screen {

std::string name_of(const NamePages& pages, std::uint32_t slot) {
  for (const auto& page : pages) {
    if (page->hosts.empty() || page->hosts.back().slot < slot) continue;
    const auto host = std::lower_bound(
        page->hosts.begin(), page->hosts.end(), slot,
        [](const SlotName& one, std::uint32_t wanted) { return one.slot < wanted; });
    if (host->slot == slot) return host->name;
  }
  return name_or_slot("", slot);
}

}  // namespace flatline::cli::screen
