#include "tools/cli/verbs/perform.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <utility>

#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/verbs/agreement.h"
#include "tools/cli/verbs/order.h"

namespace flatline::cli {
namespace {

/// A random key for a command that is not given one.
std::string random_key() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

/// Shows the hosts and lets the operator agree, where a pattern or a filter stands for them. Whom a
/// filter selects is shown to those who agreed before, too: it is told nowhere else.
void confirm(const char* verb, const ActionArguments& options,
             const std::vector<std::string>& hosts) {
  const bool folded =
      std::any_of(options.hosts.begin(), options.hosts.end(), [](const std::string& argument) {
        return is_glob(argument) || argument.find('[') != std::string::npos;
      });
  const bool is_shown = !options.filters.empty() || ((folded || options.listed) && !options.yes);
  if (!is_shown) return;
  const std::string question = fmt::format("{} {} host{}: {}", verb, hosts.size(),
                                           hosts.size() == 1 ? "" : "s", fold_all(hosts));
  if (options.yes) {
    fmt::print(stderr, "flatline: {}\n", question);
    return;
  }
  let_agree(question);
}

/// The word for such hosts, for the error that none of them matches.
std::string_view word_of(Matches matches) {
  switch (matches) {
    case Matches::kDrained:
      return "drained";
    case Matches::kForgotten:
      return "forgotten";
    case Matches::kRegisteredOrRevoked:
      return "registered or revoked";
    case Matches::kAwaited:
      return "expected";
    case Matches::kRegistered:
      break;
  }
  return "registered";
}

/// The names of the hosts that match, and of which the action may be true. No plane has the drains
/// that are planned; rows tell them.
std::vector<std::string> matching(Session& session, Matches matches, const std::string& filter) {
  if (matches == Matches::kAwaited) return session.client.names(both_of("awaited", filter));
  if (matches != Matches::kDrained) return session.client.names(filter);
  std::vector<std::string> names;
  for (HostRowAnswer& host : session.client.hosts(filter).hosts) {
    if (host.drained || is_drain_planned(host)) names.push_back(std::move(host.name));
  }
  return names;
}

/// The names that patterns are held against. Nothing is asked where there is no pattern.
std::vector<std::string> candidates(Session& session, const ActionPath& action,
                                    const ActionArguments& options) {
  std::vector<std::string> names;
  if (std::none_of(options.hosts.begin(), options.hosts.end(), is_glob)) return names;
  const bool of_bans =
      action.matches == Matches::kForgotten || action.matches == Matches::kRegisteredOrRevoked;
  if (action.matches != Matches::kForgotten) names = matching(session, action.matches, "");
  if (!of_bans) return names;
  for (const BanAnswer& ban : session.client.bans().bans) {
    const bool fits = action.matches == Matches::kForgotten ? ban.forgotten_up_to.has_value()
                                                            : ban.revoked_below.has_value();
    if (fits) names.push_back(ban.host);
  }
  return names;
}

/// Adds the hosts that the filters select, in the order in which they are shown.
void add_matching(Session& session, const ActionPath& action, const ActionArguments& options,
                  std::vector<std::string>& hosts) {
  if (options.filters.empty()) return;
  if (action.matches == Matches::kForgotten) {
    throw UsageError(
        fmt::format("{}: no filter selects forgotten hosts, for they have no state; "
                    "give names or patterns",
                    action.verb));
  }
  if (!options.key.empty()) {
    throw UsageError(
        "--key: another time a filter may select other hosts; give the names that it selected");
  }
  std::vector<std::string> names = matching(session, action.matches, any_of(options.filters));
  if (names.empty()) {
    const std::string note = to_plain_utf8(session.client.filter_note());
    throw UsageError(fmt::format("host: no {} host matches {}{}{}", word_of(action.matches),
                                 to_plain_utf8(any_of(options.filters)), note.empty() ? "" : ": ",
                                 note));
  }
  std::sort(names.begin(), names.end(), natural_less);
  const std::set<std::string> named(hosts.begin(), hosts.end());
  for (std::string& name : names) {
    if (!named.contains(name)) hosts.push_back(std::move(name));
  }
}

}  // namespace

int perform(Session& session, const ActionPath& action, const ActionArguments& options) {
  auto hosts =
      choose_hosts(options.hosts, candidates(session, action, options), word_of(action.matches));
  add_matching(session, action, options, hosts);
  confirm(action.verb, options, hosts);
  return order(session, {action, options, hosts, options.key.empty() ? random_key() : options.key});
}

int perform_freeze(Session& session, const char* method, const ActionArguments& options) {
  return order_freeze(session, method, options, options.key.empty() ? random_key() : options.key);
}

}  // namespace flatline::cli
