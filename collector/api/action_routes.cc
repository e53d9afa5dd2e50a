// What operators change: a request is read as a whole, pulled as one lever, and answered when the
// loop has done it and the disk has it, or says that it has not.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "collector/api/render.h"
#include "collector/api/render_actions.h"
#include "collector/api/routes.h"
#include "schema/answers/action_json.h"
#include "schema/program/duration.h"
#include "schema/program/wall_time.h"
#include "schema/wire/codec.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// A lever that a request asks for, or why it does not.
using Asked = std::variant<Lever, ApiResponse>;

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kIdempotencyKeyBytes &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// What is wrong with one line of text; empty: nothing.
std::string text_error(std::string_view field, const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes && is_plain_utf8(text)) return {};
  return fmt::format("body: {} must be at most {} bytes of text without control characters", field,
                     most_bytes);
}

/// What is wrong with a field that the kind needs or does not take; empty: nothing.
std::string field_error(LeverKind kind, const ChangeRequest& body) {
  const std::string_view name = lever_name(kind);
  if (has_end(kind) && (body.length.empty() || body.why.empty())) {
    return fmt::format(
        "body: {} needs `for` and `why`, as {{\"for\": \"2h\", \"why\": \"new "
        "kernel\"}}",
        name);
  }
  if (!has_end(kind) && !body.length.empty()) return fmt::format("body: {} takes no `for`", name);
  if (kind == LeverKind::kRevoke && !body.below) {
    return fmt::format("body: revoke needs `below`, as {{\"below\": 3}}");
  }
  if (kind != LeverKind::kRevoke && body.below) {
    return fmt::format("body: {} takes no `below`", name);
  }
  if (body.below && !(*body.below >= 0 && *body.below <= kMaxCredentialGeneration &&
                      *body.below == std::floor(*body.below))) {
    return fmt::format("body: below must be a whole number from 0 to {}", kMaxCredentialGeneration);
  }
  if (const std::string error = text_error("why", body.why, kWhyBytes); !error.empty())
    return error;
  return text_error("by", body.by, kByBytes);
}

std::string read_length(LeverKind kind, const std::string& text, Lever& lever) {
  if (!has_end(kind)) return {};
  const auto length = parse_duration(text);
  if (!length || *length < kMinLeverTime || *length > kMaxLeverTime) {
    return fmt::format("body: for: '{}' is not allowed; give {} to {}, as 90s, 2h or 1d12h",
                       to_plain_utf8(text), format_duration(kMinLeverTime),
                       format_duration(kMaxLeverTime));
  }
  lever.length = *length;
  return {};
}

Asked read_lever(LeverKind kind, const ApiSources& sources, const ApiCall& call) {
  const auto refuse = [](const std::string& error) { return refuse_request(400, error); };
  if (!is_key(call.request.key)) {
    return refuse(
        fmt::format("an Idempotency-Key header is needed: 1 to {} visible ASCII "
                    "characters, another for every change",
                    kIdempotencyKeyBytes));
  }
  if (is_about_host(kind) && !is_host_name(call.name)) {
    return refuse(fmt::format("not a host name: must be {}", kHostNameForm));
  }
  const auto read = change_request_from_json(call.request.body);
  if (const auto* error = std::get_if<ChangeRequestError>(&read)) return refuse(error->message);
  const auto& body = std::get<ChangeRequest>(read);
  if (const std::string error = field_error(kind, body); !error.empty()) return refuse(error);
  Lever lever{kind};
  if (const std::string error = read_length(kind, body.length, lever); !error.empty()) {
    return refuse(error);
  }
  if (is_about_host(kind)) {
    lever.agent_id = agent_id_of(sources.fleet, call.name);
    lever.host = HostName{call.name};
  }
  lever.below = static_cast<std::uint16_t>(body.below.value_or(0));
  lever.key = IdempotencyKey{call.request.key};
  lever.why = Why{body.why};
  lever.by = By{body.by};
  return lever;
}

ApiResponse refuse(LeverMailbox::Refusal refusal) {
  ApiResponse refused = refuse_request(503, refusal == LeverMailbox::Refusal::kClosed
                                                ? "the collector is stopping; ask again"
                                            : refusal == LeverMailbox::Refusal::kFull
                                                ? "too many changes at once; ask again"
                                                : "the loop was busy and did nothing; ask again");
  refused.retry_after_seconds = kApiLaneRetrySeconds;
  return refused;
}

ApiResponse refuse_no_host(const Lever& lever) {
  if (lever.kind == LeverKind::kAdmit) {
    return refuse_request(
        404, fmt::format("{} is neither registered nor forgotten: nothing keeps it out",
                         lever.host.view()));
  }
  return refuse_request(404, fmt::format("no host is registered as {}", lever.host.view()));
}

/// Alike for all hosts of one command, whose keys are one a host.
ApiResponse refuse_reused_key(const Action& earlier, const Lever& lever) {
  const HostName& other = earlier.lever.host == lever.host ? HostName{} : earlier.lever.host;
  return refuse_request(
      409,
      fmt::format("this Idempotency-Key was used before for something else: {}{}{}; give every "
                  "change a key of its own",
                  lever_name(earlier.lever.kind), other.view().empty() ? "" : " ", other.view()));
}

/// A name that nobody has may be meant, or mistyped.
std::string note_of_name(const Lever& lever, const ApiSources& sources) {
  const bool refuses = lever.kind == LeverKind::kRevoke && lever.below > 0;
  if (!refuses || sources.roster.find(lever.agent_id)) return {};
  return "no host of that name is registered: is it spelt right?";
}

std::string note_of_storage(bool stored, const StorageStatus& storage) {
  if (stored) return {};
  return fmt::format("in force, but in memory only: {}; it is stored as soon as the disk takes it",
                     storage.degraded ? storage.reason : "the disk has not answered yet");
}

ApiResponse answer_of(const LeverAnswer& done, const ApiSources& sources, WallTime now) {
  const std::string note = note_of_name(done.action.lever, sources);
  const bool stored = sources.wait_for_action(done.action.number, kStorePatience);
  const std::string of_storage = note_of_storage(stored, sources.storage());
  const char* const between = note.empty() || of_storage.empty() ? "" : "; ";
  return {.body = to_json(ChangeAnswer{render_action(done.action, sources.roster, now),
                                       done.result == LeverResult::kRepeated, stored,
                                       note + between + of_storage})};
}

ApiResponse change(LeverKind kind, const ApiSources& sources, const ApiCall& call) {
  const Asked asked = read_lever(kind, sources, call);
  if (const auto* refused = std::get_if<ApiResponse>(&asked)) return *refused;
  const auto& lever = std::get<Lever>(asked);
  const auto answer = sources.levers.ask(lever, kLeverPatience);
  if (const auto* refusal = std::get_if<LeverMailbox::Refusal>(&answer)) return refuse(*refusal);
  const auto& done = std::get<LeverAnswer>(answer);
  switch (done.result) {
    case LeverResult::kNoHost:
      return refuse_no_host(lever);
    case LeverResult::kNoRoom:
      return refuse_request(507, fmt::format("{} hosts are forgotten or revoked already, which is "
                                             "all there is room for; admit some first",
                                             kStandingOrders));
    case LeverResult::kFleetFull:
      return refuse_request(507, fmt::format("all {} slots are taken; forget hosts that are gone, "
                                             "or raise the capacity",
                                             sources.board.capacity()));
    case LeverResult::kKeyReused:
      return refuse_reused_key(done.action, lever);
    case LeverResult::kDone:
    case LeverResult::kUnchanged:
    case LeverResult::kRepeated:
      break;
  }
  return answer_of(done, sources, call.moment.wall);
}

// --- What was done ------------------------------------------------------------------------------

template <typename Number>
std::optional<Number> read_number(const std::string& text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

ApiResponse actions(const ApiSources& sources, const ApiCall& call) {
  const std::string limit_text = call.request.parameter("limit");
  const auto limit =
      limit_text.empty() ? kDefaultPageActions : read_number<std::uint32_t>(limit_text);
  if (!limit || *limit < 1 || *limit > kMaxPageActions) {
    return refuse_request(400, fmt::format("limit: must be 1 to {}", kMaxPageActions));
  }
  const LeverBoard& board = sources.roster.levers();
  const std::uint64_t newest = board.newest_action;
  const std::string after_text = call.request.parameter("after");
  const auto after = after_text.empty() ? newest + 1 : read_number<std::uint64_t>(after_text);
  if (!after || *after < 1) {
    return refuse_request(400, "after: must be the `next` of the page before");
  }
  ActionPageAnswer page;
  page.total = static_cast<std::uint32_t>(std::min<std::uint64_t>(newest, kActions));
  const std::uint64_t gone = newest - page.total;  // Overwritten up to this one.
  for (std::uint64_t number = std::min(*after - 1, newest); number > gone; --number) {
    if (page.actions.size() == *limit) {
      page.next = std::to_string(number + 1);
      break;
    }
    Action action;
    if (!board.actions.read(action_place(number), action)) return refuse_overtaken();
    if (action.number != number) continue;  // Overwritten meanwhile.
    page.actions.push_back(render_action(action, sources.roster, call.moment.wall));
  }
  return {.body = to_json(page)};
}

}  // namespace

std::vector<Route> change_routes(const ApiSources& sources) {
  const auto lever = [&sources](std::string_view method, std::string_view path, LeverKind kind) {
    return Route{method,
                 path,
                 {},
                 Access::kOperators,
                 [&sources, kind](const ApiCall& call) { return change(kind, sources, call); },
                 Pace::kChange};
  };
  return {lever("POST", "/api/v1/hosts/*/drain", LeverKind::kDrain),
          lever("DELETE", "/api/v1/hosts/*/drain", LeverKind::kUndrain),
          lever("DELETE", "/api/v1/hosts/*", LeverKind::kForget),
          lever("POST", "/api/v1/hosts/*/admit", LeverKind::kAdmit),
          lever("POST", "/api/v1/hosts/*/reset", LeverKind::kReset),
          lever("POST", "/api/v1/hosts/*/revoke", LeverKind::kRevoke),
          lever("POST", "/api/v1/hosts/*/expect", LeverKind::kExpect),
          lever("POST", "/api/v1/freeze", LeverKind::kFreeze),
          lever("DELETE", "/api/v1/freeze", LeverKind::kUnfreeze),
          {"GET",
           "/api/v1/actions",
           {"limit", "after"},
           Access::kReaders,
           [&sources](const ApiCall& call) { return actions(sources, call); }}};
}

}  // namespace flatline
