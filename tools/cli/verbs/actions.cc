// The verbs drain, undrain, expect, forget, admit, reset, revoke, freeze and unfreeze: the actions.

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/wall_time.h"
#include "schema/wire/text.h"
#include "tools/cli/names_file.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/verbs/perform.h"
#include "tools/cli/wall_time_arguments.h"

namespace flatline::cli {
namespace {

std::string default_by() {
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string(value).substr(0, kByBytes);
  }
  // Neither variable is set where cron or a service runs this.
  const passwd* const user = ::getpwuid(::geteuid());
  return user == nullptr ? "" : std::string(user->pw_name).substr(0, kByBytes);
}

/// Reads the reason, which must be one line of text that the collector takes.
std::string read_why(const std::string& text, std::size_t least_bytes) {
  if (text.size() < least_bytes || text.size() > kWhyBytes || !is_plain_utf8(text)) {
    refuse_flag("--why", text,
                fmt::format("a line of text, {} to {} bytes", least_bytes, kWhyBytes));
  }
  return text;
}

/// The longest batch: the key `BATCH/NAME` must have room for the longest name.
constexpr std::size_t kBatchBytes = kIdempotencyKeyBytes - kNameBytes - 1;

std::string read_batch(const std::string& text) {
  if (text.empty() || text.size() > kBatchBytes ||
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") !=
          std::string::npos) {
    refuse_flag("--key", text, fmt::format("1 to {} of A-Za-z0-9._-", kBatchBytes));
  }
  return text;
}

/// The arguments of an action with the names of stdin, if one of its hosts is `-`.
ActionArguments listed(ActionArguments options) {
  if (std::find(options.hosts.begin(), options.hosts.end(), "-") == options.hosts.end()) {
    return options;
  }
  options.hosts = with_stdin(options.hosts);
  options.listed = true;
  return options;
}

/// Runs `expect`. Expected hosts are not registered yet, so no glob can match them: they are named.
int expect(Session& session, ActionArguments options, const std::string& names_file) {
  if (options.hosts.empty() && names_file.empty()) {
    throw UsageError("expect: give hosts, or --file FILE");
  }
  options = listed(std::move(options));
  for (const std::string& host : options.hosts) {
    if (is_glob(host)) refuse_flag("host", host, "NAME or NAME[001-250,252]");
  }
  if (!names_file.empty()) {
    const auto names = read_names(names_file);
    options.hosts.insert(options.hosts.end(), names.begin(), names.end());
  }
  tell_case_twins(session.client, options.hosts);
  return perform(session, {"expect", "POST", "/expect"}, options);
}

// --- Declarations -------------------------------------------------------------------------------

using Shared = std::shared_ptr<ActionArguments>;

Shared fresh_options() {
  auto options = std::make_shared<ActionArguments>();
  options->request.by = default_by();
  return options;
}

void add_common(Verb& verb, const Shared& options) {
  verb.prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .is_operators()
      .option("--by", options->request.by, "Who asks (default: you, by your login name)")
      .option(
          "--key", [options](const std::string& text) { options->key = read_batch(text); },
          "Asked again under the same key, nothing is done twice (default: a random one)");
}

void add_end(Verb& verb, const Shared& options) {
  verb.required_option(
          "--for",
          [options](const std::string& text) {
            options->request.length =
                format_duration(read_flag_duration("--for", text, kMinActionTime, kMaxActionTime));
          },
          "How long: 30m, 2h, 1d12h")
      .required_option(
          "--why", [options](const std::string& text) { options->request.why = read_why(text, 1); },
          "A line for those who find it");
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

void add_begin(Verb& verb, const Shared& options) {
  verb.option(
      "--at", [options](const std::string& text) { options->request.from = read_begin(text); },
      "When it begins, as 02:00 or +30m (default: now); --for counts from then");
}

void add_why(Verb& verb, const Shared& options) {
  verb.option(
      "--why", [options](const std::string& text) { options->request.why = read_why(text, 0); },
      "A line for those who look");
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
                      const std::string& examples, const Shared& options) {
  Verb& verb = line.verb(action.verb, what, examples);
  add_common(verb, options);
  return verb
      .takes_any("host", options->hosts,
                 "Names, r[1-2]-n[01-40], db-*, 'role=db & failing', - (names from stdin)")
      .option(
          "--filter", [options](const std::string& text) { options->filters = {text}; },
          "The hosts that match; needed where it is a word alone, as silent")
      .flag("--yes", options->yes,
            "Do not ask whether what a pattern, a filter or a list names is meant")
      .runs([=](Session& session) {
        return perform(session, action, listed(take_filters(*options)));
      });
}

void add_drains(CommandLine& line) {
  const Shared drained = fresh_options();
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
  const Shared undrained = fresh_options();
  add_why(
      add_host_action(line, {"undrain", "DELETE", "/drain", Matches::kDrained},
                      "End a drain before its time",
                      "  flatline undrain web-1\n"
                      "  flatline undrain - --yes < hosts.txt        a name or a range a line\n"
                      "It cancels planned drains, too. `flatline actions` lists what is planned.",
                      undrained),
      undrained);
}

void add_expect(CommandLine& line) {
  const Shared options = fresh_options();
  const auto names_file = std::make_shared<std::string>();
  Verb& verb =
      line.verb("expect", "Put hosts into the inventory before they are heard",
                "  flatline expect web-1 'db-[01-12]' --yes\n"
                "  flatline expect --file hosts.txt --why 'rack 7'\n"
                "  sort hosts.txt | flatline expect - --yes\n"
                "Each has a slot at once and is `expected`; not heard within 10 minutes it\n"
                "is `missing`, and down. forget takes it back.");
  add_common(verb, options);
  add_why(verb, options);
  verb.takes_any("host", options->hosts, "Names, web-[001-250], - (from stdin)")
      .option("--file", *names_file, "A file of names, one a line; # begins a comment")
      .flag("--yes", options->yes, "Do not ask whether what is folded is meant")
      .runs([=](Session& session) { return expect(session, *options, *names_file); });
}

void add_registry_actions(CommandLine& line) {
  const auto add = [&line](const ActionPath& action, const char* what, const char* examples) {
    const Shared options = fresh_options();
    add_why(add_host_action(line, action, what, examples, options), options);
  };
  add({"forget", "DELETE", ""}, "Free hosts' slots and keep the hosts out",
      "  flatline forget web-7\n"
      "admit, or a higher generation of its credential, lets it in again.");
  add({"admit", "POST", "/admit", Matches::kForgotten}, "Let forgotten hosts in again",
      "  flatline admit web-7");
  add({"reset", "POST", "/reset"}, "Let a host start over whose clock once was in the future",
      "  flatline reset web-7");
}

void add_revoke(CommandLine& line) {
  const Shared options = fresh_options();
  Verb& revoke = add_host_action(
      line, {"revoke", "POST", "/revoke", Matches::kRegisteredOrRevoked},
      "Refuse a host's credentials below a generation",
      "  flatline revoke web-7 --below 3 --why 'disk was stolen'\n"
      "  flatline enroll web-7 --generation 3 --fleet-key fleet.key   its next one\n"
      "--below 0 lifts it.",
      options);
  revoke.required_option(
      "--below",
      [options](const std::string& text) {
        options->request.below =
            static_cast<double>(read_flag_number("--below", text, 0, kMaxCredentialGeneration));
      },
      "The first generation that may speak");
  add_why(revoke, options);
}

void add_freezes(CommandLine& line) {
  const Shared frozen = fresh_options();
  Verb& freeze = line.verb("freeze", "Ask consumers to hold what they have, for a time",
                           "  flatline freeze --for 30m --why 'switch replaced'\n"
                           "A flag beside the bitmap; it changes no bit.");
  add_common(freeze, frozen);
  add_end(freeze, frozen);
  freeze.runs([frozen](Session& session) { return perform_freeze(session, "POST", *frozen); });

  const Shared unfrozen = fresh_options();
  Verb& unfreeze = line.verb("unfreeze", "End a freeze before its time", "  flatline unfreeze");
  add_common(unfreeze, unfrozen);
  add_why(unfreeze, unfrozen);
  unfreeze.runs(
      [unfrozen](Session& session) { return perform_freeze(session, "DELETE", *unfrozen); });
}

}  // namespace

void add_action_verbs(CommandLine& line) {
  add_drains(line);
  add_expect(line);
  add_registry_actions(line);
  add_revoke(line);
  add_freezes(line);
}

}  // namespace flatline::cli
