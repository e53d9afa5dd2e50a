// The verbs drain, undrain, unexpect, forget, admit, reset, revoke, freeze and unfreeze: actions on
// hosts that there are, and on the fleet.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/wall_time.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/verbs/action_options.h"
#include "tools/cli/wall_time_arguments.h"

namespace flatline::cli {
namespace {

void add_end(Verb& verb, const SharedArguments& options) {
  verb.option(
          "--for DURATION",
          [options](const std::string& text) {
            options->request.length =
                format_duration(read_flag_duration("--for", text, kMinActionTime, kMaxActionTime));
          },
          "How long: 30m, 2h, 1d12h")
      .required()
      .option(
          "--why TEXT",
          [options](const std::string& text) { options->request.why = read_why(text, 1); },
          "A line for those who find it")
      .required();
}

/// Reads when a drain begins: `02:00` is the next one, `+30m` so long from now.
std::string read_begin(const std::string& text) {
  const WallTime now = wall_now();
  const auto ahead = text.starts_with('+') ? parse_duration(text.substr(1)) : std::nullopt;
  const WallTime at = ahead ? now + *ahead : read_next_wall_time("--at", text);
  if (at <= now || at > now + kMaxActionTime) {
    refuse_flag("--at", text,
                fmt::format("a time ahead, up to {}, as 02:00, '2026-12-01 02:00' or +30m",
                            format_duration(kMaxActionTime)));
  }
  return format_rfc3339(at);
}

void add_begin(Verb& verb, const SharedArguments& options) {
  verb.option(
      "--at TIME", [options](const std::string& text) { options->request.from = read_begin(text); },
      "When it begins, as 02:00 or +30m (default: now); --for counts from then");
}

/// Takes the filters out of the arguments. A filter that might be a name is given by --filter.
ActionArguments take_filters(ActionArguments options) {
  const auto first =
      std::stable_partition(options.hosts.begin(), options.hosts.end(),
                            [](const auto& host) { return !looks_like_filter(host); });
  options.filters.insert(options.filters.end(), first, options.hosts.end());
  options.hosts.erase(first, options.hosts.end());
  if (options.hosts.empty() && options.filters.empty()) {
    throw UsageError("give hosts, as web-1, web-[001-250] or db-*, or a filter, as role=db");
  }
  return options;
}

Verb& add_host_action(CommandLine& line, const ActionPath& action, const std::string& what,
                      const std::string& examples, const SharedArguments& options) {
  Verb& verb = line.verb(action.verb, what, examples);
  add_common(verb, options);
  return verb
      .takes_any("host", options->hosts,
                 "Names, r[1-2]-n[01-40], db-*, 'role=db & failing', - (names from stdin)")
      .option(
          "--filter FILTER", [options](const std::string& text) { options->filters = {text}; },
          "The hosts that match; needed where it is a word alone, as silent")
      .flag("--yes", options->yes,
            "Do not ask whether what a pattern, a filter or a list names is meant")
      .runs([=](Session& session) {
        return perform(session, action, with_listed(take_filters(*options)));
      });
}

void add_drains(CommandLine& line) {
  const SharedArguments drained = fresh_arguments();
  Verb& drain = add_host_action(
      line, {"drain", "POST", "/drain"}, "Take hosts out of what counts, for a time",
      "  flatline drain web-1 --for 2h --why 'new kernel'\n"
      "  flatline drain 'r[1-2]-n[01-40]' 'db-*' --for 30m --why move --yes\n"
      "  flatline drain 'role=db & zone=eu-1a' --for 1h --why 'new rack'\n"
      "  flatline ls failing -o names | flatline drain - --for 1h --why x --yes\n"
      "An argument with one of = < > & | ! ( ) : is a filter (flatline ls\n"
      "--help). Whom it selects is shown, and drained are these very hosts.\n"
      "  flatline drain web-1 --at 02:00 --for 2h --why 'new kernel'    planned\n"
      "It ends by itself and changes no verdict: `drained` stands beside it. A planned\n"
      "one is told by ls, show and actions; undrain cancels it. A host has one drain:\n"
      "a later order takes the place of the one before.",
      drained);
  add_begin(drain, drained);
  add_end(drain, drained);
  const SharedArguments undrained = fresh_arguments();
  add_why(
      add_host_action(line, {"undrain", "DELETE", "/drain", Matches::kDrained},
                      "End a drain before its time",
                      "  flatline undrain web-1\n"
                      "  flatline undrain - --yes < hosts.txt        a name or a range a line\n"
                      "It cancels planned drains, too. `flatline actions` lists what is planned.",
                      undrained),
      undrained);
}

void add_registry_actions(CommandLine& line) {
  const auto add = [&line](const ActionPath& action, const char* what, const char* examples) {
    const SharedArguments options = fresh_arguments();
    add_why(add_host_action(line, action, what, examples, options), options);
  };
  add(kUnexpect, "Take hosts back that were expected and never heard",
      "  flatline unexpect db-13\n"
      "  flatline unexpect 'db-*'               those of them that are expected\n"
      "  flatline unexpect --filter missing\n"
      "Who was heard stays, however short ago that was; forget takes such a host.");
  add({"forget", "DELETE", ""}, "Free hosts' slots and keep the hosts out",
      "  flatline forget web-7\n"
      "admit, or a higher generation of its credential, lets it in again.");
  add({"admit", "POST", "/admit", Matches::kForgotten}, "Let forgotten hosts in again",
      "  flatline admit web-7");
  add({"reset", "POST", "/reset"}, "Let a host start over whose clock once was in the future",
      "  flatline reset web-7");
}

void add_revoke(CommandLine& line) {
  const SharedArguments options = fresh_arguments();
  Verb& revoke = add_host_action(line, {"revoke", "POST", "/revoke", Matches::kRegisteredOrRevoked},
                                 "Refuse a host's credentials below a generation",
                                 "  flatline revoke web-7 --below 3 --why 'disk was stolen'\n"
                                 "  flatline enroll web-7 --generation 3 --fleet-key fleet.key\n"
                                 "The second makes the host's next credential. --below 0 lifts it.",
                                 options);
  revoke
      .option(
          "--below N",
          [options](const std::string& text) {
            options->request.below =
                static_cast<double>(read_flag_number("--below", text, 0, kMaxCredentialGeneration));
          },
          "The first generation that may speak")
      .required();
  add_why(revoke, options);
}

void add_freezes(CommandLine& line) {
  const SharedArguments frozen = fresh_arguments();
  Verb& freeze = line.verb("freeze", "Ask consumers to hold what they have, for a time",
                           "  flatline freeze --for 30m --why 'switch replaced'\n"
                           "A flag beside the bitmap; it changes no bit.");
  add_common(freeze, frozen);
  add_end(freeze, frozen);
  freeze.runs([frozen](Session& session) { return perform_freeze(session, "POST", *frozen); });

  const SharedArguments unfrozen = fresh_arguments();
  Verb& unfreeze = line.verb("unfreeze", "End a freeze before its time", "  flatline unfreeze");
  add_common(unfreeze, unfrozen);
  add_why(unfreeze, unfrozen);
  unfreeze.runs(
      [unfrozen](Session& session) { return perform_freeze(session, "DELETE", *unfrozen); });
}

}  // namespace

void add_action_verbs(CommandLine& line) {
  add_drains(line);
  add_registry_actions(line);
  add_revoke(line);
  add_freezes(line);
}

}  // namespace flatline::cli
