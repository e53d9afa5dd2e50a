#include "tools/cli/screen/changes.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/report/names.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::screen {
namespace {

/// Hosts that went the same way: how many, and the first of them.
struct Way {
  std::uint32_t hosts = 0;
  std::vector<std::string> names;
};
using Ways = std::map<std::pair<Mark, Mark>, Way>;

/// The worst end comes first, and of one end what concerns the most hosts.
std::vector<Change> in_order(const Ways& ways, const std::string& time, bool is_part) {
  std::vector<Change> changes;
  for (const auto& [ends, way] : ways) {
    changes.push_back(
        {time, ends.first, ends.second, way.hosts, is_part, join(fold_names(way.names), ", ")});
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& one, const Change& other) {
    return std::pair(one.after, one.hosts) > std::pair(other.after, other.hosts);
  });
  return changes;
}

/// The slots of word `i` in which any plane differs, of hosts that match before or after.
std::uint64_t changed_in(const Now& before, const Now& after, std::size_t i) {
  const std::size_t words = after.bitmap.words.size() / kPlanes;
  std::uint64_t changed = 0;
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    changed |= before.bitmap.words[plane * words + i] ^ after.bitmap.words[plane * words + i];
  }
  if (after.filter.empty()) return changed;
  const auto matching = [i](const Now& now) {
    return i < now.matching.size() ? now.matching[i] : 0;
  };
  return changed & (matching(before) | matching(after));
}

/// `is_there` is false of a host that had not come yet, or has gone.
Mark mark_of_state(const std::string& state, bool is_there) {
  if (!is_there) return kFree;
  for (std::size_t mark = 0; mark < kMarks; ++mark) {
    if (kGlyphs[mark].word == state) return static_cast<Mark>(mark);
  }
  return kUnknown;
}

std::vector<Change> changes_of(const DiffAnswer& diff, const std::string& time) {
  Ways ways;
  for (const HostChangeAnswer& change : diff.changes) {
    const Mark was = mark_of_state(change.before, change.kind != "came");
    const Mark is = mark_of_state(change.after, change.kind != "went");
    if (was == is) continue;  // Another bit beside the state.
    Way& way = ways[{was, is}];
    ++way.hosts;
    if (way.names.size() < kNamedChanges) {
      way.names.push_back(name_or_slot(to_plain_utf8(change.name), change.slot));
    }
  }
  return in_order(ways, time, !diff.next.empty());
}

}  // namespace

std::string clock_time(const std::string& rfc3339) {
  const auto time = parse_rfc3339(rfc3339);
  return time ? format_rfc3339(*time).substr(11, 8) + "Z" : to_plain_utf8(rfc3339);
}

void Changes::take(const Told& told) {
  if (told.now == nullptr || told.now == last_) return;
  const std::shared_ptr<const Now> before = std::exchange(last_, told.now);
  const bool goes_on = before != nullptr && before->api == told.now->api &&
                       before->filter == told.now->filter &&
                       before->bitmap.words.size() == told.now->bitmap.words.size();
  if (goes_on) {
    add_round(*before, *told.now, told.names);
  } else {
    newest_.clear();
    since_ = clock_time(told.now->summary.time);
    recent_.reset();
  }
  if (told.recent == nullptr || recent_ != nullptr || told.recent->filter != last_->filter) return;
  recent_ = told.recent;
  const auto stored = changes_of(recent_->diff, recent_->time);
  newest_.insert(newest_.end(), stored.begin(), stored.end());
}

void Changes::add_round(const Now& before, const Now& after, const NamePages& names) {
  Ways ways;
  for (std::size_t i = 0; i < after.bitmap.words.size() / kPlanes; ++i) {
    for (std::uint64_t changed = changed_in(before, after, i); changed != 0;
         changed &= changed - 1) {
      const std::size_t slot = 64 * i + static_cast<std::size_t>(std::countr_zero(changed));
      const Mark was = mark_of(before.bitmap, slot);
      const Mark is = mark_of(after.bitmap, slot);
      if (was == is) continue;  // A bit that people are not told of here, such as flapping.
      Way& way = ways[{was, is}];
      ++way.hosts;
      if (way.names.size() < kNamedChanges) {
        way.names.push_back(name_of(names, static_cast<std::uint32_t>(slot)));
      }
    }
  }
  const std::vector<Change> changes = in_order(ways, clock_time(after.summary.time), false);
  newest_.insert(newest_.begin(), changes.begin(), changes.end());
  newest_.resize(std::min(newest_.size(), kShownChanges));
}

std::vector<Change> changes_of(const Past& past) {
  return changes_of(past.diff, clock_time(past.summary.time));
}

}  // namespace flatline::cli::screen
