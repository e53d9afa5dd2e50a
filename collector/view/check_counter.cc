#include "collector/view/check_counter.h"

#include <algorithm>
#include <cstring>

namespace flatline {
namespace {

/// Which of two checks is counted by name if there is room for one: the one that fails on more
/// hosts, or that more hosts have.
bool comes_before(const CheckCount& one, const CheckCount& other) {
  if (one.failing() != other.failing()) return one.failing() > other.failing();
  if (one.total() != other.total()) return one.total() > other.total();
  return one.name.view() < other.name.view();
}

}  // namespace

CheckCounter::CheckCounter() : names_(kCheckNames), hosts_(kCheckNames) {
  found_.reserve(kCheckNames);
}

void CheckCounter::begin(const HostTable& host_table) {
  std::fill(hosts_.begin(), hosts_.end(), std::array<std::uint32_t, kCheckStates>{});
  for (CheckNameId id = 1; id < kCheckNames; ++id) names_[id] = host_table.check_name(id);
}

void CheckCounter::add(const HostRecord& record) {
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t);
  static_assert(kChecks % kAtOnce == 0 && sizeof(CheckState) == 1);
  for (std::size_t first = 0; first < kChecks; first += kAtOnce) {
    std::uint64_t states = 0;
    std::memcpy(&states, &record.states[first], sizeof states);
    if (states == 0) continue;  // Most hosts have few checks, in the first places.
    for (std::size_t i = first; i < first + kAtOnce; ++i) {
      ++hosts_[record.check_names[i]][static_cast<std::size_t>(record.states[i])];
    }
  }
}

void CheckCounter::finish(const HostTable& host_table, CheckCounts& counts) {
  counts.other = CheckCount{};
  found_.clear();
  const auto add_other = [&](const CheckCount& check) {
    for (std::size_t i = 0; i < kCheckStates; ++i) counts.other.hosts[i] += check.hosts[i];
  };
  for (CheckNameId id = 0; id < kCheckNames; ++id) {
    const CheckCount check{names_[id], hosts_[id]};
    if (check.total() == 0) continue;
    const bool is_named = !check.name.empty() && host_table.check_name(id) == check.name;
    if (is_named) {
      found_.push_back(check);
    } else {
      add_other(check);
    }
  }
  counts.names = static_cast<std::uint32_t>(found_.size());
  counts.counted = std::min<std::uint32_t>(counts.names, kCountedChecks);
  const auto last = found_.begin() + counts.counted;
  std::nth_element(found_.begin(), last, found_.end(), comes_before);
  std::for_each(last, found_.end(), add_other);
  std::sort(found_.begin(), last, [](const CheckCount& one, const CheckCount& other) {
    return one.name.view() < other.name.view();
  });
  std::copy(found_.begin(), last, counts.checks.begin());
  counts.other.hosts[static_cast<std::size_t>(CheckState::kNone)] = 0;
  for (CheckCount& check : counts.checks) {
    check.hosts[static_cast<std::size_t>(CheckState::kNone)] = 0;
  }
}

void CheckCounter::list_known(const HostTable& host_table, CheckCounts& counts) const {
  counts.names = counts.counted = 0;
  counts.other = CheckCount{};
  for (CheckNameId id = 0; id < kCheckNames; ++id) {
    CheckCount check{names_[id], hosts_[id]};
    check.hosts[static_cast<std::size_t>(CheckState::kNone)] = 0;
    const bool is_named = !check.name.empty() && host_table.check_name(id) == check.name;
    counts.names += is_named ? 1 : 0;
    if (is_named && counts.counted < kCountedChecks) {
      counts.checks[counts.counted++] = check;
      continue;
    }
    for (std::size_t i = 0; i < kCheckStates; ++i) counts.other.hosts[i] += check.hosts[i];
  }
}

}  // namespace flatline
