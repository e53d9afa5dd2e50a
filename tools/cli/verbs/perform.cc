#include "tools/cli/verbs/perform.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <random>

#include "schema/answers/action_json.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/progress.h"
#include "tools/cli/report/action_report.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

/// A random key for a command that is not given one.
std::string random_batch() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

std::string fold_all(std::vector<std::string> names) {
  return join(fold_names(std::move(names)), " ");
}

/// Shows the hosts and lets the operator agree, where a pattern stands for them.
void confirm(const char* verb, const ActionArguments& options,
             const std::vector<std::string>& hosts) {
  const bool folded =
      std::any_of(options.hosts.begin(), options.hosts.end(), [](const std::string& argument) {
        return is_glob(argument) || argument.find('[') != std::string::npos;
      });
  if (!folded || options.yes) return;
  const std::string question = fmt::format("{} {} host{}: {}", verb, hosts.size(),
                                           hosts.size() == 1 ? "" : "s", fold_all(hosts));
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
    throw UsageError(question + "? nobody can be asked here; --yes says that it is meant");
  }
  fmt::print(stderr, "{}Go on? [y/N] ", wrap_lines(question + "\n", error_columns()));
  std::fflush(stderr);
  char answer[8] = {};
  if (std::fgets(answer, sizeof answer, stdin) == nullptr ||
      (answer[0] != 'y' && answer[0] != 'Y')) {
    throw Failure("nothing was done");
  }
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
    case Matches::kRegistered:
      break;
  }
  return "registered";
}

/// The names that patterns are held against. Nothing is asked where there is no pattern.
std::vector<std::string> candidates(Session& session, const ActionPath& action,
                                    const ActionArguments& options) {
  std::vector<std::string> names;
  if (std::none_of(options.hosts.begin(), options.hosts.end(), is_glob)) return names;
  const bool of_bans =
      action.matches == Matches::kForgotten || action.matches == Matches::kRegisteredOrRevoked;
  if (action.matches != Matches::kForgotten) {
    const char* const filter = action.matches == Matches::kDrained ? "drained" : "";
    for (const HostRowAnswer& host : session.client.hosts(filter).hosts) names.push_back(host.name);
  }
  if (!of_bans) return names;
  for (const BanAnswer& ban : session.client.bans().bans) {
    const bool fits = action.matches == Matches::kForgotten ? ban.forgotten_up_to.has_value()
                                                            : ban.revoked_below.has_value();
    if (fits) names.push_back(ban.host);
  }
  return names;
}

/// Waits until a view shows what was done, so that whoever asks next sees it.
void await_view(Session& session, const std::vector<ActionDoneAnswer>& changes) {
  std::optional<WallTime> last;
  for (const ActionDoneAnswer& change : changes) {
    if (const auto at = parse_rfc3339(change.action.at); at && (!last || *at > *last)) last = at;
  }
  if (!last) return;
  try {
    if (session.client.await_view_after(*last)) return;
  } catch (const Failure&) {
    // It was done all the same.
  }
  fmt::print(stderr, "flatline: done, but no view shows it yet: the next tick will\n");
}

void print_changes(const Session& session, const std::vector<ActionDoneAnswer>& changes) {
  if (session.options.output == Output::kTable) {
    return print(report_actions_done(changes, session.columns()));
  }
  std::string text;
  for (const ActionDoneAnswer& change : changes) text += to_json(change) + "\n";
  print(text);
}

}  // namespace

int perform(Session& session, const ActionPath& action, const ActionArguments& options) {
  const auto hosts =
      choose_hosts(options.hosts, candidates(session, action, options), word_of(action.matches));
  confirm(action.verb, options, hosts);
  const std::string batch = options.key.empty() ? random_batch() : options.key;
  std::vector<ActionDoneAnswer> done;
  std::map<std::string, std::vector<std::string>> refused;
  Progress progress(hosts.size());
  std::size_t asked = 0;
  try {
    for (const std::string& host : hosts) {
      session.client.restart_deadline();
      auto changed =
          session.client.change(action.method, "/api/v1/hosts/" + host + action.behind_host,
                                options.request, batch + "/" + host);
      if (auto* answer = std::get_if<ActionDoneAnswer>(&changed)) {
        done.push_back(std::move(*answer));
      } else {
        refused[std::get<std::string>(changed)].push_back(host);
      }
      progress.at(++asked);
    }
  } catch (const Unanswered& failure) {
    print_changes(session, done);
    throw Failure(
        fmt::format("{}; {} of {} hosts were done before, and {} may be done yet (flatline "
                    "actions tells): --key {} does the rest, and nothing twice",
                    failure.what(), done.size(), hosts.size(), hosts[asked], batch));
  } catch (const Failure& failure) {
    if (done.empty()) throw;
    print_changes(session, done);
    throw Failure(fmt::format("{}; {} of {} hosts were done before: --key {} does the rest",
                              failure.what(), done.size(), hosts.size(), batch));
  }
  await_view(session, done);
  print_changes(session, done);
  for (const auto& [why, names] : refused) {
    const std::string hint = names.size() == 1 ? host_hint(session.client, names.front()) : "";
    fmt::print(stderr, "flatline: {}: {}{}\n", names.size() == 1 ? action.verb : fold_all(names),
               why, hint);
  }
  return refused.empty() ? 0 : 1;
}

int perform_freeze(Session& session, const char* method, const ActionArguments& options) {
  const std::string key = options.key.empty() ? random_batch() : options.key;
  try {
    auto changed = session.client.change(method, "/api/v1/freeze", options.request, key);
    if (const auto* why = std::get_if<std::string>(&changed)) throw Failure(*why);
    const std::vector<ActionDoneAnswer> done = {std::get<ActionDoneAnswer>(std::move(changed))};
    await_view(session, done);
    print_changes(session, done);
    return 0;
  } catch (const Unanswered& failure) {
    throw Failure(
        fmt::format("{}; it may be done yet (flatline status tells): asked again with "
                    "--key {}, nothing is done twice",
                    failure.what(), key));
  }
}

}  // namespace flatline::cli
