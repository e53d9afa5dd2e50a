#include "tools/cli/verbs/order.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "schema/answers/action_json.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/interrupts.h"
#include "tools/cli/progress.h"
#include "tools/cli/report/action_report.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/wrap.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/verbs/agreement.h"

namespace flatline::cli {
namespace {

/// One of the collectors that are asked.
struct Place {
  Session& session;
  Client& client;
  std::string name;  ///< Empty where it is the only one.

  /// What lines about it begin with.
  [[nodiscard]] std::string begin() const { return name.empty() ? "" : name + ": "; }
  /// The flags that ask it alone, under the same key.
  [[nodiscard]] std::string flags(const std::string& key) const {
    return (name.empty() ? "" : fmt::format("--context {} ", name)) + "--key " + key;
  }
};

/// What to say of a name that is not registered: the one that was meant, or that it is no name.
std::string hint_of(const Place& place, const std::string& name) {
  if (!is_filter_word(name)) return host_hint(place.client, name);
  return fmt::format("; --filter {} selects hosts that are {}", name, name);
}

/// Waits until a view shows what was done, so that whoever asks next sees it. Of several parts
/// under one record no answer has the moment of the last, but the view after the one that is shown
/// now has them all.
void await_view(const Place& place, const std::vector<ActionDoneAnswer>& changes, bool has_parts) {
  std::optional<WallTime> last;
  for (const ActionDoneAnswer& change : changes) {
    if (const auto at = parse_rfc3339(change.action.at); at && (!last || *at > *last)) last = at;
  }
  if (!last) return;
  try {
    if (has_parts) last = parse_rfc3339(place.client.summary().time);
    if (last && place.client.await_view_after(*last)) return;
  } catch (const Failure&) {
    // It was done all the same.
  }
  fmt::print(stderr, "flatline: {}done, but no view shows it yet: the next tick will\n",
             place.begin());
}

/// `text` with the place's name before each line.
std::string from_place(const Place& place, const std::string& text) {
  if (place.name.empty()) return text;
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1);
    lines += place.begin() + text.substr(begin, end + 1 - begin);
    begin = end + 1;
  }
  return lines;
}

/// An object of JSON that begins with the place's name, which needs no escapes.
std::string from_place_json(const Place& place, std::string json) {
  if (!place.name.empty()) json.insert(1, fmt::format("\"collector\":\"{}\",", place.name));
  return json;
}

void print_changes(const Place& place, const ActionArguments& options,
                   const std::vector<ActionDoneAnswer>& changes) {
  const Session& session = place.session;
  std::string text;
  if (session.options.output == Output::kTable) {
    const std::size_t columns = session.columns();
    const std::size_t taken = place.begin().size();
    text = from_place(place,
                      report_actions_done(changes, columns > taken ? columns - taken : columns));
  } else {
    for (const ActionDoneAnswer& change : changes) {
      text += from_place_json(place, to_json(change)) + "\n";
    }
  }
  tell_people(options.tells_on_stderr, text);
}

/// Somebody wants the command to end before all is done.
class Interrupted : public Failure {
  using Failure::Failure;
};

/// What a command came to so far.
struct Outcome {
  std::vector<ActionDoneAnswer> done;
  std::map<std::string, std::vector<std::string>> refused;  ///< The hosts, by the reason.
  std::size_t asked = 0;                                    ///< For how many an answer came.
};

/// An order while it is carried out at one place.
struct Command {
  const Place& place;
  const Order& order;
  Outcome& outcome;
  Progress& progress;
  const Interrupts& interrupts;

  /// Counts answers. Throws Failure where somebody wants the command to end and something is left.
  void came_to(std::size_t asked) const {
    outcome.asked += asked;
    progress.at(outcome.asked);
    if (interrupts.came() && outcome.asked < order.hosts.size()) throw Failure("interrupted");
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
      const std::string why =
          reason_of(command.order.action, name, command.order.hosts.size() == 1);
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
  ActionBody body = command.order.options.request;
  body.verb = command.order.action.verb;
  for (double part = 1; command.outcome.asked < command.order.hosts.size(); ++part) {
    const auto begin =
        command.order.hosts.begin() + static_cast<std::ptrdiff_t>(command.outcome.asked);
    const std::size_t count =
        std::min<std::size_t>(kNamesPerAction, command.order.hosts.size() - command.outcome.asked);
    body.names.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (part > 1) body.part = part;
    command.place.client.restart_deadline();
    const auto answer = command.place.client.change_many(body, command.order.key);
    if (!answer) return false;
    take(command, *answer);
    command.came_to(count);
  }
  return true;
}

/// Asks host by host, each under a key of its own.
void ask_one_by_one(const Command& command) {
  for (const std::string& host : command.order.hosts) {
    command.place.client.restart_deadline();
    auto changed = command.place.client.change(
        command.order.action.method, "/api/v1/hosts/" + host + command.order.action.behind_host,
        command.order.options.request, command.order.key + "/" + host);
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
  const Order& order = command.order;
  std::string text = fmt::format("{} of {} hosts were done before", command.outcome.done.size(),
                                 order.hosts.size());
  if (is_unsure) {
    const std::size_t left = order.hosts.size() - command.outcome.asked;
    text += fmt::format(", and {} may be done yet (flatline actions tells)",
                        left == 1 ? order.hosts.back() : "the next of them");
  }
  if (order.options.is_repeatable) {
    return text + (command.place.name.empty()
                       ? ": the same command does the rest"
                       : fmt::format(": the same command with --context {} does the rest there",
                                     command.place.name));
  }
  const bool is_filtered = !order.options.filters.empty();
  return text + fmt::format(": {}{} does the rest, and nothing twice",
                            command.place.flags(order.key),
                            is_filtered ? " with the names above, in the place of filters," : "");
}

int order_at(const Place& place, const Order& order) {
  Outcome outcome;
  Progress progress(order.hosts.size());
  const Interrupts interrupts([&place] { place.client.give_up(); });
  const Command command{place, order, outcome, progress, interrupts};
  try {
    if (!ask_in_parts(command)) ask_one_by_one(command);
  } catch (const Failure& failure) {
    const bool is_unsure = dynamic_cast<const Unanswered*>(&failure) != nullptr;
    // Where nobody else was asked, the same command again is all that it takes.
    if (!is_unsure && outcome.done.empty() && place.name.empty()) throw;
    print_changes(place, order.options, outcome.done);
    const std::string how = how_to_go_on(command, is_unsure);
    if (interrupts.came()) throw Interrupted("interrupted; " + how);
    throw Failure(fmt::format("{}; {}", failure.what(), how));
  }
  await_view(place, outcome.done, order.hosts.size() > kNamesPerAction);
  print_changes(place, order.options, outcome.done);
  for (const auto& [why, names] : outcome.refused) {
    const std::string hint = names.size() == 1 ? hint_of(place, names.front()) : "";
    fmt::print(stderr, "flatline: {}{}: {}{}\n", place.begin(),
               order.hosts.size() == 1 ? order.action.verb : fold_all(names), why, hint);
  }
  return outcome.refused.empty() ? 0 : 1;
}

int order_freeze_at(const Place& place, const char* method, const ActionArguments& options,
                    const std::string& key) {
  try {
    auto changed = place.client.change(method, "/api/v1/freeze", options.request, key);
    if (const auto* why = std::get_if<std::string>(&changed)) throw Failure(*why);
    const std::vector<ActionDoneAnswer> done = {std::get<ActionDoneAnswer>(std::move(changed))};
    await_view(place, done, false);
    print_changes(place, options, done);
    return 0;
  } catch (const Unanswered& failure) {
    throw Failure(
        fmt::format("{}; it may be done yet (flatline status tells): asked again with {}, nothing "
                    "is done twice",
                    failure.what(), place.flags(key)));
  } catch (const Failure& failure) {
    if (place.name.empty()) throw;
    throw Failure(fmt::format("{}; {} does it there", failure.what(), place.flags(key)));
  }
}

void tell_failure(const CollectorEntry& entry, std::string_view what) {
  std::fputs(
      wrap_lines(fmt::format("flatline: {}: {}\n", entry.name, what), error_columns()).c_str(),
      stderr);
}

/// Does the same at each collector. What goes wrong at one of several is told, and the next is
/// asked; but none after somebody wanted the command to end.
int at_each(Session& session, const std::string& key, const std::function<int(const Place&)>& act) {
  if (!session.chosen.is_pair()) return act({session, session.client, ""});
  int exit_code = 0;
  bool is_interrupted = false;
  for (const CollectorEntry& entry : session.chosen.collectors) {
    if (is_interrupted) {
      tell_failure(entry,
                   fmt::format("not asked; --context {} --key {} does it there", entry.name, key));
      continue;
    }
    try {
      Client client = session.collectors.client({entry}, true);
      exit_code = std::max(exit_code, act({session, client, entry.name}));
    } catch (const std::exception& error) {
      tell_failure(entry, error.what());
      is_interrupted = dynamic_cast<const Interrupted*>(&error) != nullptr;
      exit_code = 1;
    }
  }
  return exit_code;
}

}  // namespace

int order(Session& session, const Order& order) {
  return at_each(session, order.key, [&](const Place& place) { return order_at(place, order); });
}

int order_freeze(Session& session, const char* method, const ActionArguments& options,
                 const std::string& key) {
  return at_each(session, key,
                 [&](const Place& place) { return order_freeze_at(place, method, options, key); });
}

}  // namespace flatline::cli
