#include "tools/cli/client.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "schema/answers/action_json.h"
#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline::cli {

Client::Client(const std::string& api, std::string token, std::chrono::milliseconds timeout)
    : connection_(api, std::move(token), timeout) {}

std::string Client::get(const std::string& path) {
  return require_ok(connection_.ask({path}));
}

std::string Client::require_ok(const Reply& reply) const {
  if (reply.status == 200) return reply.body;
  const auto problem = problem_from_json(reply.body);
  throw Failure(fmt::format(
      "{}: {}", api(),
      problem ? to_plain_utf8(problem->error) : fmt::format("answered {}", reply.status)));
}

namespace {

std::string url_encode(WallTime time) {
  return cli::url_encode(format_rfc3339(time));
}

/// Returns the answer. Throws Failure if it did not parse: then it is not a collector's.
template <typename Answer>
Answer expect(std::optional<Answer> answer, const std::string& api) {
  if (!answer) {
    throw Failure(fmt::format("{}: this is not a flatline collector's answer; check --api", api));
  }
  return std::move(*answer);
}

}  // namespace

std::string Client::fleet_path(const std::string& resource, const std::string& query) const {
  const std::string and_query = (query.empty() ? "" : "&") + query;
  if (!moment_) return fmt::format("/api/v1/{}{}{}", resource, query.empty() ? "" : "?", query);
  return fmt::format("/api/v1/at{}?time={}{}", resource == "summary" ? "" : "/" + resource,
                     url_encode(*moment_), and_query);
}

std::string Client::summary_json() {
  std::string json = get(fleet_path("summary", ""));
  expect(summary_from_json(json), api());
  return json;
}

SummaryAnswer Client::summary() {
  return expect(summary_from_json(get(fleet_path("summary", ""))), api());
}

std::optional<HostAnswer> Client::host(const std::string& name) {
  const Reply reply = connection_.ask({"/api/v1/hosts/" + url_encode(name)});
  if (reply.status == 404) return std::nullopt;
  return expect(host_from_json(require_ok(reply)), api());
}

template <typename Answer, typename Read, typename Same, typename Append>
Answer Client::all_pages(const std::string& path, Read read, Same same, Append append) {
  std::optional<Answer> all;
  std::string after;
  while (true) {
    Answer page =
        expect(read(get(path + (after.empty() ? "" : "&after=" + url_encode(after)))), api());
    if (all && !same(page, *all)) {
      all.reset();
      after.clear();
      if (connection_.is_over()) throw Failure(api() + ": answers change faster than pages come");
      continue;
    }
    // A collector's cursor always moves on. One that does not would make this ask for ever.
    if (!page.next.empty() && page.next == after)
      throw Failure(api() + ": the same page came twice");
    after = std::exchange(page.next, {});
    if (all) {
      append(*all, page);
    } else {
      all = std::move(page);
    }
    if (after.empty()) return std::move(*all);
  }
}

/// Names are printed as they are, one on a line, so only host names may pass.
void Client::require_name(const std::string& name) const {
  if (!is_host_name(name)) throw Failure(api() + ": answered with a host without a name");
}

HostPageAnswer Client::hosts(const std::string& filter) {
  // If a slot changed its host between two pages, they would make a list of two moments.
  HostPageAnswer all = all_pages<HostPageAnswer>(
      fleet_path("hosts", fmt::format("limit={}&filter={}", kMaxPageHosts, url_encode(filter))),
      host_page_from_json,
      [](const auto& page, const auto& first) { return page.generation == first.generation; },
      [](auto& into, const auto& page) {
        into.total = page.total;
        into.tick = page.tick;
        into.hosts.insert(into.hosts.end(), page.hosts.begin(), page.hosts.end());
      });
  for (const HostRowAnswer& host : all.hosts) {
    // For a past moment it may be forgotten who had a slot. Such a host has its slot and no name.
    if (!looks_back() || !host.name.empty()) require_name(host.name);
  }
  return all;
}

BitmapAnswer Client::bitmap_of(const std::string& query) {
  return expect(decode_bitmap(get(fleet_path("bitmap", query))), api());
}

BitmapAnswer Client::bitmap() {
  return bitmap_of("");
}

BitmapAnswer Client::bitmap(Plane plane) {
  return bitmap_of(fmt::format("plane={}", plane_name(plane)));
}

DiffAnswer Client::diff(WallTime from, std::optional<WallTime> to) {
  const auto path_to = [&](const std::string& and_to) {
    return fmt::format("/api/v1/diff?from={}{}&limit={}", url_encode(from), and_to, kMaxPageHosts);
  };
  DiffAnswer all;
  if (!to) {
    all = expect(diff_from_json(get(path_to(""))), api());
    // The next page would be of a newer view. So where there is more than one page, all are asked
    // for up to a stored step, which stays the same.
    if (!all.next.empty()) to = expect(parse_rfc3339(all.to), api());
  }
  if (to) {
    all = all_pages<DiffAnswer>(
        path_to("&to=" + url_encode(*to)), diff_from_json,
        [](const auto& page, const auto& first) {
          return page.from == first.from && page.to == first.to;
        },
        [](auto& into, const auto& page) {
          into.changes.insert(into.changes.end(), page.changes.begin(), page.changes.end());
        });
  }
  for (const HostChangeAnswer& change : all.changes) {
    if (!change.name.empty()) require_name(change.name);  // Where it is empty, the slot is known.
  }
  return all;
}

HostHistoryAnswer Client::host_history(const std::string& name, WallTime from, WallTime to) {
  return all_pages<HostHistoryAnswer>(
      fmt::format("/api/v1/hosts/{}/history?from={}&to={}&limit={}", url_encode(name),
                  url_encode(from), url_encode(to), kMaxPageHosts),
      host_history_from_json,
      [](const auto& page, const auto& first) {
        return page.from == first.from && page.to == first.to && page.total == first.total;
      },
      [](auto& into, const auto& page) {
        into.spans.insert(into.spans.end(), page.spans.begin(), page.spans.end());
      });
}

FleetHistoryAnswer Client::fleet_history(WallTime from, WallTime to, std::size_t points) {
  return expect(fleet_history_from_json(get(fmt::format("/api/v1/history?from={}&to={}&points={}",
                                                        url_encode(from), url_encode(to), points))),
                api());
}

Client::Changed Client::change(const std::string& method, const std::string& path,
                               const ActionBody& request, const std::string& key) {
  const Reply reply = connection_.ask({path, method, to_json(request), key});
  const bool this_one_alone = reply.status == 404 || reply.status == 409 || reply.status == 507;
  if (const auto problem = problem_from_json(reply.body); this_one_alone && problem) {
    return to_plain_utf8(problem->error);
  }
  return expect(action_done_from_json(require_ok(reply)), api());
}

BanPageAnswer Client::bans() {
  return all_pages<BanPageAnswer>(
      fmt::format("/api/v1/orders?limit={}", kMaxPageHosts), ban_page_from_json,
      [](const auto&, const auto&) { return true; },
      [](auto& into, const auto& page) {
        into.total = page.total;
        into.bans.insert(into.bans.end(), page.bans.begin(), page.bans.end());
      });
}

ActionPageAnswer Client::actions(std::uint32_t limit) {
  ActionPageAnswer all;
  for (std::string after;;) {
    const auto more = std::min<std::size_t>(limit - all.actions.size(), kMaxPageActions);
    ActionPageAnswer page = expect(
        action_page_from_json(get(fmt::format("/api/v1/actions?limit={}{}", more,
                                              after.empty() ? "" : "&after=" + url_encode(after)))),
        api());
    all.total = page.total;
    all.actions.insert(all.actions.end(), page.actions.begin(), page.actions.end());
    const bool stands_still = page.actions.empty() || page.next == after;
    after = all.next = page.next;
    if (after.empty() || stands_still || all.actions.size() >= limit) return all;
  }
}

}  // namespace flatline::cli
