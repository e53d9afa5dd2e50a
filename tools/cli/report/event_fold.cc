#include "tools/cli/report/event_fold.h"

#include <algorithm>
#include <utility>

#include "schema/limits.h"
#include "tools/cli/report/names.h"

namespace flatline::cli {

EventFold::EventFold(std::size_t lines, Tell tell) : lines_(lines), tell_(std::move(tell)) {}

void EventFold::add(EventAnswer event) {
  if (lines_ == 0) return tell_(event);
  if (event.time != time_) end();
  time_ = event.time;
  // What is about no host comes a few times at most, and is always told.
  if (!event.slot) return tell_(event);
  if (alike_.empty() && few_.size() < lines_) {
    few_.push_back(std::move(event));
    return;
  }
  for (EventAnswer& early : few_) put_aside(std::move(early));
  few_.clear();
  put_aside(std::move(event));
}

void EventFold::put_aside(EventAnswer event) {
  std::vector<std::string> key = {event.kind, event.before, event.after, event.check_before,
                                  event.check_after};
  key.insert(key.end(), event.beside.begin(), event.beside.end());
  auto found = alike_.find(key);
  if (found == alike_.end()) {
    if (alike_.size() == kFoldedKinds) {
      ++more_;
      return;
    }
    found = alike_.emplace(std::move(key), Alike{}).first;
  }
  Alike& alike = found->second;
  if (alike.names.size() < kFoldedNames) {
    alike.names.push_back(name_or_slot(event.name, *event.slot));
  }
  if (++alike.hosts == 1) alike.event = std::move(event);
}

void EventFold::end() {
  for (const EventAnswer& event : few_) tell_(event);
  few_.clear();
  if (!alike_.empty()) tell_alike();
  alike_.clear();
  more_ = 0;
}

void EventFold::tell_alike() {
  std::vector<Alike> kinds;
  for (auto& [key, alike] : alike_) kinds.push_back(std::move(alike));
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const Alike& a, const Alike& b) { return a.hosts > b.hosts; });
  const bool all_fit = kinds.size() <= lines_ && more_ == 0;
  const std::size_t told = all_fit ? kinds.size() : std::min(kinds.size(), lines_ - 1);
  for (std::size_t i = told; i < kinds.size(); ++i) more_ += kinds[i].hosts;
  for (std::size_t i = 0; i < told; ++i) {
    Alike& alike = kinds[i];
    if (alike.hosts > 1) {
      alike.event.name.clear();
      alike.event.slot.reset();
      alike.event.hosts = alike.hosts;
      const bool all_are_named = alike.names.size() == alike.hosts;
      alike.event.names = fold_names(std::move(alike.names));
      if (!all_are_named) alike.event.names.emplace_back("…");
    }
    tell_(alike.event);
  }
  if (more_ == 0) return;
  EventAnswer rest{time_, kMoreEvent};
  rest.from = kinds.front().event.from;
  rest.hosts = more_;
  tell_(rest);
}

}  // namespace flatline::cli
