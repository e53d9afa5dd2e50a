#include "tools/cli/verbs/perform.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>

#include "schema/answers/action_json.h"
#include "schema/program/error.h"
#include "schema/wire/text.h"
#include "tools/cli/progress.h"
#include "tools/cli/report/action_report.h"
#include "tools/cli/report/host_patterns.h"
#include "tools/cli/report/names.h"

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
  fmt::print(stderr, "{}\nGo on? [y/N] ", question);
  std::fflush(stderr);
  char answer[8] = {};
  if (std::fgets(answer, sizeof answer, stdin) == nullptr ||
      (answer[0] != 'y' && answer[0] != 'Y')) {
    throw Failure("nothing was done");
  }
}

std::vector<std::string> registered_names(Session& session, const ActionArguments& options) {
  std::vector<std::string> names;
  if (std::none_of(options.hosts.begin(), options.hosts.end(), is_glob)) return names;
  for (const HostRowAnswer& host : session.client.hosts("").hosts) names.push_back(host.name);
  return names;
}

void print_changes(const Session& session, const std::vector<ActionDoneAnswer>& changes) {
  if (session.options.output == Output::kTable) return print(report_actions_done(changes));
  std::string text;
  for (const ActionDoneAnswer& change : changes) text += to_json(change) + "\n";
  print(text);
}

}  // namespace

int perform(Session& session, const ActionPath& action, const ActionArguments& options) {
  const auto hosts = choose_hosts(options.hosts, registered_names(session, options));
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
  } catch (const Failure& failure) {
    if (done.empty()) throw;
    print_changes(session, done);
    throw Failure(fmt::format("{}; {} of {} hosts were done before: --key {} does the rest",
                              failure.what(), done.size(), hosts.size(), batch));
  }
  print_changes(session, done);
  for (const auto& [why, names] : refused) {
    fmt::print(stderr, "flatline: {}: {}\n", names.size() == 1 ? action.verb : fold_all(names),
               why);
  }
  return refused.empty() ? 0 : 1;
}

int perform_freeze(Session& session, const char* method, const ActionArguments& options) {
  const std::string key = options.key.empty() ? random_batch() : options.key;
  auto changed = session.client.change(method, "/api/v1/freeze", options.request, key);
  if (const auto* why = std::get_if<std::string>(&changed)) throw Failure(*why);
  print_changes(session, {std::get<ActionDoneAnswer>(changed)});
  return 0;
}

}  // namespace flatline::cli
