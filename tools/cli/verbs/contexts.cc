// The verb contexts: which collectors there are by name, and which of them answer.

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tools/cli/limits.h"
#include "tools/cli/report/contexts_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

/// Asks one collector for its summary, with the token that it is shown for reading.
void ask(const Collectors& collectors, const CollectorEntry& entry, CollectorTold& told) {
  try {
    Client client = collectors.client({entry}, false);
    const Instant begin = monotonic_now();
    const SummaryAnswer summary = client.summary();
    told.latency_seconds = std::chrono::duration<double>(monotonic_now() - begin).count();
    told.version = summary.collector.version;
    told.hosts = summary.hosts;
    told.healthy = summary.healthy;
  } catch (const std::exception& error) {
    told.error = error.what();
  }
}

/// A few at a time, so that those that hang take the time of one.
void ask_all(const Collectors& collectors, const std::vector<CollectorEntry>& entries,
             std::vector<CollectorTold>& told) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < std::min(kAskedAtOnce, entries.size()); ++i) {
    threads.emplace_back([&] {
      for (std::size_t at; (at = next++) < entries.size();) ask(collectors, entries[at], told[at]);
    });
  }
}

/// The names of the file's contexts with those of their collectors, and then of the collectors that
/// are in none.
std::vector<ContextEntry> all_contexts(const ContextsFile& file) {
  std::vector<ContextEntry> contexts = file.contexts;
  for (const CollectorEntry& entry : file.collectors) {
    const bool is_member =
        std::any_of(file.contexts.begin(), file.contexts.end(), [&](const ContextEntry& context) {
          return std::find(context.collectors.begin(), context.collectors.end(), entry.name) !=
                 context.collectors.end();
        });
    if (!is_member) contexts.push_back({entry.name, {entry.name}});
  }
  return contexts;
}

/// What a command would be asked of now. Where that is nothing that there is, says so on stderr.
Chosen chosen_now(Collectors& collectors) {
  try {
    return collectors.chosen();
  } catch (const UsageError& error) {
    tell_note(error.what());
    return {};
  }
}

ContextsTold look(Collectors& collectors) {
  const ContextsFile& file = collectors.file();
  const Chosen chosen = chosen_now(collectors);
  std::vector<CollectorEntry> entries;
  for (const CollectorEntry& entry : file.collectors) {
    // What flags and the environment name is for those who are chosen, and for nobody else.
    const auto found = std::ranges::find(chosen.collectors, entry.name, &CollectorEntry::name);
    const bool is_chosen = found != chosen.collectors.end() && !found->file.empty();
    entries.push_back(is_chosen ? *found : entry);
  }
  if (chosen.context.empty()) {
    entries.insert(entries.end(), chosen.collectors.begin(), chosen.collectors.end());
  }
  std::vector<CollectorTold> told(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    told[i].name = entries[i].name;
    told[i].address = entries[i].address.url;
  }
  ask_all(collectors, entries, told);
  ContextsTold all{file.path, chosen.context, {}};
  bool is_listed = false;
  for (const ContextEntry& context : all_contexts(file)) {
    ContextTold& added = all.contexts.emplace_back();
    added.name = context.name;
    added.is_current = context.name == chosen.context;
    is_listed |= added.is_current;
    for (const std::string& name : context.collectors) {
      added.collectors.push_back(
          told[static_cast<std::size_t>(file.collector(name) - file.collectors.data())]);
    }
  }
  for (std::size_t i = 0; i < chosen.collectors.size() && !is_listed; ++i) {
    // An address that was given, or a collector that is chosen alone out of a context.
    const CollectorEntry& entry = chosen.collectors[i];
    const CollectorEntry* const known = entry.file.empty() ? nullptr : file.collector(entry.name);
    const std::size_t at = known != nullptr
                               ? static_cast<std::size_t>(known - file.collectors.data())
                               : file.collectors.size() + i;
    all.contexts.insert(all.contexts.begin(), {chosen.context, true, {told[at]}});
  }
  return all;
}

int contexts(Collectors& collectors, const CommonOptions& options) {
  const ContextsTold told = look(collectors);
  if (told.file.empty()) {
    tell_note("there is no " + contexts_paths().front().string() +
              "; flatline contexts --help shows what it holds");
  }
  const Terminal terminal = look_at_terminal();
  const bool colored = terminal.takes_escapes && !options.no_color;
  print(options.output == Output::kJson ? contexts_json(told)
        : options.output == Output::kNames
            ? context_names(told)
            : report_contexts(told, colored, terminal.is_terminal ? terminal.columns : 0));
  return 0;
}

}  // namespace

void add_contexts_verb(CommandLine& line) {
  line.verb("contexts", "Collectors by name: which there are, and which of them answer",
            "  flatline contexts                         * is the one that commands ask\n"
            "  flatline --context prod status\n"
            "  FLATLINE_CONTEXT=lab flatline ls failing\n"
            "They are in ~/.config/flatline/config.toml ($XDG_CONFIG_HOME), or where there\n"
            "is none in /etc/flatline/config.toml:\n"
            "  default = \"prod\"\n"
            "  [collectors.mon-1]\n"
            "  address = \"https://mon-1.example:4171\"\n"
            "  token_file = \"mon-1.token\"                paths are from this file's folder\n"
            "  [collectors.mon-2]\n"
            "  address = \"https://mon-2.example:4171\"\n"
            "  token_file = \"mon-2.token\"\n"
            "  [contexts.prod]\n"
            "  collectors = [\"mon-1\", \"mon-2\"]\n"
            "Each collector is a context of its own, too. Of a pair the first that answers is\n"
            "asked, the second after half of --timeout; actions go to both. --api and then\n"
            "FLATLINE_API take the place of all this, and get none of the tokens in it.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .runs_alone([&line] { return contexts(line.collectors(), line.options()); });
}

}  // namespace flatline::cli
