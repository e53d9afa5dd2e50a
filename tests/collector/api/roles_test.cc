// Tokens with names and roles: who may do what, under which name it is recorded, and that nobody
// takes from another what is his.

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "schema/program/cryptography.h"
#include "tests/collector/api/operated.h"

using namespace flatline;
using namespace flatline::test;

namespace {

constexpr const char* kDrain = R"({"for":"2h","why":"new kernel","by":"somebody"})";
constexpr const char* kNames = "/api/v1/actions";

/// A token that is long enough not to be guessable, as those are that we make.
std::string token_of(const std::string& name) {
  return "flt_" + name + std::string(kUnguessableBytes, '-');
}

/// A collector whose list has an operator, ada; ci, who drains; and bo, who reads.
struct Roles : Operated {
  explicit Roles(bool readers_need_one = true) {
    initialize_cryptography();
    list = {{"ada", Role::kOperator, hash_of_token(token_of("ada")), {}, {}},
            {"ci", Role::kDrain, hash_of_token(token_of("ci")), {}, {}},
            {"bo", Role::kReader, hash_of_token(token_of("bo")), {}, {}}};
    gate.set_list(list, readers_need_one);
  }
  ApiRequest from(const std::string& name, std::string method, std::string path,
                  std::string body = "") {
    ApiRequest asked = request(std::move(method), std::move(path), std::move(body));
    asked.authorization = name.empty() ? "" : "Bearer " + token_of(name);
    return asked;
  }
  ApiResponse as(const std::string& name, std::string method, std::string path,
                 std::string body = "") {
    return ask(from(name, std::move(method), std::move(path), std::move(body)));
  }
  WhoamiAnswer whoami(const std::string& name) {
    const ApiResponse response = as(name, "GET", "/api/v1/whoami");
    CAPTURE(response.body);
    REQUIRE(response.status == 200);
    return *whoami_from_json(response.body);
  }

  std::vector<TokenEntry> list;
};

struct Change {
  const char* method;
  std::string path;
  std::string body;
  bool is_drains;
};

/// Every action by its own path, and by the one for many names.
std::vector<Change> all_changes() {
  const std::string host = "/api/v1/hosts/web-1";
  std::vector<Change> changes = {{"POST", host + "/drain", kDrain, true},
                                 {"DELETE", host + "/drain", "", true},
                                 {"POST", host + "/admit", "", false},
                                 {"POST", host + "/reset", "", false},
                                 {"POST", host + "/revoke", R"({"below":1})", false},
                                 {"POST", host + "/expect", "", false},
                                 {"POST", "/api/v1/freeze", kDrain, false},
                                 {"DELETE", "/api/v1/freeze", "", false},
                                 {"DELETE", host, "", false}};
  for (const std::string_view verb : kActionNames) {
    const bool ends = verb == "drain" || verb == "freeze";
    std::string body = fmt::format(R"({{"verb":"{}")", verb);
    if (verb != "freeze" && verb != "unfreeze") body += R"(,"names":["web-1"])";
    if (ends) body += R"(,"for":"2h","why":"x")";
    if (verb == "revoke") body += R"(,"below":1)";
    changes.push_back({"POST", kNames, body + "}", verb == "drain" || verb == "undrain"});
  }
  return changes;
}

}  // namespace

TEST_CASE("a role may do what it may and nothing else, whichever way it is asked for") {
  for (const Change& change : all_changes()) {
    CAPTURE(change.method);
    CAPTURE(change.path);
    CAPTURE(change.body);
    Roles api;
    const auto status = [&](const char* who) {
      return api.as(who, change.method, change.path, change.body).status;
    };
    CHECK(status("") == 401);
    CHECK(status("bo") == 403);
    if (!change.is_drains) CHECK(status("ci") == 403);
    CHECK(api.actions().total == 0);
    // The host may not be there, which is told to who was let in.
    const auto is_let_in = [](unsigned got) { return got == 200 || got == 404; };
    if (change.is_drains) CHECK(is_let_in(status("ci")));
    CHECK(is_let_in(status("ada")));
    CHECK(api.summary().operators.refused_attempts == (change.is_drains ? 2 : 3));
  }
}

TEST_CASE("who may not is told whose token it is, and whose it takes") {
  Roles api;
  const auto told = [&](const char* who, const char* path, const std::string& body = "") {
    return error_of(api.as(who, "POST", path, body));
  };
  CHECK(told("bo", "/api/v1/hosts/web-1/drain") ==
        "bo's token is of the role reader; drain needs an operator's or one of the role drain");
  CHECK(told("ci", "/api/v1/freeze") ==
        "ci's token is of the role drain; freeze needs an operator's");
  CHECK(told("ci", kNames, R"({"verb":"forget","names":["web-1"]})") ==
        "ci's token is of the role drain; forget needs an operator's");
  CHECK(told("bo", kNames).find("changes need an operator's") != std::string::npos);
  CHECK(told("eve", "/api/v1/freeze").find("none of this collector's tokens") != std::string::npos);
  CHECK(told("", "/api/v1/freeze").find("a token is needed") != std::string::npos);
}

TEST_CASE("each may ask who he is and what he may do") {
  Roles api;
  const WhoamiAnswer ada = api.whoami("ada");
  CHECK(ada.name == "ada");
  CHECK(ada.role == "operator");
  CHECK(ada.actions.size() == kActionKinds);
  CHECK(ada.note.empty());
  const WhoamiAnswer drains = api.whoami("ci");
  CHECK(drains.role == "drain");
  CHECK(drains.actions == std::vector<std::string>{"drain", "undrain"});
  CHECK(api.whoami("bo").actions.empty());
  CHECK(api.whoami("bo").note == "a token of the role reader changes nothing");
  CHECK(api.as("", "GET", "/api/v1/whoami").status == 401);
  CHECK(api.as("eve", "GET", "/api/v1/whoami").status == 401);
  const auto admin = whoami_from_json(api.change("GET", "/api/v1/whoami").body);
  REQUIRE(admin);
  CHECK(admin->name == "admin");
  CHECK(admin->role == "operator");
  // Where anybody may read, nobody has to show a token; but one that is shown must be right.
  Roles open(false);
  CHECK(open.whoami("").role == "reader");
  CHECK(open.whoami("").note.find("no token was shown") != std::string::npos);
  CHECK(open.as("eve", "GET", "/api/v1/whoami").status == 401);
  CHECK(open.as("eve", "GET", "/api/v1/summary").status == 200);
}

TEST_CASE("reading takes a token wherever there is a list, and any role's will do") {
  Roles api;
  for (const char* who : {"ada", "ci", "bo"}) {
    CHECK(api.as(who, "GET", "/api/v1/summary").status == 200);
  }
  CHECK(api.as("", "GET", "/api/v1/summary").status == 401);
  CHECK(api.as("eve", "GET", "/api/v1/summary").status == 401);
  CHECK(api.change("GET", "/api/v1/summary").status == 200);
  // Even if nobody is left in it: nothing is opened by taking the last reader away.
  api.gate.set_list({}, true);
  CHECK(api.as("", "GET", "/api/v1/summary").status == 401);
  CHECK(api.as("bo", "GET", "/api/v1/summary").status == 401);
  api.gate.set_read_token("readers");
  ApiRequest shared = api.request("GET", "/api/v1/whoami");
  shared.authorization = "Bearer readers";
  const auto reader = whoami_from_json(api.ask(shared).body);
  REQUIRE(reader);
  CHECK(reader->name == "read_token");
  CHECK(reader->role == "reader");
  // To change something it is as none, as it always was.
  ApiRequest change = api.request("POST", "/api/v1/hosts/web-1/drain", kDrain);
  change.authorization = "Bearer readers";
  CHECK(api.ask(change).status == 401);
  CHECK(api.summary().operators.wrong_tokens == 2);
}

TEST_CASE("the record has the name that was proved, beside the one that was claimed") {
  Roles api;
  const ActionAnswer drained =
      done(api.as("ci", "POST", "/api/v1/hosts/web-1/drain", kDrain)).action;
  CHECK(drained.token_name == "ci");
  CHECK(drained.by == "somebody");
  done(api.as("ada", "POST", "/api/v1/freeze", kDrain));
  CHECK(api.summary().operators.frozen_token_name == "ada");
  CHECK(api.summary().operators.frozen_by == "somebody");
  done(api.change("DELETE", "/api/v1/freeze"));
  const ActionPageAnswer page = api.actions();
  REQUIRE(page.actions.size() == 3);
  CHECK(page.actions[0].token_name == "admin");
  CHECK(page.actions[1].token_name == "ada");
  CHECK(page.actions[2].token_name == "ci");
}

TEST_CASE("an Idempotency-Key is its token's own: nobody gets another's answer, nor hinders him") {
  Roles api;
  const auto drain = [&](const char* who, const char* body) {
    ApiRequest request = api.from(who, "POST", "/api/v1/hosts/web-1/drain", body);
    request.key = "the-same";
    return api.ask(request);
  };
  const ActionDoneAnswer first = done(drain("ada", kDrain));
  CHECK(done(drain("ada", kDrain)).repeated);
  const ActionDoneAnswer other = done(drain("ci", kDrain));
  CHECK_FALSE(other.repeated);
  CHECK(other.action.number == first.action.number + 1);
  CHECK(done(drain("ci", kDrain)).action.number == other.action.number);
  CHECK(done(drain("ada", kDrain)).action.number == first.action.number);
  // Another body under the own key is a mistake, and nothing is done.
  CHECK(drain("ada", R"({"for":"3h","why":"x"})").status == 409);
  CHECK(drain("ci", R"({"for":"3h","why":"x"})").status == 409);
  // Whose role does not allow it gets neither an answer that was made before nor a word of it.
  CHECK(drain("bo", kDrain).status == 403);
  CHECK(api.actions().total == 2);
  // After a restart the same holds: the keys are restored with their tokens' names.
  ActionExecutor after(api.fleet.fleet, api.fleet.host_table.actions());
  ActionRecord record;
  for (std::uint32_t place = 0; place < 2; ++place) {
    REQUIRE(api.fleet.host_table.actions().recent.read(place, record));
    after.restore(record);
  }
  record.request.token_name = TokenName{"bo"};
  CHECK(after.perform(record.request, record.at).result != ActionResult::kRepeated);
  record.request.token_name = TokenName{"ci"};
  CHECK(after.perform(record.request, record.at).result == ActionResult::kRepeated);
}

TEST_CASE("who drains alone takes no room from the operators, of changes or of names") {
  Roles api;
  const auto drain = [&](const char* who) {
    return api.as(who, "DELETE", "/api/v1/hosts/web-1/drain").status;
  };
  const auto passes = [&](const char* who) {
    int passed = 0;
    while (passed <= kChangesBurst && drain(who) == 200) ++passed;
    return passed;
  };
  CHECK(passes("ci") == static_cast<int>(kDrainChangesBurst));
  CHECK(drain("ada") == 200);
  api.fleet.now += 1s;
  CHECK(passes("ci") == static_cast<int>(kDrainChangesPerSecond));
  CHECK(passes("ada") == static_cast<int>(kChangesBurst));
  api.fleet.now += 1s;
  CHECK(passes("ada") == static_cast<int>(kChangesPerSecond));
  CHECK(api.gate.admit_names(kDefaultCapacity, api.fleet.now, Role::kDrain) == Duration{0});
  CHECK(api.gate.admit_names(1, api.fleet.now, Role::kDrain) > Duration{0});
  CHECK(api.gate.admit_names(1, api.fleet.now) == Duration{0});
}

TEST_CASE("a token counts for nothing from the moment on that it ends, and is told so") {
  Roles api;
  const WallTime now = api.fleet.arrival().wall;
  api.list[0].expires = now + 1s;
  api.gate.set_list(api.list, true);
  CHECK(api.whoami("ada").expires == "2023-11-14T22:15:01.000Z");
  api.fleet.now += 1s;
  const ApiResponse refused = api.as("ada", "POST", "/api/v1/freeze", kDrain);
  CHECK(refused.status == 401);
  CHECK(error_of(refused) == "ada's token has expired at 2023-11-14T22:15:01.000Z");
  CHECK(api.as("ada", "GET", "/api/v1/summary").status == 401);
  CHECK(api.summary().operators.wrong_tokens == 2);
}

TEST_CASE("where others can read it no token with a name is looked at, right or wrong") {
  Roles api;
  for (const char* who : {"ada", "ci", "bo", "eve", ""}) {
    CAPTURE(who);
    ApiRequest change = api.from(who, "POST", "/api/v1/hosts/web-1/drain", kDrain);
    change.is_private = false;
    const ApiResponse refused = api.ask(change);
    CHECK(refused.status == 403);
    CHECK(error_of(refused).find("tokens are not looked at") != std::string::npos);
    ApiRequest look = api.from(who, "GET", "/api/v1/summary");
    look.is_private = false;
    CHECK(api.ask(look).status == 401);
  }
  CHECK(api.actions().total == 0);
  CHECK(api.summary().operators.wrong_tokens == 0);
  // The read token is of the older kind, which always was shown so.
  api.gate.set_read_token("readers");
  ApiRequest look = api.request("GET", "/api/v1/whoami");
  look.authorization = "Bearer readers";
  look.is_private = false;
  CHECK(api.ask(look).status == 200);
  // A guess at that one counts. A longer one may be right, and was not looked at.
  look.path = "/api/v1/summary";
  for (const std::string& token : {std::string("reader"), token_of("ada")}) {
    look.authorization = "Bearer " + token;
    CHECK(api.ask(look).status == 401);
    CHECK(api.summary().operators.wrong_tokens == 1);
  }
}

TEST_CASE("while a read token takes the list's place nobody reads without a token") {
  Roles api;
  std::atomic<bool> has_ended{false};
  std::thread reload([&] {
    for (int i = 0; i < 2000; ++i) {
      api.gate.set_tokens("", "readers", {}, false);
      api.gate.set_tokens("", "", api.list, true);
    }
    has_ended = true;
  });
  bool always = true;
  while (!has_ended) always = api.gate.readers_need_token() && always;
  reload.join();
  CHECK(always);
  CHECK(api.as("bo", "GET", "/api/v1/summary").status == 200);
  CHECK(api.as("", "GET", "/api/v1/summary").status == 401);
}

TEST_CASE("ten thousand guesses a second get a few answers, and keep nobody out") {
  Roles api;
  api.gate.set_read_token("readers");
  const ClientAddress guesser = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 7};
  const auto status = [&](const std::string& authorization, const ClientAddress& client) {
    ApiRequest request = api.request("GET", "/api/v1/summary");
    request.authorization = authorization;
    request.client = client;
    return api.ask(request).status;
  };
  std::map<unsigned, int> answers;
  for (int i = 0; i < 10'000; ++i) {
    ++answers[status(fmt::format("Bearer guess-{}", i), guesser)];
    // A token that cannot be guessed is looked at whatever came from there before.
    if (i % 1000 == 0) CHECK(status("Bearer " + token_of("ada"), guesser) == 200);
  }
  CHECK(answers[401] == static_cast<int>(kWrongTokensBurst));
  CHECK(answers[429] == 10'000 - static_cast<int>(kWrongTokensBurst));
  // One that could be is not, not even if it is right; elsewhere and later it is.
  CHECK(status("Bearer readers", guesser) == 429);
  CHECK(status("Bearer readers", {}) == 200);
  api.fleet.now += 1s;
  CHECK(status("Bearer readers", guesser) == 200);
  const SummaryAnswer summary = api.summary();
  CHECK(summary.operators.wrong_tokens == 10'001);
  CHECK(summary.operators.wrong_tokens_from == "192.0.2.7");
  CHECK(summary.operators.wrong_tokens_there == 10'001);
}

TEST_CASE("with a reader's token alone nothing is changed, whatever is asked and however") {
  Roles api;
  const std::string bodies[] = {"", "{}", kDrain, R"({"verb":"drain","names":["web-1"]})",
                                R"({"verb":"freeze","for":"1h","why":"x"})"};
  int asked = 0;
  for (const Route& route : api.handler.routes()) {
    std::string path(route.path);
    if (const std::size_t star = path.find('*'); star != std::string::npos) {
      path.replace(star, 1, "web-1");
    }
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "post", "GET,POST"}) {
      for (const std::string& body : bodies) {
        for (const char* parameter : {"", "_method", "method", "verb", "token", "access_token"}) {
          ApiRequest request = api.from("bo", method, path, body);
          if (*parameter != '\0') request.query = {{parameter, "POST"}};
          const unsigned status = api.ask(request).status;
          const bool is_refused = status == 403 || status == 405 || status == 429;
          CHECK_MESSAGE(is_refused, method, " ", path, " got ", status);
          ++asked;
        }
      }
    }
  }
  CHECK(asked > 5000);
  CHECK(api.actions().total == 0);
  CHECK_FALSE(api.fleet.host_table.drained_until(0) > WallTime{});
  // What was refused took nothing from who may.
  CHECK(done(api.as("ada", "POST", "/api/v1/hosts/web-1/drain", kDrain)).action.changed);
}
