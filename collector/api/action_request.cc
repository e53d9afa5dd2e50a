#include "collector/api/action_request.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "schema/answers/action_json.h"
#include "schema/program/duration.h"
#include "schema/program/wall_time.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

/// How far ahead the example of an end lies that an error shows.
constexpr std::chrono::hours kUntilExample{2};
/// How many wrong names an error tells.
constexpr std::size_t kNamesTold = 5;

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kIdempotencyKeyBytes &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// Says what is wrong with a line of text, or nothing if it is right.
std::string text_error(std::string_view field, const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes && is_plain_utf8(text)) return {};
  return fmt::format("body: {} must be at most {} bytes of text without control characters", field,
                     most_bytes);
}

/// Says what is wrong with the fields, of which each kind needs some and takes no others; empty if
/// they are right.
std::string field_error(ActionKind kind, const ActionBody& body) {
  const std::string_view name = action_name(kind);
  if (has_end(kind) && (body.length.empty() == body.until.empty() || body.why.empty())) {
    return fmt::format(
        "body: {} needs `for` and `why`, as {{\"for\": \"2h\", \"why\": \"new "
        "kernel\"}}{}",
        name, body.verb.empty() ? "" : "; `until` may stand in place of `for`");
  }
  if (!has_end(kind) && !body.length.empty()) return fmt::format("body: {} takes no `for`", name);
  if (!has_end(kind) && !body.until.empty()) return fmt::format("body: {} takes no `until`", name);
  if (kind != ActionKind::kDrain && !body.from.empty()) {
    return fmt::format("body: {} takes no `at`", name);
  }
  if (kind == ActionKind::kRevoke && !body.below) {
    return fmt::format("body: revoke needs `below`, as {{\"below\": 3}}");
  }
  if (kind != ActionKind::kRevoke && body.below) {
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

/// Reads when a drain begins, if it does so later than now, and says what is wrong with it.
std::string read_begin(const ActionBody& body, WallTime now, ActionRequest& request) {
  if (body.from.empty()) return {};
  const auto from = parse_rfc3339(body.from);
  if (!from || *from < now - kMomentAhead || *from > now + kMaxActionTime) {
    return fmt::format("body: at: '{}' is not allowed; give a time up to {} ahead, as {}",
                       to_plain_utf8(body.from), format_duration(kMaxActionTime),
                       format_rfc3339(now + kUntilExample));
  }
  // Slots keep whole seconds, and people see them.
  request.from = std::chrono::ceil<std::chrono::seconds>(*from);
  return {};
}

/// Reads how long a drain or freeze lasts, or until when, and says what is wrong with it.
std::string read_end(const ActionBody& body, WallTime now, ActionRequest& request) {
  if (!has_end(request.kind)) return {};
  if (!body.until.empty()) {
    const auto until = parse_rfc3339(body.until);
    if (!until || *until < std::max(now, request.from) + kMinActionTime ||
        *until > now + kMaxActionTime) {
      return fmt::format("body: until: '{}' is not allowed; give a time {} to {} ahead, as {}",
                         to_plain_utf8(body.until), format_duration(kMinActionTime),
                         format_duration(kMaxActionTime), format_rfc3339(now + kUntilExample));
    }
    request.until = *until;
    return {};
  }
  const auto length = parse_duration(body.length);
  if (!length || *length < kMinActionTime || *length > kMaxActionTime) {
    return fmt::format("body: for: '{}' is not allowed; give {} to {}, as 90s, 2h or 1d12h",
                       to_plain_utf8(body.length), format_duration(kMinActionTime),
                       format_duration(kMaxActionTime));
  }
  request.length = *length;
  return {};
}

/// What all requests for an action have: fields, end and key. Says what is wrong, or nothing.
std::string read_fields(const ActionBody& body, const ApiCall& call, ActionRequest& request) {
  if (const std::string error = field_error(request.kind, body); !error.empty()) return error;
  for (const auto read : {read_begin, read_end}) {
    if (const std::string error = read(body, call.moment.wall, request); !error.empty()) {
      return error;
    }
  }
  request.below = static_cast<std::uint16_t>(body.below.value_or(0));
  request.key = IdempotencyKey{call.request.key};
  request.why = Why{body.why};
  request.by = By{body.by};
  request.token_name = TokenName{call.caller.name};
  return {};
}

ApiResponse refuse_key() {
  return refuse_request(400,
                        fmt::format("an Idempotency-Key header is needed: 1 to {} visible ASCII "
                                    "characters, another for every change",
                                    kIdempotencyKeyBytes));
}

std::optional<ActionKind> kind_of(std::string_view verb) {
  const auto found = std::ranges::find(kActionNames, verb);
  if (found == kActionNames.end()) return std::nullopt;
  return static_cast<ActionKind>(found - kActionNames.begin());
}

/// Says what is wrong with the verb and the names that it is for, or nothing.
std::string names_error(const ActionBody& body, const std::optional<ActionKind>& kind) {
  if (!kind) {
    return fmt::format("body: verb: '{}' is not allowed; give one of {}", to_plain_utf8(body.verb),
                       join(kActionNames, ", "));
  }
  if (!is_about_host(*kind)) {
    return body.names.empty() ? "" : fmt::format("body: {} takes no `names`", body.verb);
  }
  if (body.names.empty() || body.names.size() > kNamesPerAction) {
    return fmt::format("body: names: {} are not allowed; give 1 to {}, and more in further parts",
                       body.names.size(), kNamesPerAction);
  }
  std::vector<std::string> wrong;
  for (const std::string& name : body.names) {
    if (!is_host_name(name)) wrong.push_back(fmt::format("'{}'", to_plain_utf8(name)));
    if (wrong.size() == kNamesTold) break;
  }
  if (wrong.empty()) return {};
  return fmt::format("body: names: not a host name: {}; must be {}", join(wrong, ", "),
                     kHostNameForm);
}

std::string part_error(const std::optional<double>& part) {
  const bool right = !part || (*part >= 1 && *part <= kActionParts && *part == std::floor(*part));
  return right ? "" : fmt::format("body: part must be a whole number from 1 to {}", kActionParts);
}

/// FNV-1a over all names, never 0.
std::uint64_t hash_of(const std::vector<std::string>& names) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto add = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3; };
  for (const std::string& name : names) {
    for (const char c : name) add(c);
    add('\n');
  }
  return hash | 1;
}

}  // namespace

AskedAction read_action(ActionKind kind, const FleetId& fleet, const ApiCall& call) {
  if (!is_key(call.request.key)) return refuse_key();
  if (is_about_host(kind) && !is_host_name(call.name)) {
    return refuse_request(400, fmt::format("not a host name: must be {}", kHostNameForm));
  }
  const auto read = action_body_from_json(call.request.body);
  if (const auto* error = std::get_if<ActionBodyError>(&read)) {
    return refuse_request(400, error->message);
  }
  ActionRequest request{kind};
  if (const std::string error = read_fields(std::get<ActionBody>(read), call, request);
      !error.empty()) {
    return refuse_request(400, error);
  }
  if (is_about_host(kind)) {
    request.agent_id = agent_id_of(fleet, call.name);
    request.host = HostName{call.name};
  }
  return request;
}

AskedNames read_names_action(const FleetId& fleet, const ApiCall& call) {
  if (!is_key(call.request.key)) return refuse_key();
  const auto read = names_body_from_json(call.request.body);
  if (const auto* error = std::get_if<ActionBodyError>(&read)) {
    return refuse_request(400, error->message);
  }
  const auto& body = std::get<ActionBody>(read);
  const auto kind = kind_of(body.verb);
  for (const std::string& error : {names_error(body, kind), part_error(body.part)}) {
    if (!error.empty()) return refuse_request(400, error);
  }
  NamesRequest request{{*kind}, {}};
  if (const std::string error = read_fields(body, call, request.action); !error.empty()) {
    return refuse_request(400, error);
  }
  for (const std::string& name : body.names) {
    request.targets.push_back({agent_id_of(fleet, name), HostName{name}});
  }
  ActionRequest& action = request.action;
  action.part = static_cast<std::uint32_t>(body.part.value_or(1));
  if (!request.targets.empty()) {
    action.agent_id = request.targets.front().agent_id;
    action.host = request.targets.front().host;
  }
  if (request.targets.size() > 1 || action.part > 1) action.names_hash = hash_of(body.names);
  return request;
}

}  // namespace flatline
