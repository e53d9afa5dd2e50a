// status, watch and check: the fleet as a whole.

#include <fmt/format.h>

#include <csignal>
#include <ctime>

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

/// One refresh: what stands on the screen.
std::string refresh(Session& session) {
  session.client.restart_deadline();
  if (session.options.output == Output::kJson) return session.client.get("/api/v1/summary") + "\n";
  const SummaryAnswer summary = session.client.summary();
  return session.terminal.is_terminal ? report_summary(summary, session.colored())
                                      : report_summary_line(summary);
}

}  // namespace

int status(Session& session) {
  const std::string json = session.client.get("/api/v1/summary");
  const auto summary = summary_from_json(json);
  if (!summary) {
    throw Failure(session.client.api() +
                  ": this is not a flatline collector's answer; check --api");
  }
  print(session.options.output == Output::kJson ? json + "\n"
                                                : report_summary(*summary, session.colored()));
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
    std::string text;
    try {
      text = refresh(session);
    } catch (const Failure& failure) {
      text = fmt::format("{}\n", failure.what());  // It may come back; watching goes on.
    }
    print(clear ? "\x1b[H\x1b[J" + text : text);
    if (++shown == session.options.count) return 0;
    if (interrupted == 0) ::nanosleep(&wait, nullptr);
  }
  return 0;
}

int check(Session& session) {
  PluginResult result;
  try {
    if (session.options.host.empty()) {
      result = check_fleet(session.client.summary(), session.options.warning_percent,
                           session.options.critical_percent);
    } else if (const auto host = session.client.host(session.options.host)) {
      result = check_host(*host);
    } else {
      result.line =
          fmt::format("FLATLINE UNKNOWN - no host is registered as {}\n", session.options.host);
    }
  } catch (const Failure& failure) {
    result = {3, fmt::format("FLATLINE UNKNOWN - {}\n", failure.what())};
  }
  print(result.line);
  return result.exit_code;
}

}  // namespace flatline::cli
