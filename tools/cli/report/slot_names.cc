#include "tools/cli/report/slot_names.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace flatline::cli {

SlotNames::SlotNames(std::uint32_t capacity) : names_(capacity), left_(capacity) {}

void SlotNames::fetch_again(std::uint32_t first) {
  next_ = first < names_.size() ? first : 0;
  left_ = static_cast<std::uint32_t>(names_.size());
}

std::optional<std::uint32_t> SlotNames::next_page() const {
  if (left_ == 0) return std::nullopt;
  return next_;
}

std::vector<SlotNames::Replaced> SlotNames::take(const NamesAnswer& page) {
  std::vector<Replaced> replaced;
  const auto capacity = static_cast<std::uint32_t>(names_.size());
  for (const SlotName& host : page.hosts) {
    if (host.slot >= capacity || names_[host.slot] == host.name) continue;
    std::string before = std::exchange(names_[host.slot], host.name);
    if (!before.empty()) replaced.push_back({host.slot, std::move(before)});
  }
  // A page ends with its last host, and the last page with the last slot.
  std::uint32_t last = capacity - 1;
  if (!page.next.empty()) {
    std::from_chars(page.next.data(), page.next.data() + page.next.size(), last);
  }
  const std::uint32_t end = std::clamp(last, next_, capacity - 1) + 1;
  left_ -= std::min(left_, end - next_);
  next_ = end % capacity;
  return replaced;
}

}  // namespace flatline::cli
