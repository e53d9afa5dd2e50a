#include "schema/answers/action_json.h"

#include <fmt/core.h>

#include "schema/answers/capnp_json.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::get_texts;
using capnp_json::set_text;
using capnp_json::set_texts;
using capnp_json::to_string;

constexpr std::string_view kRequestForm =
    R"(give an object such as {"for": "2h", "why": "new kernel", "by": "ada"})";
constexpr std::string_view kNamesRequestForm =
    R"(give an object such as {"verb": "drain", "names": ["web-1"], "for": "2h", "why": "x"})";

// --- Answers ------------------------------------------------------------------------------------

void fill(wire::Action::Builder to, const ActionAnswer& from) {
  to.setNumber(from.number);
  set_text(from.action, [&](auto text) { to.setAction(text); });
  set_text(from.host, [&](auto text) { to.setHost(text); });
  set_text(from.by, [&](auto text) { to.setBy(text); });
  set_text(from.why, [&](auto text) { to.setWhy(text); });
  set_text(from.at, [&](auto text) { to.setAt(text); });
  set_text(from.length, [&](auto text) { to.setFor(text); });
  set_text(from.until, [&](auto text) { to.setUntil(text); });
  if (from.below) to.initBelow().setValue(*from.below);
  to.setChanged(from.changed);
  set_text(from.state, [&](auto text) { to.setState(text); });
  set_text(from.key, [&](auto text) { to.setKey(text); });
  to.setHosts(from.hosts);
  to.setHostsChanged(from.hosts_changed);
  set_text(from.from, [&](auto text) { to.setFrom(text); });
  set_text(from.token_name, [&](auto text) { to.setTokenName(text); });
}

ActionAnswer read(wire::Action::Reader from) {
  ActionAnswer to;
  to.number = from.getNumber();
  to.action = to_string(from.getAction());
  to.host = to_string(from.getHost());
  to.by = to_string(from.getBy());
  to.why = to_string(from.getWhy());
  to.at = to_string(from.getAt());
  to.length = to_string(from.getFor());
  to.until = to_string(from.getUntil());
  if (from.hasBelow()) to.below = from.getBelow().getValue();
  to.changed = from.getChanged();
  to.state = to_string(from.getState());
  to.key = to_string(from.getKey());
  to.hosts = from.getHosts();
  to.hosts_changed = from.getHostsChanged();
  to.from = to_string(from.getFrom());
  to.token_name = to_string(from.getTokenName());
  return to;
}

/// Change and NamesChange begin alike.
template <typename Change>
void fill_done(Change& to, const ActionDoneAnswer& from) {
  fill(to.initAction(), from.action);
  to.setRepeated(from.repeated);
  to.setStored(from.stored);
  set_text(from.note, [&](auto text) { to.setNote(text); });
}

template <typename Change>
ActionDoneAnswer read_done(Change from) {
  return {read(from.getAction()), from.getRepeated(), from.getStored(), to_string(from.getNote())};
}

NamesDoneAnswer read(wire::NamesChange::Reader from) {
  NamesDoneAnswer to{read_done(from), {}};
  for (const auto answer : from.getAnswers()) {
    to.answers.push_back(
        {to_string(answer.getName()), to_string(answer.getResult()), to_string(answer.getNote())});
  }
  return to;
}

ActionPageAnswer read(wire::ActionPage::Reader from) {
  ActionPageAnswer to;
  to.total = from.getTotal();
  to.next = to_string(from.getNext());
  for (const auto action : from.getActions()) to.actions.push_back(read(action));
  return to;
}

BanPageAnswer read(wire::OrderPage::Reader from) {
  BanPageAnswer to;
  to.total = from.getTotal();
  to.room = from.getRoom();
  to.next = to_string(from.getNext());
  for (const auto order : from.getOrders()) {
    BanAnswer& read = to.bans.emplace_back();
    read.host = to_string(order.getHost());
    if (order.hasForgottenUpTo()) read.forgotten_up_to = order.getForgottenUpTo().getValue();
    if (order.hasRevokedBelow()) read.revoked_below = order.getRevokedBelow().getValue();
  }
  return to;
}

// --- A request, field by field ------------------------------------------------------------------

std::string wrong_type(std::string_view name, std::string_view wanted) {
  return fmt::format("body: {} must be {}", name, wanted);
}

/// The text of `request` that a field of this name sets, or nullptr if it is another kind of field.
std::string* text_field(std::string_view name, bool many, ActionBody& request) {
  if (name == "for") return &request.length;
  if (name == "why") return &request.why;
  if (name == "by") return &request.by;
  if (name == "at") return &request.from;
  if (many && name == "verb") return &request.verb;
  if (many && name == "until") return &request.until;
  return nullptr;
}

std::optional<double>* number_field(std::string_view name, bool many, ActionBody& request) {
  if (name == "below") return &request.below;
  return many && name == "part" ? &request.part : nullptr;
}

std::string take_names(capnp::JsonValue::Reader value, ActionBody& request) {
  if (!request.names.empty()) return "body: names is given twice";
  if (!value.isArray() || value.getArray().size() == 0) {
    return wrong_type("names", "a list of host names that is not empty");
  }
  for (const auto name : value.getArray()) {
    if (!name.isString()) return wrong_type("names", "a list of texts");
    request.names.push_back(to_string(name.getString()));
  }
  return {};
}

/// Puts the field into `request`, which is about many hosts or not. Returns what is wrong with the
/// field, or empty text.
std::string take_field(capnp::JsonValue::Field::Reader field, bool many, ActionBody& request) {
  const std::string name = to_string(field.getName());
  const auto value = field.getValue();
  if (many && name == "names") return take_names(value, request);
  if (std::optional<double>* const number = number_field(name, many, request)) {
    if (!value.isNumber()) return wrong_type(name, "a number");
    if (*number) return fmt::format("body: {} is given twice", name);
    *number = value.getNumber();
    return {};
  }
  std::string* const text = text_field(name, many, request);
  if (text == nullptr) {
    return fmt::format("body: there is no field '{}'; there are {}for, {}at, why, by and below",
                       to_plain_utf8(name), many ? "verb, names, part, " : "",
                       many ? "until, " : "");
  }
  if (!value.isString() || value.getString().size() == 0) {
    return wrong_type(name, "text that is not empty");
  }
  if (!text->empty()) return fmt::format("body: {} is given twice", name);
  *text = to_string(value.getString());
  return {};
}

std::variant<ActionBody, ActionBodyError> read_body(std::string_view json, bool many) {
  ActionBody request;
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return request;
  const std::string_view form = many ? kNamesRequestForm : kRequestForm;
  const ReadableJson readable = to_readable_json(json);
  if (!readable.error.empty()) {
    return ActionBodyError{fmt::format("body: this is not JSON: {}; {}", readable.error, form)};
  }
  std::string error;
  const auto thrown = kj::runCatchingExceptions([&] {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<capnp::JsonValue>();
    capnp_json::codec<wire::ActionBody>().decodeRaw(
        kj::arrayPtr(readable.text.data(), readable.text.size()), root);
    const auto value = root.asReader();
    if (!value.isObject()) {
      error = fmt::format("body: this is JSON, but not an object; {}", form);
      return;
    }
    for (const auto field : value.getObject()) {
      error = take_field(field, many, request);
      if (!error.empty()) return;
    }
  });
  if (thrown != nullptr) error = fmt::format("body: this is not JSON; {}", form);
  if (!error.empty()) return ActionBodyError{error};
  return request;
}

}  // namespace

std::string to_json(const ActionBody& request) {
  return capnp_json::encode<wire::ActionBody>([&](wire::ActionBody::Builder to) {
    set_text(request.length, [&](auto text) { to.setFor(text); });
    set_text(request.from, [&](auto text) { to.setAt(text); });
    set_text(request.why, [&](auto text) { to.setWhy(text); });
    set_text(request.by, [&](auto text) { to.setBy(text); });
    if (request.below) to.initBelow().setValue(*request.below);
    set_text(request.verb, [&](auto text) { to.setVerb(text); });
    if (!request.names.empty()) {
      set_texts(to.initNames(count_of(request.names.size())), request.names);
    }
    set_text(request.until, [&](auto text) { to.setUntil(text); });
    if (request.part) to.initPart().setValue(*request.part);
  });
}

std::string to_json(const ActionDoneAnswer& answer) {
  return capnp_json::encode<wire::Change>([&](wire::Change::Builder to) { fill_done(to, answer); });
}

std::string to_json(const NamesDoneAnswer& answer) {
  return capnp_json::encode<wire::NamesChange>([&](wire::NamesChange::Builder to) {
    fill_done(to, answer.done);
    auto answers = to.initAnswers(count_of(answer.answers.size()));
    for (unsigned i = 0; i < answers.size(); ++i) {
      const NameAnswer& name = answer.answers[i];
      set_text(name.name, [&](auto text) { answers[i].setName(text); });
      set_text(name.result, [&](auto text) { answers[i].setResult(text); });
      set_text(name.note, [&](auto text) { answers[i].setNote(text); });
    }
  });
}

std::string to_json(const ActionPageAnswer& answer) {
  return capnp_json::encode<wire::ActionPage>([&](wire::ActionPage::Builder to) {
    to.setTotal(answer.total);
    set_text(answer.next, [&](auto text) { to.setNext(text); });
    auto actions = to.initActions(count_of(answer.actions.size()));
    for (unsigned i = 0; i < actions.size(); ++i) fill(actions[i], answer.actions[i]);
  });
}

std::string to_json(const BanPageAnswer& answer) {
  return capnp_json::encode<wire::OrderPage>([&](wire::OrderPage::Builder to) {
    to.setTotal(answer.total);
    to.setRoom(answer.room);
    set_text(answer.next, [&](auto text) { to.setNext(text); });
    auto orders = to.initOrders(count_of(answer.bans.size()));
    for (unsigned i = 0; i < orders.size(); ++i) {
      const BanAnswer& order = answer.bans[i];
      set_text(order.host, [&](auto text) { orders[i].setHost(text); });
      if (order.forgotten_up_to) orders[i].initForgottenUpTo().setValue(*order.forgotten_up_to);
      if (order.revoked_below) orders[i].initRevokedBelow().setValue(*order.revoked_below);
    }
  });
}

std::string to_json(const WhoamiAnswer& answer) {
  return capnp_json::encode<wire::Whoami>([&](wire::Whoami::Builder to) {
    set_text(answer.name, [&](auto text) { to.setName(text); });
    set_text(answer.role, [&](auto text) { to.setRole(text); });
    set_text(answer.expires, [&](auto text) { to.setExpires(text); });
    set_texts(to.initActions(count_of(answer.actions.size())), answer.actions);
    set_text(answer.note, [&](auto text) { to.setNote(text); });
  });
}

std::variant<ActionBody, ActionBodyError> action_body_from_json(std::string_view json) {
  return read_body(json, false);
}

std::variant<ActionBody, ActionBodyError> names_body_from_json(std::string_view json) {
  return read_body(json, true);
}

std::optional<ActionDoneAnswer> action_done_from_json(std::string_view json) {
  return capnp_json::decode<wire::Change>(json, [](auto root) { return read_done(root); });
}

std::optional<NamesDoneAnswer> names_done_from_json(std::string_view json) {
  return capnp_json::decode<wire::NamesChange>(json, [](auto root) { return read(root); });
}

std::optional<ActionPageAnswer> action_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::ActionPage>(json, [](auto root) { return read(root); });
}

std::optional<BanPageAnswer> ban_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::OrderPage>(json, [](auto root) { return read(root); });
}

std::optional<WhoamiAnswer> whoami_from_json(std::string_view json) {
  return capnp_json::decode<wire::Whoami>(json, [](auto from) {
    return WhoamiAnswer{to_string(from.getName()), to_string(from.getRole()),
                        to_string(from.getExpires()), get_texts(from.getActions()),
                        to_string(from.getNote())};
  });
}

}  // namespace flatline
