#include "tools/cli/report/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "schema/limits.h"
#include "schema/wire/text.h"
#include "tools/cli/report/group_report.h"
#include "tools/cli/report/names.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

struct FlagText {
  std::string_view flag;
  std::string_view text;
};
constexpr std::array<FlagText, 5> kFlagTexts = {{
    {"warming", "started less than a window ago; unknown hosts may still be heard"},
    {"blind", "the collector has reason to doubt itself; do not act on silence"},
    {"panic", "few hosts are healthy; consumers should fail open"},
    {"frozen", "operators ask consumers to hold what they have"},
    {"degraded", "storage is failing; verdicts are unaffected"},
}};

std::string percent(std::uint32_t part, std::uint32_t whole) {
  return whole == 0 ? "" : fmt::format("{:.1f} %", 100.0 * part / whole);
}

Cell number(std::uint64_t value, Color color = Color::kNone) {
  return {std::to_string(value), color, true};
}

std::string outcomes_text(const SummaryAnswer& summary) {
  std::string text;
  for (auto outcome = summary.datagrams.outcomes.rbegin();
       outcome != summary.datagrams.outcomes.rend(); ++outcome) {
    if (outcome->count == 0) continue;
    text += fmt::format("{} {:.0f}, ", to_plain_utf8(outcome->name), outcome->count);
  }
  return text + fmt::format("lost {:.0f}, filtered {:.0f}", summary.datagrams.lost,
                            summary.datagrams.filtered);
}

/// Until when the fleet is frozen, by whom and why; empty where it is not.
std::string frozen_text(const SummaryAnswer& summary) {
  const auto& order = summary.operators;
  if (order.frozen_until.empty()) return {};
  std::string text = fmt::format("    until {}", to_plain_utf8(order.frozen_until));
  if (!order.frozen_by.empty()) text += ", by " + to_plain_utf8(order.frozen_by);
  const std::string& token = order.frozen_token_name;
  if (!token.empty() && token != order.frozen_by) text += " with the token " + to_plain_utf8(token);
  return text + fmt::format(": {}\n", to_plain_utf8(order.frozen_why));
}

/// How far the host's clock is off. A datagram may wait until the collector looks at its socket,
/// which looks like a clock that is behind. So a difference below the longest wait is not told.
std::string clock_text(double skew_seconds) {
  constexpr double kUnsure = std::chrono::duration<double>(2 * kMaxReceiveRest).count();
  if (std::abs(skew_seconds) < kUnsure) {
    return fmt::format("within {:.2f} s of the collector's", kUnsure);
  }
  return fmt::format("{:.3f} s {} the collector's", std::abs(skew_seconds),
                     skew_seconds < 0 ? "ahead of" : "behind");
}

/// Whether the host was put into the inventory and was never heard.
bool is_awaited(const HostRowAnswer& row) {
  return row.state == "expected" || row.state == "missing";
}

/// The rows of the summary that count states. `expected`, `missing` and the bits beside the states
/// are shown only where there are any; who is down is shown where drained hosts make that another
/// number than what the states add up to.
Table counts_table(const SummaryAnswer& summary) {
  Table table({"", "", ""});
  const auto add = [&](const char* word, std::uint32_t count, Color color, bool always) {
    if (!always && count == 0) return;
    table.add({{std::string("  ") + word},
               number(count, count > 0 ? color : Color::kNone),
               {percent(count, summary.hosts), Color::kNone, true}});
  };
  add("healthy", summary.healthy, Color::kGreen, true);
  add("failing", summary.failing, Color::kRed, true);
  add("silent", summary.silent, Color::kMagenta, true);
  add("unknown", summary.unknown, Color::kGray, true);
  add("expected", summary.expected, Color::kGray, false);
  add("missing", summary.missing, Color::kMagenta, false);
  add("warning", summary.warning, Color::kYellow, false);
  add("drained", summary.drained, Color::kGray, false);
  if (summary.drained > 0 && summary.down) add("down", *summary.down, Color::kRed, true);
  add("flapping", summary.flapping, Color::kYellow, false);
  add("conflict", summary.conflict, Color::kMagenta, false);
  return table;
}

}  // namespace

std::string state_text(const HostRowAnswer& row) {
  std::string text = to_plain_utf8(row.state);
  if (row.warning) text += ", warning";
  if (row.drained) text += ", drained";
  if (is_drain_planned(row)) text += ", drain planned";
  if (row.flapping) text += ", flapping";
  if (row.conflict) text += ", conflict";
  return text;
}

std::string checks_text(const HostRowAnswer& row) {
  if (!row.checks) return "";
  const std::uint32_t failing = row.checks_failing.value_or(0);
  return failing == 0 ? std::to_string(*row.checks)
                      : fmt::format("{} of {} fail", failing, *row.checks);
}

std::string heard_text(const HostRowAnswer& row, const std::string& late) {
  std::string text = row.heard_seconds_ago ? format_age(*row.heard_seconds_ago) + " ago" : "never";
  if (row.late) text += ", " + late;
  return text;
}

std::string with_check(const std::string& text, const std::string& state,
                       const std::string& check) {
  if (check.empty()) return text;
  const std::string plain = to_plain_utf8(check);
  if (state == "healthy" && text == state) return fmt::format("{}, warning: {}", text, plain);
  return state == "silent" ? fmt::format("{}, {} before", text, plain)
                           : fmt::format("{}: {}", text, plain);
}

std::string message_text(const std::string& message, std::optional<double> earlier_seconds) {
  const std::string text = to_plain_utf8(message);
  return earlier_seconds ? fmt::format("{} ago: {}", format_age(*earlier_seconds), text) : text;
}

std::string message_text(const HostRowAnswer& row) {
  const std::string text = message_text(row.message, row.message_age_seconds);
  if (row.check.empty() || text.empty()) return text;
  return fmt::format("{}{}{}", to_plain_utf8(row.check), row.message_age_seconds ? " " : ": ",
                     text);
}

std::string detail_text(const HostRowAnswer& row) {
  std::string text = drain_text(row);
  const std::string message = message_text(row);
  if (!text.empty() && !message.empty()) text += "; ";
  return text + message;
}

std::string to_the_second(const std::string& time) {
  const std::string plain = to_plain_utf8(time);
  return plain.size() > 20 ? plain.substr(0, 19) + "Z" : plain;
}

std::string day_and_time(const std::string& time) {
  const std::string plain = to_plain_utf8(time);
  return plain.size() < 19 ? plain : plain.substr(0, 10) + " " + plain.substr(11, 8) + "Z";
}

bool is_drain_planned(const HostRowAnswer& row) {
  return row.drain && !row.drained;
}

namespace {

/// From when until when, by whom and why.
std::string drain_terms(const HostRowAnswer& row) {
  std::string text =
      is_drain_planned(row) ? "from " + to_the_second(row.drain->from) + " until " : "until ";
  text += to_the_second(row.drain->until);
  if (!row.drain->by.empty()) text += " by " + to_plain_utf8(row.drain->by);
  if (!row.drain->why.empty()) text += ": " + to_plain_utf8(row.drain->why);
  return text;
}

}  // namespace

std::string drain_text(const HostRowAnswer& row) {
  if (!row.drain) return {};
  return (is_drain_planned(row) ? "drain planned " : "drained ") + drain_terms(row);
}

std::string join_plain(const std::vector<std::string>& parts, std::string_view between) {
  return to_plain_utf8(join(parts, between));
}

std::string format_age(double seconds) {
  // This is written so that it holds for NaN too: an answer may hold anything, and casting NaN or a
  // number this large has no meaning.
  constexpr double kLongest = 1e12;
  if (!(seconds < kLongest)) return "long";
  const auto whole = static_cast<std::int64_t>(std::max(seconds, 0.0));
  if (seconds < 10) return fmt::format("{:.1f}s", std::max(seconds, 0.0));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  if (whole < 86'400) return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
  return fmt::format("{}d{}h", whole / 86'400, whole % 86'400 / 3600);
}

std::string report_causes(const SummaryAnswer& summary, bool colored) {
  std::string text;
  for (const CauseAnswer& cause : summary.causes) {
    text += fmt::format("  {}: {}\n", paint("cause", Color::kYellow, colored),
                        to_plain_utf8(cause.text));
  }
  return text;
}

std::string report_flags(const SummaryAnswer& summary, bool colored) {
  std::string text;
  for (const FlagText& known : kFlagTexts) {
    if (std::find(summary.flags.begin(), summary.flags.end(), known.flag) == summary.flags.end()) {
      continue;
    }
    text += fmt::format("  {}: {}\n", paint(known.flag, Color::kYellow, colored), known.text);
    if (known.flag == "frozen") text += frozen_text(summary);
    if (known.flag == "blind")
      text += fmt::format("    because {}\n", join_plain(summary.doubts, "; "));
  }
  return text;
}

std::string report_upkeep(const SummaryAnswer& summary) {
  std::string text;
  if (!summary.receive_buffer.advice.empty()) {
    text += fmt::format("  receive buffer: {} of {} bytes granted; run: {}\n",
                        summary.receive_buffer.granted_bytes, summary.receive_buffer.wanted_bytes,
                        to_plain_utf8(summary.receive_buffer.advice));
  }
  if (!summary.storage.state.empty() && summary.storage.state != "ok") {
    text += fmt::format("  storage: {}: {}\n", to_plain_utf8(summary.storage.state),
                        to_plain_utf8(summary.storage.reason));
  }
  if (const auto& certificate = summary.collector.certificate;
      certificate && !certificate->advice.empty()) {
    text += fmt::format("  certificate: {}\n", to_plain_utf8(certificate->advice));
  }
  if (summary.storage.lost_steps > 0) {
    text += fmt::format("  history: {:.0f} steps lost since start\n", summary.storage.lost_steps);
  }
  if (summary.collector.check_names_refused > 0) {
    text += fmt::format("  check names: the table is full; {:.0f} pages came without room\n",
                        summary.collector.check_names_refused);
  }
  if (summary.labels_uncounted > 0) {
    text += fmt::format(
        "  labels: there are too many; {} of hosts found no room where causes are looked for\n",
        summary.labels_uncounted);
  }
  if (summary.operators.refused_attempts > 0) {
    text += fmt::format("  admin: {:.0f} refused attempts: changes that no token allowed\n",
                        summary.operators.refused_attempts);
  }
  if (summary.operators.wrong_tokens > 0) {
    text += fmt::format("  tokens: {:.0f} wrong ones were shown, {:.0f} of them from {}\n",
                        summary.operators.wrong_tokens, summary.operators.wrong_tokens_there,
                        to_plain_utf8(summary.operators.wrong_tokens_from));
  }
  if (summary.forgotten.hosts > 0) {
    text +=
        fmt::format("  forgotten: {:.0f} since start, after long silence; the last was {}, {}\n",
                    summary.forgotten.hosts, to_plain_utf8(summary.forgotten.last),
                    to_the_second(summary.forgotten.last_at));
  }
  for (const NoticeAnswer& notice : summary.notices) {
    text += fmt::format(
        "  refused: {} from {}: {}{}: {}\n", to_plain_utf8(notice.host),
        to_plain_utf8(notice.address), to_plain_utf8(notice.outcome),
        notice.seconds_ago ? fmt::format(", {} ago", format_age(*notice.seconds_ago)) : "",
        to_plain_utf8(notice.detail));
  }
  return text;
}

std::string report_summary(const SummaryAnswer& summary, bool colored, std::size_t columns) {
  std::string text = fmt::format("{} hosts of {} slots at {} (tick {:.0f}, {} ago)\n",
                                 summary.hosts, summary.capacity, to_plain_utf8(summary.time),
                                 summary.tick, format_age(summary.view_age_seconds));
  text += counts_table(summary).print(colored) + report_causes(summary, colored) +
          report_flags(summary, colored) + report_group_troubles(summary, colored);
  // A past moment has no datagrams and no storage to tell of, because only states are stored.
  if (!summary.datagrams.outcomes.empty()) {
    text += fmt::format("  datagrams: {}\n", outcomes_text(summary));
  }
  return wrap_lines(text + report_upkeep(summary), columns);
}

std::string report_summary_line(const SummaryAnswer& summary) {
  std::string text = fmt::format("{} hosts={} healthy={} failing={} silent={} unknown={}",
                                 to_plain_utf8(summary.time), summary.hosts, summary.healthy,
                                 summary.failing, summary.silent, summary.unknown);
  if (summary.expected > 0) text += fmt::format(" expected={}", summary.expected);
  if (summary.missing > 0) text += fmt::format(" missing={}", summary.missing);
  if (summary.groups.below > 0) text += fmt::format(" below={}", summary.groups.below);
  if (!summary.flags.empty()) text += " flags=" + join_plain(summary.flags, ",");
  return text + "\n";
}

std::string report_host(const HostAnswer& host, bool colored, std::size_t columns) {
  const HostRowAnswer& row = host.row;
  Table facts({"", ""});
  const auto add = [&](const char* what, const std::string& value, Color color = Color::kNone) {
    if (!value.empty()) facts.add({{what}, {to_plain_utf8(value), color}});
  };
  add("host", row.name);
  add("state", state_text(row), color_of_state(row.state));
  add("reason", host.reason);
  if (row.drain) add(is_drain_planned(row) ? "drain planned" : "drained", drain_terms(row));
  const std::string late = fmt::format("late by {}", format_age(host.lag_seconds));
  add("heard", row.heard_seconds_ago ? fmt::format("{}; silent after {}", heard_text(row, late),
                                                   format_age(host.window_seconds))
               : is_awaited(row)     ? "never since it was expected"
               : row.late            ? "only " + late + " since the collector's start"
                                     : "never since the collector's start");
  const std::string registered = fmt::format("{} in slot {}", host.registered_at, row.slot);
  // Nothing more is known of a host that was never heard.
  if (host.received == 0) {
    add("registered", registered);
    return facts.print(colored, columns);
  }
  add("address", host.address);
  add("conflict", host.conflict_address.empty()
                      ? ""
                      : host.conflict_address + " speaks with the same credential");
  add("labels", row.labels);
  add("interval", format_age(host.interval_seconds));
  add("uptime", format_age(host.uptime_seconds));
  add("clock", clock_text(host.skew_seconds));
  add("lag", fmt::format("{:.3f} s", host.lag_seconds));
  add("snapshots", fmt::format("{:.0f} received, {:.0f} lost", host.received, host.lost));
  add("registered", registered);
  add("agent", fmt::format("{}, id {}, key {}, generation {}", host.agent_version, host.agent_id,
                           host.key_id, host.credential_generation));
  add("config", host.config_hash);
  add("epoch", host.epoch.empty() ? "" : "since " + host.epoch + " by its clock");
  std::string text = facts.print(colored, columns);
  if (host.results.empty()) return text + "\nIt has no checks.\n";
  Table checks({"CHECK", "STATE", "VALUE", "AGE", "MESSAGE"});
  for (const CheckResultAnswer& check : host.results) {
    checks.add(
        {{check.name.empty() ? fmt::format("#{}", check.index) : to_plain_utf8(check.name)},
         {to_plain_utf8(check.state), color_of_state(check.state)},
         {check.value ? fmt::format("{:.6g}", *check.value) : "", Color::kNone, true},
         {check.age_seconds ? format_age(*check.age_seconds) : "", Color::kNone, true},
         {check.message.empty() ? message_text(check.earlier_message, check.earlier_age_seconds)
                                : to_plain_utf8(check.message)}});
  }
  return text + "\n" + checks.print(colored, columns);
}

}  // namespace flatline::cli
