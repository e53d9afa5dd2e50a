#include "schema/answers/action_json.h"

#include <fmt/core.h>

#include "schema/answers/capnp_json.h"
#include "schema/wire/text.h"

namespace flatline {
namespace {

using capnp_json::count_of;
using capnp_json::set_text;
using capnp_json::to_string;

constexpr std::string_view kRequestForm =
    R"(give an object such as {"for": "2h", "why": "new kernel", "by": "ada"})";

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
  return to;
}

ActionDoneAnswer read(wire::Change::Reader from) {
  return {read(from.getAction()), from.getRepeated(), from.getStored(), to_string(from.getNote())};
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

/// Puts the field into `request`. Returns what is wrong with it, or empty text.
std::string take_field(capnp::JsonValue::Field::Reader field, ActionBody& request) {
  const std::string name = to_string(field.getName());
  const auto value = field.getValue();
  if (name == "below") {
    if (!value.isNumber()) return wrong_type(name, "a number");
    if (request.below) return "body: below is given twice";
    request.below = value.getNumber();
    return {};
  }
  std::string* const text = name == "for"   ? &request.length
                            : name == "why" ? &request.why
                            : name == "by"  ? &request.by
                                            : nullptr;
  if (text == nullptr) {
    return fmt::format("body: there is no field '{}'; there are for, why, by and below",
                       to_plain_utf8(name));
  }
  if (!value.isString() || value.getString().size() == 0) {
    return wrong_type(name, "text that is not empty");
  }
  if (!text->empty()) return fmt::format("body: {} is given twice", name);
  *text = to_string(value.getString());
  return {};
}

}  // namespace

std::string to_json(const ActionBody& request) {
  return capnp_json::encode<wire::ActionBody>([&](wire::ActionBody::Builder to) {
    set_text(request.length, [&](auto text) { to.setFor(text); });
    set_text(request.why, [&](auto text) { to.setWhy(text); });
    set_text(request.by, [&](auto text) { to.setBy(text); });
    if (request.below) to.initBelow().setValue(*request.below);
  });
}

std::string to_json(const ActionDoneAnswer& answer) {
  return capnp_json::encode<wire::Change>([&](wire::Change::Builder to) {
    fill(to.initAction(), answer.action);
    to.setRepeated(answer.repeated);
    to.setStored(answer.stored);
    set_text(answer.note, [&](auto text) { to.setNote(text); });
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

std::variant<ActionBody, ActionBodyError> action_body_from_json(std::string_view json) {
  ActionBody request;
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return request;
  std::string error;
  const auto thrown = kj::runCatchingExceptions([&] {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<capnp::JsonValue>();
    capnp_json::codec<wire::ActionBody>().decodeRaw(kj::arrayPtr(json.data(), json.size()), root);
    const auto value = root.asReader();
    if (!value.isObject()) {
      error = fmt::format("body: this is JSON, but not an object; {}", kRequestForm);
      return;
    }
    for (const auto field : value.getObject()) {
      error = take_field(field, request);
      if (!error.empty()) return;
    }
  });
  if (thrown != nullptr) error = fmt::format("body: this is not JSON; {}", kRequestForm);
  if (!error.empty()) return ActionBodyError{error};
  return request;
}

std::optional<ActionDoneAnswer> action_done_from_json(std::string_view json) {
  return capnp_json::decode<wire::Change>(json, [](auto root) { return read(root); });
}

std::optional<ActionPageAnswer> action_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::ActionPage>(json, [](auto root) { return read(root); });
}

std::optional<BanPageAnswer> ban_page_from_json(std::string_view json) {
  return capnp_json::decode<wire::OrderPage>(json, [](auto root) { return read(root); });
}

}  // namespace flatline
