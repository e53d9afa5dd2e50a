#include "tools/cli/group_question.h"

#include "schema/answers/group_json.h"
#include "schema/program/error.h"
#include "tools/cli/connection.h"

namespace flatline::cli {
namespace {

GroupsAnswer read_groups(const Client& client, const std::string& json) {
  const auto answer = groups_from_json(json);
  if (!answer) {
    throw Failure(client.api() + ": this is not a flatline collector's answer; check --api");
  }
  return *answer;
}

}  // namespace

std::string ask_groups_json(Client& client, const std::string& by) {
  std::string json = client.get("/api/v1/groups" + (by.empty() ? "" : "?by=" + url_encode(by)));
  (void)read_groups(client, json);
  return json;
}

GroupsAnswer ask_groups(Client& client, const std::string& by) {
  return read_groups(client, ask_groups_json(client, by));
}

}  // namespace flatline::cli
