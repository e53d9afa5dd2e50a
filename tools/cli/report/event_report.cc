#include "tools/cli/report/event_report.h"

#include <fmt/core.h>

#include "schema/limits.h"
#include "schema/wire/text.h"
#include "tools/cli/report/event_fold.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

std::string painted_state(const std::string& state, const std::string& check, bool colored) {
  return paint(with_check(to_plain_utf8(state), state, check), color_of_state(state), colored);
}

/// Of whom it tells.
std::string subject(const EventAnswer& event) {
  if (event.slot) return name_or_slot(to_plain_utf8(event.name), *event.slot);
  if (event.hosts) return fmt::format("{} hosts", *event.hosts);
  return event.kind == kFlagsEvent ? "(fleet)" : "(collector)";
}

/// What happened.
std::string predicate(const EventAnswer& event, bool colored) {
  if (event.kind == kGapEvent) return "not watched since " + day_and_time(event.from);
  if (event.kind == kStartedEvent) return "started";
  if (event.kind == kFlagsEvent) return "";
  if (event.kind == kMoreEvent) return "changed in other ways";
  if (event.kind == kMissedEvent) {
    return "not followed since " + day_and_time(event.from) + "; what is stored of it follows";
  }
  const std::string before = painted_state(event.before, event.check_before, colored);
  const std::string after = painted_state(event.after, event.check_after, colored);
  if (event.kind == "came") return "came, " + after;
  if (event.kind == "went") return "went, was " + before;
  if (event.kind == kUnrememberedState) return after + "; not remembered what it was before";
  if (event.kind != "changed") return to_plain_utf8(event.kind) + ", " + after;
  return event.before == event.after ? after : before + " → " + after;
}

/// The names of many, as far as they fit in a line.
std::string who(const EventAnswer& event) {
  const std::string all = join_plain(event.names, " ");
  if (all.size() <= kEventNamesBytes) return all;
  return std::string(utf8_prefix(all, kEventNamesBytes)) + "…";
}

}  // namespace

std::string event_line(const EventAnswer& event, bool colored) {
  std::string text = day_and_time(event.time) + "  " + subject(event);
  std::string what = predicate(event, colored);
  for (const std::string& bit : event.beside) {
    what += (what.empty() ? "" : ", ") + to_plain_utf8(bit);
  }
  text += "  " + what;
  if (!event.names.empty()) text += "  " + who(event);
  return text + "\n";
}

EventAnswer event_of(const HostChangeAnswer& change, const std::string& from,
                     const std::string& time) {
  EventAnswer event{time, change.kind, change.name, change.slot, change.before, change.after};
  event.beside = change.beside;
  event.check_before = change.check_before;
  event.check_after = change.check_after;
  event.from = from;
  return event;
}

}  // namespace flatline::cli
