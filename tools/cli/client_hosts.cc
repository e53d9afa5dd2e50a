// How the client asks for hosts and their names: by pages of CSV and of lines, of which a million
// hosts have a few, and of a collector that is older than these, or of the past, by pages of JSON.

#include <fmt/core.h>

#include <algorithm>
#include <future>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "schema/answers/rows_answer.h"
#include "schema/answers/view_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/wire/names.h"
#include "tools/cli/client.h"

namespace flatline::cli {
namespace {

/// A host that moved to another slot between two pages stands on both: the newer row takes the
/// place of the older one.
void unite_moved(std::vector<HostRowAnswer>& hosts) {
  std::unordered_map<std::string, std::size_t> places;
  std::size_t kept = 0;
  for (HostRowAnswer& host : hosts) {
    const auto [place, is_new] = places.emplace(host.name, kept);
    // Hosts of the past that lack a name are several.
    HostRowAnswer& into = hosts[is_new || host.name.empty() ? kept++ : place->second];
    if (&into != &host) into = std::move(host);
  }
  hosts.resize(kept);
}

std::string cursor(std::uint32_t first_slot) {
  return first_slot == 0 ? "" : "&after=" + std::to_string(first_slot - 1);
}

}  // namespace

/// Names are printed as they are, one on a line, so only host names may pass.
void Client::require_name(const std::string& name) const {
  if (!is_host_name(name)) throw Failure(api() + ": answered with a host without a name");
}

/// A collector's cursor always moves on. One that does not would make this ask for ever.
void Client::require_progress(const std::string& next, const std::string& after) const {
  if (!next.empty() && next == after) throw Failure(api() + ": the same page came twice");
}

void Client::refuse_answer() const {
  throw Failure(fmt::format("{}: this is not a flatline collector's answer; check --api", api()));
}

HostPageAnswer Client::host_page(const std::string& filter, const std::string& after) {
  const std::string query = fmt::format("limit={}&filter={}{}", kMaxPageHosts, url_encode(filter),
                                        after.empty() ? "" : "&after=" + url_encode(after));
  auto page = host_page_from_json(get(fleet_path("hosts", query)));
  if (!page) refuse_answer();
  for (const HostRowAnswer& host : page->hosts) {
    // For a past moment it may be forgotten who had a slot. Such a host has its slot and no name.
    if (!looks_back() || !host.name.empty()) require_name(host.name);
  }
  return std::move(*page);
}

HostPageAnswer Client::hosts(const std::string& filter, SlotRange slots) {
  std::optional<HostPageAnswer> rows;
  if (!looks_back()) rows = hosts_by_rows(filter, slots);
  HostPageAnswer all = rows ? std::move(*rows) : hosts_by_json(filter, slots);
  if (all.generation.empty()) unite_moved(all.hosts);
  return all;
}

HostPageAnswer Client::hosts_by_json(const std::string& filter, SlotRange slots) {
  HostPageAnswer all;
  std::string after = slots.first == 0 ? "" : std::to_string(slots.first - 1);
  for (bool is_first = true;; is_first = false) {
    HostPageAnswer page = host_page(filter, after);
    if (is_first) all.generation = page.generation;
    if (all.generation != page.generation) all.generation.clear();
    all.total = page.total;
    all.tick = page.tick;
    all.note = page.note;
    for (HostRowAnswer& host : page.hosts) {
      if (host.slot > slots.last) page.next.clear();
      if (host.slot < slots.first || host.slot > slots.last) continue;
      all.hosts.push_back(std::move(host));
    }
    require_progress(page.next, after);
    if (page.next.empty()) return all;
    after = page.next;
  }
}

std::optional<HostPageAnswer> Client::hosts_by_rows(const std::string& filter, SlotRange slots) {
  const bool is_range = slots.last < kMaxCapacity;  // It needs no larger page than it has slots.
  const std::uint32_t most = std::min(slots.last - slots.first, kRowsPerPage - 1) + 1;
  const std::string path = fmt::format("/api/v1/rows?limit={}&filter={}", most, url_encode(filter));
  Reply reply = connection_.ask({path + cursor(slots.first)});
  if (reply.status == 404) return std::nullopt;
  HostPageAnswer all;
  std::string after;
  for (bool is_first = true;; is_first = false) {
    const std::string page = require_ok(reply);
    auto head = rows_head(reply.headers);
    if (!head) refuse_answer();
    require_progress(head->next, after);
    after = head->next;
    const auto ask_next = [this, question = path + "&after=" + url_encode(after)] {
      return connection_.ask({question});
    };
    // The collector makes the next page while this one is read.
    std::future<Reply> next;
    if (!after.empty() && !is_range) next = std::async(std::launch::async, ask_next);
    if (is_first) {
      all.generation = head->generation;
      all.hosts.reserve(head->total);
    }
    if (all.generation != head->generation) all.generation.clear();
    all.total = head->total;
    all.tick = head->tick;
    if (!decode_rows(page, all.hosts)) refuse_answer();
    const bool is_over = !all.hosts.empty() && all.hosts.back().slot >= slots.last;
    if (after.empty() || is_over) break;
    reply = is_range ? ask_next() : next.get();
  }
  std::erase_if(all.hosts, [&](const HostRowAnswer& host) { return host.slot > slots.last; });
  return all;
}

std::optional<NamesAnswer> Client::names_page(const std::string& filter, const std::string& after) {
  const Reply reply =
      connection_.ask({fmt::format("/api/v1/names?filter={}{}", url_encode(filter),
                                   after.empty() ? "" : "&after=" + url_encode(after))});
  if (reply.status == 404) return std::nullopt;
  auto page = decode_names(require_ok(reply));
  if (!page) refuse_answer();
  return page;
}

std::vector<std::string> Client::names(const std::string& filter) {
  std::vector<std::string> names;
  auto page = looks_back() ? std::nullopt : names_page(filter, "");
  if (!page) {
    for (HostRowAnswer& host : hosts(filter).hosts) {
      if (!host.name.empty()) names.push_back(std::move(host.name));
    }
    return names;
  }
  const std::string generation = page->generation;
  bool has_moved = false;  // Then a host may stand on two pages.
  while (true) {
    has_moved |= page->generation != generation;
    for (SlotName& host : page->hosts) names.push_back(std::move(host.name));
    if (page->next.empty()) break;
    const std::string after = page->next;
    page = names_page(filter, after);
    if (!page) refuse_answer();
    require_progress(page->next, after);
  }
  if (!has_moved) return names;
  std::unordered_set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  return names;
}

std::vector<std::string> Client::names_for_hints() {
  // One page is enough where a name only might be near to one that was meant.
  if (auto page = looks_back() ? std::nullopt : names_page("", "")) {
    std::vector<std::string> names;
    for (SlotName& host : page->hosts) names.push_back(std::move(host.name));
    return names;
  }
  HostPageAnswer page = host_page("", "");
  if (!page.next.empty() && page.total <= kHintHosts) page = hosts("");
  std::vector<std::string> names;
  for (HostRowAnswer& host : page.hosts) {
    if (!host.name.empty()) names.push_back(std::move(host.name));
  }
  return names;
}

}  // namespace flatline::cli
