#pragma once

// Answers as text for people. Pure. Text that came from the network is made plain before it is
// shown. Lines are broken at `columns`; 0 stands for no end of them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/view_answers.h"

namespace flatline::cli {

std::string report_summary(const SummaryAnswer& summary, bool colored, std::size_t columns = 0);
/// Parts of it, with lines of any length: what hosts that are not well have in common; the flags in
/// words; what the collector has to tell besides, of itself and of hosts that it refuses.
std::string report_causes(const SummaryAnswer& summary, bool colored);
std::string report_flags(const SummaryAnswer& summary, bool colored);
std::string report_upkeep(const SummaryAnswer& summary);
/// The summary on one line, for `watch` where there is no terminal.
std::string report_summary_line(const SummaryAnswer& summary);
std::string report_host(const HostAnswer& host, bool colored, std::size_t columns = 0);

/// An age as `0.3s`, `12s`, `3m05s`, `2h10m` or `5d3h`; `long` beyond 30,000 years, and for what is
/// no number.
std::string format_age(double seconds);

/// Words of the collector in one line, without what could steer a terminal.
std::string join_plain(const std::vector<std::string>& parts, std::string_view between);

/// The state with what stands beside it: `failing, drained`.
std::string state_text(const HostRowAnswer& row);
/// Whether the host is not drained yet, but will be.
bool is_drain_planned(const HostRowAnswer& row);
/// How many checks a host has, and how many of them fail: `1 of 4 fail`.
std::string checks_text(const HostRowAnswer& row);
/// How long ago it was heard; `late` is what is said of a host whose last snapshot came late.
std::string heard_text(const HostRowAnswer& row, const std::string& late);
/// A past state and the check that it is laid to, if one is known: `failing: disk`. What a silent
/// host said last is `silent, disk before`; of a healthy one it warns, `healthy, warning: disk`.
std::string with_check(const std::string& text, const std::string& state, const std::string& check);
/// `drained until TIME by NAME: WHY`, or of a drain that is planned `drain planned from TIME until
/// TIME …`; empty for a host that has none.
std::string drain_text(const HostRowAnswer& row);
/// A time without its fraction of a second.
std::string to_the_second(const std::string& time);
/// A time as the rows of a history have it: `2026-11-24 05:30:00Z`.
std::string day_and_time(const std::string& time);
/// A message that an earlier run of the check said is told as of then.
std::string message_text(const std::string& message, std::optional<double> earlier_seconds);
/// The same of a host's worst check, with the check's name in front.
std::string message_text(const HostRowAnswer& row);
/// The drain, if it is drained, and what its worst check says.
std::string detail_text(const HostRowAnswer& row);

}  // namespace flatline::cli
