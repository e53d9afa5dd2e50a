// status, watch and check: the fleet as a whole.

#include <fmt/format.h>

#include <csignal>
#include <ctime>
#include <optional>

#include "schema/error.h"
#include "schema/view_json.h"
#include "tools/cli/report.h"
#include "tools/cli/verbs.h"

namespace flatline::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
  interrupted = 1;
}

/// The summary as it came, but only if it is one.
std::string summary_json(Session& session) {
  std::string json = session.client.get("/api/v1/summary");
  if (!summary_from_json(json)) {
    throw Failure(session.client.api() +
                  ": this is not a flatline collector's answer; check --api");
  }
  return json;
}

/// One refresh: what stands on the screen.
std::string refresh(Session& session) {
  session.client.restart_deadline();
  if (session.options.output == Output::kJson) return summary_json(session) + "\n";
  const SummaryAnswer summary = session.client.summary();
  return session.terminal.is_terminal ? report_summary(summary, session.colored())
                                      : report_summary_line(summary);
}

}  // namespace

int status(Session& session) {
  print(session.options.output == Output::kJson
            ? summary_json(session) + "\n"
            : report_summary(session.client.summary(), session.colored()));
  return 0;
}

int watch(Session& session) {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // Without SA_RESTART: a wait ends at once.
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  const bool clear = session.terminal.is_terminal && session.options.output == Output::kTable;
  const auto every = session.options.every;
  const timespec wait{every.count() / 1000, every.count() % 1000 * 1'000'000};
  for (std::uint64_t shown = 0; interrupted == 0;) {
    std::optional<std::string> text;
    try {
      text = refresh(session);
    } catch (const Failure& failure) {
      fmt::print(stderr, "flatline: {}\n", failure.what());  // It may come back; watching goes on.
    }
    if (text) print(clear ? "\x1b[H\x1b[J" + *text : *text);
    if (++shown == session.options.count) return text ? 0 : 1;
    if (interrupted == 0) ::nanosleep(&wait, nullptr);
  }
  return 0;
}

int check(Session& session) {
  const Options& options = session.options;
  PluginResult result;
  if (options.host.empty()) {
    result =
        check_fleet(session.client.summary(), options.warning_percent, options.critical_percent);
  } else if (const auto host = session.client.host(options.host)) {
    result = check_host(*host);
  } else {
    result = plugin_failure(fmt::format("no host is registered as {}", options.host));
  }
  print(result.line);
  return result.exit_code;
}

}  // namespace flatline::cli
