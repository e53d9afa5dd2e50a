#include "tools/cli/client.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "schema/answers/action_json.h"
#include "schema/answers/census_json.h"
#include "schema/answers/past_json.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/token_list.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

/// Which token must not cross the network in clear, in words; empty where it may. Those with names
/// are not taken so, and an admin token is worth more than what any answer tells. A token of the
/// older kind that is for reading alone has always been shown so.
std::string secret_of(const Endpoint& endpoint) {
  const TokenSource& source = endpoint.token_source;
  if (source.is_admin) return "the admin token";
  const bool is_secret = endpoint.token.starts_with(kTokenPrefix) ||
                         std::filesystem::path(source.file).filename() == "admin.token";
  return is_secret ? fmt::format("the token of {}", source.file) : "";
}

/// Returns the endpoints. Throws UsageError where one would be shown a secret in clear.
std::vector<Endpoint> with_private_tokens(std::vector<Endpoint> endpoints) {
  for (const Endpoint& endpoint : endpoints) {
    const ApiAddress& address = endpoint.address;
    const std::string secret = secret_of(endpoint);
    if (secret.empty() || address.is_private) continue;
    throw UsageError(
        fmt::format("{}: {} would cross the network in clear; use --api 127.0.0.1:{} on the "
                    "collector's machine, or from here behind: ssh -L {}:127.0.0.1:{} {}",
                    address.url, secret, kApiPort, kApiPort, kApiPort, address.host));
  }
  return endpoints;
}

}  // namespace

Client::Client(std::vector<Endpoint> endpoints, std::chrono::milliseconds timeout)
    : connection_(with_private_tokens(std::move(endpoints)), timeout) {}

Client::Client(const std::string& api, std::string token, std::chrono::milliseconds timeout,
               TokenSource source, std::string ca_file)
    : Client({{.name = api,
               .address = read_api_address(api, !ca_file.empty()),
               .token = std::move(token),
               .token_source = std::move(source),
               .ca_file = std::move(ca_file)}},
             timeout) {}

std::string Client::get(const std::string& path) {
  return require_ok(connection_.ask({path}));
}

/// What a refusal means in words of the command line. Empty where the collector's own say it.
std::string Client::refusal_text(const Reply& reply) const {
  const TokenSource& source = connection_.endpoint().token_source;
  const std::string& file = source.file;
  if (reply.status == 401 && source.is_named) {
    return fmt::format(
        "{} is no token for changes at this collector, or none any more (--token-file)", file);
  }
  if (reply.status == 401 && source.is_admin) {
    return fmt::format(
        "the admin token is needed, and {} is another: it is admin.token in the data folder of "
        "this "
        "collector (--admin-token)",
        file);
  }
  if (reply.status == 401) {
    return file.empty() ? "this collector asks for a token: give its file by --token-file"
                        : file + " is not the read token of this collector (--token-file)";
  }
  if (reply.status == 403 && reply.body.find(kRoleRefusal) == std::string::npos) {
    return fmt::format(
        "it takes changes over loopback alone: use --api 127.0.0.1:{} on its machine, or from here "
        "behind: ssh -L {}:127.0.0.1:{} {}",
        kApiPort, kApiPort, kApiPort, connection_.endpoint().address.host);
  }
  return {};
}

std::string Client::require_ok(const Reply& reply) {
  const auto note = reply.headers.find("flatline-note");
  filter_note_ = note == reply.headers.end() ? "" : note->second;
  if (reply.status == 200) return reply.body;
  std::string said = refusal_text(reply);
  const auto problem = problem_from_json(reply.body);
  if (said.empty()) {
    said = problem ? to_plain_utf8(problem->error) : fmt::format("answered {}", reply.status);
  }
  if (reply.status == 400 && problem) throw UsageError(said);
  throw Failure(fmt::format("{}: {}", api(), said));
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
  json.erase(json.find_last_of('}') + 1);  // Without the spaces that make it always as long.
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

WhoamiAnswer Client::whoami() {
  const Reply reply = connection_.ask({"/api/v1/whoami"});
  if (reply.status == 404) {
    throw Failure(api() +
                  ": this collector knows no names of tokens: it is older than this command");
  }
  return expect(whoami_from_json(require_ok(reply)), api());
}

CheckPageAnswer Client::checks() {
  static_assert(kCountedChecks <= kMaxPageHosts, "all of them are on one page");
  const Reply reply = connection_.ask({fmt::format("/api/v1/checks?limit={}", kMaxPageHosts)});
  if (reply.status == 404) {
    throw Failure(api() + ": this collector counts no checks: it is older than this command");
  }
  return expect(check_page_from_json(require_ok(reply)), api());
}

KeysAnswer Client::keys() {
  const Reply reply = connection_.ask({"/api/v1/keys"});
  if (reply.status == 404) {
    throw Failure(api() + ": this collector counts no keys: it is older than this command");
  }
  return expect(keys_from_json(require_ok(reply)), api());
}

bool Client::await_view_after(WallTime moment) {
  restart_deadline();
  // A tick takes a moment, and where the collector's machine is busy it is late.
  for (Milliseconds margin{20};; margin *= 2) {
    const SummaryAnswer seen = summary();
    const auto time = parse_rfc3339(seen.time);
    if (!time || *time > moment) return time.has_value();
    const double left = std::clamp(seen.collector.tick_seconds - seen.view_age_seconds, 0.0, 60.0);
    const auto next = Milliseconds{static_cast<std::int64_t>(1000 * left)} + margin;
    if (!connection_.pause(next)) return false;
  }
}

/// An older collector takes no filter here, so none is sent where there is none.
BitmapAnswer Client::bitmap_of(const std::string& query, const std::string& filter) {
  const std::string and_filter =
      filter.empty() ? "" : (query.empty() ? "filter=" : "&filter=") + url_encode(filter);
  return expect(decode_bitmap(get(fleet_path("bitmap", query + and_filter))), api());
}

BitmapAnswer Client::bitmap(const std::string& filter) {
  return bitmap_of("", filter);
}

BitmapAnswer Client::bitmap(Plane plane, const std::string& filter) {
  return bitmap_of(fmt::format("plane={}", plane_name(plane)), filter);
}

DiffAnswer Client::diff(WallTime from, std::optional<WallTime> to, const std::string& filter) {
  const auto path_to = [&](const std::string& and_to) {
    return fmt::format("/api/v1/diff?from={}{}&limit={}{}", url_encode(from), and_to, kMaxPageHosts,
                       filter.empty() ? "" : "&filter=" + url_encode(filter));
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

/// Pages by time: each begins where the last span of the one before ends. The spans before are then
/// told for good, even while the history's oldest steps are overwritten.
HostHistoryAnswer Client::host_history(const std::string& name, WallTime from, WallTime to) {
  const auto page_from = [&](WallTime begin) {
    return expect(host_history_from_json(get(fmt::format(
                      "/api/v1/hosts/{}/history?from={}&to={}&limit={}", url_encode(name),
                      url_encode(begin), url_encode(to), kMaxPageHosts))),
                  api());
  };
  HostHistoryAnswer all = page_from(from);
  to = std::min(to, expect(parse_rfc3339(all.to), api()));
  for (std::string next = std::exchange(all.next, {}); !next.empty();) {
    const WallTime told =
        all.spans.empty() ? to : expect(parse_rfc3339(all.spans.back().to), api());
    if (told <= from || told >= to) break;
    from = told;
    HostHistoryAnswer page = page_from(told);
    all.spans.insert(all.spans.end(), page.spans.begin(), page.spans.end());
    next = page.next;
  }
  all.total = static_cast<std::uint32_t>(all.spans.size());
  return all;
}

HostThenAnswer Client::host_then(const std::string& name) {
  return expect(host_then_from_json(get(fleet_path("hosts/" + url_encode(name), ""))), api());
}

CollectorHistoryAnswer Client::collector_history(WallTime from, WallTime to, std::size_t points) {
  return expect(collector_history_from_json(
                    get(fmt::format("/api/v1/collector/history?from={}&to={}&points={}",
                                    url_encode(from), url_encode(to), points))),
                api());
}

FleetHistoryAnswer Client::fleet_history(WallTime from, WallTime to, std::size_t points,
                                         const std::string& group) {
  return expect(fleet_history_from_json(get(fmt::format(
                    "/api/v1/history?from={}&to={}&points={}{}{}", url_encode(from), url_encode(to),
                    points, group.empty() ? "" : "&group=", url_encode(group)))),
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

std::optional<NamesDoneAnswer> Client::change_many(const ActionBody& request,
                                                   const std::string& key) {
  const Reply reply = connection_.ask({"/api/v1/actions", "POST", to_json(request), key});
  if (reply.status == 404 || reply.status == 405) return std::nullopt;
  return expect(names_done_from_json(require_ok(reply)), api());
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
