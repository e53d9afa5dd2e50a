#include "tools/cli/verbs/perform.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "schema/answers/action_json.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/interrupts.h"
#include "tools/cli/progress.h"
#include "tools/cli/report/action_report.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/verbs/agreement.h"

namespace flatline::cli {
namespace {

/// A random key for a command that is not given one.
std::string random_batch() {
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

/// What to say of a name that is not registered: the one that was meant, or that it is no name.
std::string hint_of(Session& session, const std::string& name) {
  if (!is_filter_word(name)) return host_hint(session.client, name);
  return fmt::format("; --filter {} selects hosts that are {}", name, name);
}

/// Waits until a view shows what was done, so that whoever asks next sees it. Of several parts
/// under one record no answer has the moment of the last, but the view after the one that is shown
/// now has them all.
void await_view(Session& session, const std::vector<ActionDoneAnswer>& changes, bool has_parts) {
  std::optional<WallTime> last;
  for (const ActionDoneAnswer& change : changes) {
    if (const auto at = parse_rfc3339(change.action.at); at && (!last || *at > *last)) last = at;
  }
  if (!last) return;
  try {
    if (has_parts) last = parse_rfc3339(session.client.summary().time);
    if (last && session.client.await_view_after(*last)) return;
  } catch (const Failure&) {
    // It was done all the same.
  }
  fmt::print(stderr, "flatline: done, but no view shows it yet: the next tick will\n");
}

void print_changes(const Session& session, const ActionArguments& options,
                   const std::vector<ActionDoneAnswer>& changes) {
  std::string text;
  if (session.options.output == Output::kTable) {
    text = report_actions_done(changes, session.columns());
  } else {
    for (const ActionDoneAnswer& change : changes) text += to_json(change) + "\n";
  }
  tell_people(options.tells_on_stderr, text);
}

/// What a command came to so far.
struct Outcome {
  std::vector<ActionDoneAnswer> done;
  std::map<std::string, std::vector<std::string>> refused;  ///< The hosts, by the reason.
  std::size_t asked = 0;                                    ///< For how many an answer came.
};

/// A command while it is carried out.
struct Command {
  Session& session;
  const ActionPath& action;
  const ActionArguments& options;
  const std::vector<std::string>& hosts;
  const std::string& batch;  ///< The key of all its requests, or what their keys begin with.
  Outcome& outcome;
  Progress& progress;
  const Interrupts& interrupts;

  /// Counts answers. Throws Failure where somebody wants the command to end and something is left.
  void came_to(std::size_t asked) const {
    outcome.asked += asked;
    progress.at(outcome.asked);
    if (interrupts.came() && outcome.asked < hosts.size()) throw Failure("interrupted");
  }
};

/// The reason for which a name was refused, in words that hosts of one kind share.
std::string reason_of(const ActionPath& action, const NameAnswer& answer, bool is_only_one) {
  if (answer.result != "unknown_host" || is_only_one) return to_plain_utf8(answer.note);
  return action.matches == Matches::kForgotten ? "neither registered nor forgotten"
                                               : "no hosts are registered under these names";
}

void take(const Command& command, const NamesDoneAnswer& answer) {
  for (const NameAnswer& name : answer.answers) {
    const bool is_done = name.result == "done" || name.result == "unchanged";
    if (!is_done && name.result != "unremembered") {
      const std::string why = reason_of(command.action, name, command.hosts.size() == 1);
      command.outcome.refused[why].push_back(name.name);
      continue;
    }
    ActionDoneAnswer& done = command.outcome.done.emplace_back(answer.done);
    done.action.host = name.name;
    done.action.changed = name.result == "done";
    done.repeated |= name.result == "unremembered";
    if (!name.note.empty()) done.note += (done.note.empty() ? "" : "; ") + name.note;
  }
}

/// Asks in parts of many names, under one key and as one record. Returns false where the collector
/// is older than that.
bool ask_in_parts(const Command& command) {
  ActionBody body = command.options.request;
  body.verb = command.action.verb;
  for (double part = 1; command.outcome.asked < command.hosts.size(); ++part) {
    const auto begin = command.hosts.begin() + static_cast<std::ptrdiff_t>(command.outcome.asked);
    const std::size_t count =
        std::min<std::size_t>(kNamesPerAction, command.hosts.size() - command.outcome.asked);
    body.names.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (part > 1) body.part = part;
    command.session.client.restart_deadline();
    const auto answer = command.session.client.change_many(body, command.batch);
    if (!answer) return false;
    take(command, *answer);
    command.came_to(count);
  }
  return true;
}

/// Asks host by host, each under a key of its own.
void ask_one_by_one(const Command& command) {
  for (const std::string& host : command.hosts) {
    command.session.client.restart_deadline();
    auto changed = command.session.client.change(
        command.action.method, "/api/v1/hosts/" + host + command.action.behind_host,
        command.options.request, command.batch + "/" + host);
    if (auto* answer = std::get_if<ActionDoneAnswer>(&changed)) {
      command.outcome.done.push_back(std::move(*answer));
    } else {
      command.outcome.refused[std::get<std::string>(changed)].push_back(host);
    }
    command.came_to(1);
  }
}

/// What an error of a command must say besides: how far it came, and how to go on.
std::string how_to_go_on(const Command& command, bool is_unsure) {
  std::string text = fmt::format("{} of {} hosts were done before", command.outcome.done.size(),
                                 command.hosts.size());
  if (is_unsure) {
    const std::size_t left = command.hosts.size() - command.outcome.asked;
    text += fmt::format(", and {} may be done yet (flatline actions tells)",
                        left == 1 ? command.hosts.back() : "the next of them");
  }
  if (command.options.is_repeatable) return text + ": the same command does the rest";
  const bool is_filtered = !command.options.filters.empty();
  return text + fmt::format(": --key {}{} does the rest, and nothing twice", command.batch,
                            is_filtered ? " with the names above, in the place of filters," : "");
}

}  // namespace

int perform(Session& session, const ActionPath& action, const ActionArguments& options) {
  auto hosts =
      choose_hosts(options.hosts, candidates(session, action, options), word_of(action.matches));
  add_matching(session, action, options, hosts);
  confirm(action.verb, options, hosts);
  const std::string batch = options.key.empty() ? random_batch() : options.key;
  Outcome outcome;
  Progress progress(hosts.size());
  const Interrupts interrupts([&session] { session.client.give_up(); });
  const Command command{session, action, options, hosts, batch, outcome, progress, interrupts};
  try {
    if (!ask_in_parts(command)) ask_one_by_one(command);
  } catch (const Failure& failure) {
    const bool is_unsure = dynamic_cast<const Unanswered*>(&failure) != nullptr;
    if (!is_unsure && outcome.done.empty()) throw;
    print_changes(session, options, outcome.done);
    throw Failure(fmt::format("{}; {}", interrupts.came() ? "interrupted" : failure.what(),
                              how_to_go_on(command, is_unsure)));
  }
  await_view(session, outcome.done, hosts.size() > kNamesPerAction);
  print_changes(session, options, outcome.done);
  for (const auto& [why, names] : outcome.refused) {
    const std::string hint = names.size() == 1 ? hint_of(session, names.front()) : "";
    fmt::print(stderr, "flatline: {}: {}{}\n", names.size() == 1 ? action.verb : fold_all(names),
               why, hint);
  }
  return outcome.refused.empty() ? 0 : 1;
}

int perform_freeze(Session& session, const char* method, const ActionArguments& options) {
  const std::string key = options.key.empty() ? random_batch() : options.key;
  try {
    auto changed = session.client.change(method, "/api/v1/freeze", options.request, key);
    if (const auto* why = std::get_if<std::string>(&changed)) throw Failure(*why);
    const std::vector<ActionDoneAnswer> done = {std::get<ActionDoneAnswer>(std::move(changed))};
    await_view(session, done, false);
    print_changes(session, options, done);
    return 0;
  } catch (const Unanswered& failure) {
    throw Failure(
        fmt::format("{}; it may be done yet (flatline status tells): asked again with "
                    "--key {}, nothing is done twice",
                    failure.what(), key));
  }
}

}  // namespace flatline::cli
