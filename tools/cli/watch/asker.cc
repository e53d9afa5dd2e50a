#include "tools/cli/watch/asker.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "schema/answers/past_json.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tools/cli/connection.h"
#include "tools/cli/group_question.h"
#include "tools/cli/screen/limits.h"

namespace flatline::cli::watch {
namespace {

using screen::HostTold;
using screen::Now;
using screen::Past;
using screen::Recent;
using screen::Slots;
using screen::Told;
using screen::Wanted;

/// Makes a client ask about a moment, until the end of a scope.
class LookingBack {
 public:
  LookingBack(Client& client, WallTime moment) : client_(client) { client_.look_back(moment); }
  ~LookingBack() { client_.look_back(std::nullopt); }
  LookingBack(const LookingBack&) = delete;
  LookingBack& operator=(const LookingBack&) = delete;

 private:
  Client& client_;
};

Slots slots_of(const BitmapAnswer& answer) {
  const auto plane = answer.plane(Plane::kRegistered);
  return {plane.begin(), plane.end()};
}

}  // namespace

Told Asker::ask(const Wanted& wanted) {
  if (!told_.trouble.empty()) client_.choose_again();
  told_.trouble.clear();
  client_.restart_deadline();
  try {
    ask_round(wanted);
  } catch (const std::exception& error) {
    told_.trouble = error.what();
    if (told_.trouble.empty()) told_.trouble = "it failed";
  }
  return told_;
}

void Asker::ask_round(const Wanted& wanted) {
  ask_now(wanted);
  ask_recent();
  if (wanted.host.empty()) {
    told_.host.reset();
  } else {
    ask_host(wanted);
  }
  if (wanted.moment) {
    ask_past(wanted);
  } else {
    told_.past.reset();
  }
  ask_names();
  ask_labels();
}

void Asker::begin_with_another() {
  told_.past.reset();
  told_.recent.reset();
  told_.labels.clear();
  told_.names.clear();
  name_cursor_.clear();
  names_generation_.clear();
  labels_at_.reset();
}

void Asker::ask_now(const Wanted& wanted) {
  const auto now = std::make_shared<Now>();
  now->summary = client_.summary();
  now->api = client_.api();
  if (told_.now != nullptr && told_.now->api != now->api) begin_with_another();
  now->at = monotonic_now();
  now->bitmap = client_.bitmap();
  now->groups = ask_groups(client_, "");
  now->checks = client_.checks();
  if (!wanted.filter.empty()) {
    try {
      now->matching = slots_of(client_.bitmap(Plane::kRegistered, wanted.filter));
      now->filter = wanted.filter;
    } catch (const UsageError& error) {
      told_.refused_filter = wanted.filter;
      told_.filter_error = error.what();
    }
  }
  if (wanted.filter != told_.refused_filter) told_.filter_error.clear();
  told_.now = now;
}

void Asker::ask_host(const Wanted& wanted) {
  const auto told = std::make_shared<HostTold>();
  told->name = wanted.host;
  told->moment = wanted.moment;
  try {
    if (wanted.moment) {
      const LookingBack looking(client_, *wanted.moment);
      told->then = client_.host_then(wanted.host);
    } else {
      told->now = client_.host(wanted.host);
    }
    if (!told->now && !told->then) told->error = "No host is registered as " + wanted.host;
  } catch (const Unanswered&) {
    throw;
  } catch (const std::exception& error) {
    told->error = error.what();  // Of the past: nobody knows of it then.
  }
  told_.host = told;
}

/// A step of the past stays as it is, so it is asked for once, and again where that failed.
void Asker::ask_past(const Wanted& wanted) {
  if (told_.past != nullptr && told_.past->error.empty() && told_.past->moment == *wanted.moment &&
      told_.past->filter == wanted.filter) {
    return;
  }
  const auto past = std::make_shared<Past>();
  past->moment = *wanted.moment;
  past->filter = wanted.filter;
  try {
    fill_past(*past);
  } catch (const Unanswered&) {
    throw;
  } catch (const std::exception& error) {
    past->error = error.what();
  }
  told_.past = past;
}

void Asker::fill_past(Past& past) {
  {
    const LookingBack looking(client_, past.moment);
    past.summary = client_.summary();
    past.bitmap = client_.bitmap();
    if (!past.filter.empty()) {
      past.matching = slots_of(client_.bitmap(Plane::kRegistered, past.filter));
    }
  }
  constexpr std::chrono::minutes kAnyStretch{1};
  past.step = Milliseconds{static_cast<std::int64_t>(
      1000 * client_.fleet_history(past.moment - kAnyStretch, past.moment, 1).step_seconds)};
  // The step before answers for the moment before this one.
  if (const auto time = parse_rfc3339(past.summary.time)) {
    past.diff = diff_page(*time - Milliseconds{1}, *time, past.filter);
  }
}

/// Once for each filter, from the past before the first round about it. Where the collector has no
/// step of then, nothing is told of it.
void Asker::ask_recent() {
  const Now& now = *told_.now;
  if (told_.recent != nullptr && told_.recent->filter == now.filter) return;
  const auto recent = std::make_shared<Recent>();
  recent->filter = now.filter;
  recent->time = "in " + std::to_string(screen::kRecent.count()) + "m";
  if (const auto time = parse_rfc3339(now.summary.time)) {
    recent->diff = diff_page(*time - screen::kRecent, *time, now.filter);
  }
  told_.recent = recent;
}

/// What changed between two moments, as far as a page tells. Nothing where that is not stored.
DiffAnswer Asker::diff_page(WallTime from, WallTime to, const std::string& filter) {
  try {
    const auto answer = diff_from_json(client_.get(
        fmt::format("/api/v1/diff?from={}&to={}&limit={}{}", url_encode(format_rfc3339(from)),
                    url_encode(format_rfc3339(to)), screen::kPastChanges,
                    filter.empty() ? "" : "&filter=" + url_encode(filter))));
    return answer.value_or(DiffAnswer{});
  } catch (const Unanswered&) {
    throw;
  } catch (const std::exception&) {
    return {};
  }
}

/// A page in a round, while any is of another generation than the view.
void Asker::ask_names() {
  if (name_cursor_.empty() && told_.now->summary.generation == names_generation_) return;
  const auto page = client_.names_page("", name_cursor_);
  if (!page) return;  // An older collector has no names to tell; slots are shown instead.
  if (name_cursor_.empty()) name_page_ = 0;
  if (name_page_ == 0) round_generation_ = page->generation;
  if (told_.names.size() <= name_page_) told_.names.resize(name_page_ + 1);
  told_.names[name_page_] = std::make_shared<NamesAnswer>(*page);
  const bool stands_still = !page->next.empty() && page->next == name_cursor_;
  name_cursor_ = stands_still ? "" : page->next;
  ++name_page_;
  if (!name_cursor_.empty()) return;
  told_.names.resize(name_page_);
  names_generation_ = round_generation_;
}

/// Layouts tell which hosts have which labels, two keys at a time. They may be some seconds old,
/// and are asked for as seldom as the collector makes them; and where it groups by other keys than
/// before.
void Asker::ask_labels() {
  std::vector<std::string> keys;
  for (const GroupKeyAnswer& key : told_.now->groups.keys) keys.push_back(key.key);
  const bool is_new = labels_at_ && monotonic_now() - *labels_at_ < kLayoutAge;
  if (is_new && keys == label_keys_) return;
  screen::Memberships labels;
  Duration age{0};
  for (std::size_t i = 0; i < keys.size(); i += kLayoutKeys) {
    std::string by = url_encode(keys[i]);
    if (i + 1 < keys.size()) by += "," + url_encode(keys[i + 1]);
    try {
      const auto layout = decode_layout(client_.get("/api/v1/layout?by=" + by));
      if (layout) screen::add_memberships(*layout, labels);
    } catch (const Unanswered&) {
      throw;
    } catch (const std::exception&) {
      // The map then has the order of the slots. It may be busy, or too old to have layouts.
      age = kLayoutAge - screen::kLayoutRetry;
    }
  }
  told_.labels = std::move(labels);
  label_keys_ = std::move(keys);
  labels_at_ = monotonic_now() - age;
}

std::chrono::milliseconds Asker::until_next(std::chrono::milliseconds round) const {
  constexpr std::chrono::milliseconds kMargin{20};  // A tick takes a moment.
  if (!told_.trouble.empty() || told_.now == nullptr) return round;
  const auto tick = std::chrono::duration<double>(told_.now->summary.collector.tick_seconds);
  const auto age = std::chrono::duration<double>(told_.now->summary.view_age_seconds) +
                   (monotonic_now() - told_.now->at);
  if (tick < round || tick > std::chrono::minutes{1}) return round;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(tick - age) + kMargin;
  return std::clamp(left, kMargin, std::chrono::duration_cast<std::chrono::milliseconds>(tick));
}

}  // namespace flatline::cli::watch
