#include "tools/cli/event_question.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "schema/answers/event_json.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"
#include "tools/cli/connection.h"

namespace flatline::cli {
namespace {

template <typename Answer>
Answer expect_answer(std::optional<Answer> answer, const Client& client) {
  if (answer) return std::move(*answer);
  throw Failure(client.api() + ": this is not a flatline collector's answer; check --api");
}

std::string time_text(WallTime time) {
  return cli::url_encode(format_rfc3339(time));
}

/// A filter as a parameter behind `before`; nothing where there is none.
std::string filter_query(const char* before, const std::string& filter) {
  return filter.empty() ? "" : fmt::format("{}filter={}", before, cli::url_encode(filter));
}

}  // namespace

EventsAnswer ask_events(Client& client, WallTime from, WallTime to, const std::string& filter,
                        const std::string& after) {
  EventsAnswer page = expect_answer(
      events_from_json(client.get(fmt::format(
          "/api/v1/events?from={}&to={}&limit={}{}{}", time_text(from), time_text(to),
          kMaxPageHosts, filter_query("&", filter), after.empty() ? "" : "&after=" + after))),
      client);
  for (const EventAnswer& event : page.events) {
    // A name is printed as it is, so only host names may pass.
    if (event.name.empty() || is_host_name(event.name)) continue;
    throw Failure(client.api() + ": answered with an event of what is no host name");
  }
  return page;
}

SlotsAnswer ask_slots(Client& client, const std::string& filter) {
  return expect_answer(decode_slots(client.get("/api/v1/slots" + filter_query("?", filter))),
                       client);
}

SlotsAnswer ask_slots_at(Client& client, WallTime time, const std::string& filter) {
  return expect_answer(
      decode_slots(client.get(
          fmt::format("/api/v1/at/slots?time={}{}", time_text(time), filter_query("&", filter)))),
      client);
}

NamesAnswer ask_names(Client& client, std::uint32_t first) {
  const std::string after = first == 0 ? "" : fmt::format("?after={}", first - 1);
  return expect_answer(decode_names(client.get("/api/v1/names" + after)), client);
}

}  // namespace flatline::cli
