#include "tools/cli/report/contexts_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "schema/wire/text.h"
#include "tools/cli/report/table.h"
#include "tools/cli/report/wrap.h"

namespace flatline::cli {
namespace {

std::string latency_text(double seconds) {
  const double ms = 1000 * seconds;
  return ms < 10 ? fmt::format("in {:.1f} ms", ms) : fmt::format("in {:.0f} ms", ms);
}

/// How many hosts it has, and how many of them are healthy.
std::string fleet_text(const CollectorTold& collector) {
  if (collector.hosts == 0) return "no hosts";
  return fmt::format("{} of {} healthy", collector.healthy, collector.hosts);
}

/// Why it does not answer, without the address, which stands beside it.
std::string short_error(const CollectorTold& collector) {
  std::string why = to_plain_utf8(collector.error);
  if (why.starts_with(collector.address + ": ")) why.erase(0, collector.address.size() + 2);
  if (const auto hint = why.find("; is the collector there?"); hint != std::string::npos) {
    why.erase(hint);
  }
  return why;
}

std::string collector_json(const CollectorTold& collector) {
  std::string json =
      fmt::format(R"({{"name":{},"address":{},"answers":{})", json_text(collector.name),
                  json_text(collector.address), collector.latency_seconds.has_value());
  if (collector.latency_seconds) {
    json += fmt::format(R"(,"latency_seconds":{:.6f},"version":{},"hosts":{},"healthy":{})",
                        *collector.latency_seconds, json_text(collector.version), collector.hosts,
                        collector.healthy);
  } else {
    json += ",\"error\":" + json_text(collector.error);
  }
  return json + "}";
}

}  // namespace

std::string json_text(const std::string& text) {
  std::string json = "\"";
  for (const char c : to_plain_utf8(text)) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + '"';
}

std::string report_contexts(const ContextsTold& told, bool colored, std::size_t columns) {
  Table table({"", "CONTEXT", "COLLECTOR", "ADDRESS", "VERSION", "ANSWERS"});
  for (const ContextTold& context : told.contexts) {
    bool is_first = true;
    for (const CollectorTold& collector : context.collectors) {
      const bool answers = collector.latency_seconds.has_value();
      table.add({{is_first && context.is_current ? "*" : ""},
                 {is_first ? context.name : ""},
                 {collector.name == collector.address ? "" : collector.name},
                 {to_plain_utf8(collector.address)},
                 {to_plain_utf8(collector.version)},
                 {answers ? fmt::format("{}: {}", latency_text(*collector.latency_seconds),
                                        fleet_text(collector))
                          : "no: " + short_error(collector),
                  answers ? Color::kGreen : Color::kRed}});
      is_first = false;
    }
  }
  return table.print(colored, columns);
}

std::string contexts_json(const ContextsTold& told) {
  std::string contexts;
  for (const ContextTold& context : told.contexts) {
    std::string collectors;
    for (const CollectorTold& collector : context.collectors) {
      collectors += (collectors.empty() ? "" : ",") + collector_json(collector);
    }
    contexts += fmt::format(R"({}{{"name":{},"current":{},"collectors":[{}]}})",
                            contexts.empty() ? "" : ",", json_text(context.name),
                            context.is_current, collectors);
  }
  return fmt::format(R"({{"file":{},"current":{},"contexts":[{}]}})"
                     "\n",
                     json_text(told.file), json_text(told.current), contexts);
}

std::string context_names(const ContextsTold& told) {
  std::set<std::string> names;
  for (const ContextTold& context : told.contexts) {
    if (!context.name.empty()) names.insert(context.name);
    for (const CollectorTold& collector : context.collectors) {
      if (!context.name.empty()) names.insert(collector.name);
    }
  }
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return text;
}

}  // namespace flatline::cli
