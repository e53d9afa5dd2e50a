// Tokens as nobody sends them in good faith, byte by byte over a real connection, each with the
// answer that it must get. FLATLINE_TABLE=1 prints what each got.

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "schema/program/cryptography.h"
#include "schema/program/token_list.h"
#include "schema/program/wall_time.h"
#include "tests/collector/api/served.h"

namespace flatline {
namespace {

using namespace test;

/// Tokens of the server: of an operator, of one who drains, of a reader, and one that has ended.
struct Tokens {
  std::string ada = make_random_token();
  std::string ci = make_random_token();
  std::string bo = make_random_token();
  std::string old = make_random_token();

  [[nodiscard]] std::vector<TokenEntry> list() const {
    return {{"ada", Role::kOperator, hash_of_token(ada), {}, {}},
            {"ci", Role::kDrain, hash_of_token(ci), {}, {}},
            {"bo", Role::kReader, hash_of_token(bo), {}, {}},
            {"old", Role::kOperator, hash_of_token(old), {}, WallTime{Milliseconds{1}}}};
  }
};

/// A server that takes them, and nothing without one.
struct TokenServer : Server {
  TokenServer() {
    initialize_cryptography();
    gate.set_list(tokens.list(), true);
  }
  Tokens tokens;
};

struct Hostile {
  std::string what;
  std::string text;
  std::vector<unsigned> statuses;  ///< One of them it must get; 0 is closed without an answer.
};

/// A change that whoever may make it would be told the fault of: it has no body. So 400 stands for
/// "let in", and nothing is ever changed.
std::string change(const std::string& headers, const std::string& target = "") {
  return request("POST " + (target.empty() ? "/api/v1/hosts/web-1/drain" : target),
                 "Connection: close\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n" + headers);
}

std::string look(const std::string& target, const std::string& headers = "") {
  return request("GET " + target, "Connection: close\r\n" + headers);
}

std::string bearer(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

std::string hex_of(const TokenHash& hash) {
  std::string text;
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

/// What is not the token, however near it is.
std::vector<Hostile> wrong_tokens(const Tokens& tokens) {
  const std::string& ada = tokens.ada;
  const std::string half = ada.substr(0, ada.size() / 2);
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"no token", ""},
      {"an empty one", "Authorization: Bearer \r\n"},
      {"an empty header", "Authorization:\r\n"},
      {"half a token", bearer(half)},
      {"the other half", bearer(ada.substr(ada.size() / 2))},
      {"a token and one more letter", bearer(ada + "0")},
      {"a token but for its last letter", bearer(ada.substr(0, ada.size() - 1))},
      {"a token but for its prefix", bearer(ada.substr(kTokenPrefix.size()))},
      {"a token in capitals", bearer(upper(ada))},
      {"two tokens in one header", bearer(ada + " " + tokens.bo)},
      {"a list of tokens", bearer(ada + ", Bearer " + tokens.bo)},
      {"a token in quotes", bearer("\"" + ada + "\"")},
      {"a token behind two spaces", "Authorization: Bearer  " + ada + "\r\n"},
      {"a token behind a tab", "Authorization: Bearer\t" + ada + "\r\n"},
      {"a token behind no space", "Authorization: Bearer" + ada + "\r\n"},
      {"a token without a scheme", "Authorization: " + ada + "\r\n"},
      {"the scheme Basic", "Authorization: Basic " + ada + "\r\n"},
      {"the scheme Basic with name and token", "Authorization: Basic YWRhOnNlY3JldA==\r\n"},
      {"the scheme Digest", "Authorization: Digest username=\"ada\", response=\"" + ada + "\"\r\n"},
      {"the scheme Token", "Authorization: Token " + ada + "\r\n"},
      {"the hash of a token", bearer(hex_of(hash_of_token(ada)))},
      {"the hash as if it were a token",
       bearer(std::string(kTokenPrefix) + hex_of(hash_of_token(ada)))},
      {"the name of a token", bearer("ada")},
      {"the name of the admin token", bearer("admin")},
      {"the name of the role", bearer("operator")},
      {"a token of another collector", bearer(make_random_token())},
      {"a token that has ended", bearer(tokens.old)},
      {"the longest token", bearer(std::string(kTokenBytes, 'a'))},
      {"one that is too long", bearer(std::string(kTokenBytes + 1, 'a'))},
      {"one that is far too long", bearer(std::string(12'000, 'a'))},
      {"a token with a control character", bearer(half + "\x01" + half)},
      {"a token with a letter of another script", bearer(half + "\xd0\xb0")},
      {"bytes that are no text", bearer("\xff\xfe\xfd")},
      {"a token in a header of a proxy's", "Proxy-Authorization: Bearer " + ada + "\r\n"},
      {"a token in a cookie", "Cookie: token=" + ada + "; Authorization=Bearer " + ada + "\r\n"},
      {"a token in headers of others", "X-Api-Key: " + ada + "\r\nX-Auth-Token: " + ada + "\r\n"},
      {"a name that a proxy might vouch for", "X-Remote-User: ada\r\nX-Forwarded-User: ada\r\n"},
      {"an address that a proxy might vouch for",
       "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1;proto=https\r\n"}};
  std::vector<Hostile> all;
  for (const auto& [what, headers] : rows) {
    all.push_back({what + ", to read", look("/api/v1/summary", headers), {401}});
    all.push_back({what + ", to change", change(headers), {401}});
  }
  return all;
}

/// Where a token does not belong, and heads that no two programs read alike.
std::vector<Hostile> odd_heads(const Tokens& tokens) {
  const std::string& ada = tokens.ada;
  const std::string half = ada.substr(0, ada.size() / 2);
  const std::string rest = ada.substr(ada.size() / 2);
  const std::string nul("\0", 1);
  return {
      {"a token in the query", look("/api/v1/summary?token=" + ada), {401}},
      {"a token in the query by its other name",
       look("/api/v1/summary?access_token=" + ada),
       {401}},
      {"a token in the query of a change",
       change("", "/api/v1/hosts/web-1/drain?token=" + ada),
       {401}},
      {"a right token, and one in the query besides",
       look("/api/v1/summary?token=" + ada, bearer(ada)),
       {400}},
      {"a token as user of the address",
       look("http://" + ada + "@127.0.0.1/api/v1/summary"),
       {404}},
      {"a token in the Host header",
       "GET /api/v1/summary HTTP/1.1\r\nHost: " + ada + "@127.0.0.1\r\nConnection: close\r\n\r\n",
       {401}},
      {"a wrong token and a right one", change(bearer("x") + bearer(ada)), {400, 401}},
      {"a right token and a wrong one", look("/api/v1/summary", bearer(ada) + bearer("x")), {400}},
      {"the right token twice", look("/api/v1/summary", bearer(ada) + bearer(ada)), {400}},
      {"a token over two lines",
       look("/api/v1/summary", "Authorization: Bearer " + half + "\r\n " + rest + "\r\n"),
       {0, 400, 401}},
      {"a token cut by CR LF, so that its end is a header",
       look("/api/v1/summary", "Authorization: Bearer " + half + "\r\n" + rest + ": x\r\n"),
       {0, 400, 401}},
      {"a token with a bare LF",
       look("/api/v1/summary", bearer(half + "\n" + rest)),
       {0, 400, 401}},
      {"a token with a bare CR",
       look("/api/v1/summary", bearer(half + "\r" + rest)),
       {0, 400, 401}},
      {"a token with a NUL", look("/api/v1/summary", bearer(half + nul + rest)), {0, 400, 401}},
      {"a NUL and more behind a right token",
       look("/api/v1/summary", bearer(ada + nul + "x")),
       {0, 200, 400, 401}},
      {"a right token in small letters of the scheme",
       look("/api/v1/summary", "authorization: bearer " + ada + "\r\n"),
       {200}},
      {"a right token in capitals of the scheme",
       look("/api/v1/summary", "AUTHORIZATION: BEARER " + ada + "\r\n"),
       {200}},
      {"spaces behind a right token", look("/api/v1/summary", bearer(ada + "  ")), {200, 401}},
      {"a right token", look("/api/v1/summary", bearer(ada)), {200}}};
}

/// Right tokens whose role is not enough, at every verb and by every trick to change the verb.
std::vector<Hostile> wrong_roles(const Tokens& tokens) {
  std::vector<Hostile> rows;
  const std::string host = "/api/v1/hosts/web-1";
  const std::vector<std::pair<std::string, std::string>> verbs = {
      {"POST", host + "/drain"},  {"DELETE", host + "/drain"}, {"DELETE", host},
      {"POST", host + "/admit"},  {"POST", host + "/reset"},   {"POST", host + "/revoke"},
      {"POST", host + "/expect"}, {"POST", "/api/v1/freeze"},  {"DELETE", "/api/v1/freeze"},
      {"POST", "/api/v1/actions"}};
  for (const auto& [method, path] : verbs) {
    const auto asked = [&, &method = method, &path = path](const std::string& headers) {
      return request(method + " " + path,
                     "Connection: close\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n" + headers);
    };
    const bool is_drains = path.ends_with("/drain") || path.ends_with("/actions");
    const std::string what = fmt::format("{} {}", method, path);
    rows.push_back({"a reader's token, " + what, asked(bearer(tokens.bo)), {403}});
    if (!is_drains) {
      rows.push_back({"a drain's token, " + what, asked(bearer(tokens.ci)), {403}});
    }
  }
  for (const char* header : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"}) {
    rows.push_back({fmt::format("{} with a reader's token", header),
                    look(host, bearer(tokens.bo) + header + ": DELETE\r\n"),
                    {404}});
  }
  for (const char* method : {"PUT", "PATCH", "OPTIONS", "post", "TRACE"}) {
    rows.push_back({fmt::format("{} with an operator's token", method),
                    request(std::string(method) + " /api/v1/freeze",
                            "Connection: close\r\nContent-Length: 0\r\n" + bearer(tokens.ada)),
                    {405}});
  }
  return rows;
}

unsigned status_of(const std::string& answer) {
  if (answer.empty()) return 0;
  return static_cast<unsigned>(std::strtoul(answer.c_str() + answer.find(' '), nullptr, 10));
}

}  // namespace

TEST_CASE("a hundred hostile tokens get the answer that each must get, and change nothing") {
  const TokenServer server;
  std::vector<Hostile> rows = wrong_tokens(server.tokens);
  for (const auto& more : {odd_heads(server.tokens), wrong_roles(server.tokens)}) {
    rows.insert(rows.end(), more.begin(), more.end());
  }
  CHECK(rows.size() >= 100);
  const bool prints = std::getenv("FLATLINE_TABLE") != nullptr;
  std::uint32_t client = 1;
  for (const Hostile& row : rows) {
    CAPTURE(row.what);
    Connection connection(server.port(), client++);
    connection.send(row.text);
    connection.finish();
    const std::string answer = connection.read();
    const unsigned status = status_of(answer);
    if (prints) fmt::print("{:3} {}\n", status, row.what);
    if (std::ranges::find(row.statuses, status) == row.statuses.end()) {
      FAIL_CHECK("it got ", status, ": ", answer.substr(0, 400));
    }
    // No answer tells a token, nor what it was compared with.
    CHECK(answer.find(hex_of(hash_of_token(server.tokens.ada))) == std::string::npos);
    if (row.text.find(server.tokens.ada) == std::string::npos) {
      CHECK(answer.find(server.tokens.ada) == std::string::npos);
    }
  }
  CHECK(server.fleet.host_table.actions().newest_action == 0);
}

TEST_CASE(
    "a token that is taken out counts for nothing at once, on a connection that is open too") {
  TokenServer server;
  Connection kept(server.port());
  const std::string asked = request("GET /api/v1/whoami", bearer(server.tokens.ada));
  const auto status = [&] {
    kept.send(asked);
    return status_of(kept.read());
  };
  CHECK(status() == 200);
  std::vector<TokenEntry> list = server.tokens.list();
  list.erase(list.begin());
  server.gate.set_list(list, true);
  CHECK(status() == 401);
  // Nor does the body count of a change that began while the token was there.
  server.gate.set_list(server.tokens.list(), true);
  CHECK(status() == 200);
  kept.send(request("POST /api/v1/freeze",
                    "Idempotency-Key: k\r\nContent-Length: 30\r\n" + bearer(server.tokens.ada)) +
            R"({"for":"1h",)");
  CHECK_FALSE(kept.has_news(std::chrono::milliseconds{50}));
  server.gate.set_list(list, true);
  kept.send(R"("why":"mischief" })");
  CHECK(status_of(kept.read()) == 401);
}

TEST_CASE("a wrong token counts once, whatever it asks for and however it is answered") {
  const TokenServer server;
  const std::string wrong = bearer("guess");
  const std::string asked[] = {
      look("/api/v1/summary", wrong),
      look("/api/v1/whoami", wrong),
      look("/-/healthy", wrong),
      look("/no-such-path", wrong),
      change(wrong),
      change(wrong, "/api/v1/no-such-path"),
      change(bearer(server.tokens.old)),
      request("POST /api/v1/freeze", "Connection: close\r\nContent-Length: 2\r\n" + wrong) + "{}"};
  std::uint64_t count = 0;
  for (const std::string& text : asked) {
    CAPTURE(text);
    CHECK(status_of(ask(server, text)) != 0);
    CHECK(server.gate.wrong_tokens() == ++count);
  }
  for (const std::string& headers : {std::string(), bearer(server.tokens.bo)}) {
    CHECK(status_of(ask(server, look("/-/healthy", headers))) == 200);
    CHECK(status_of(ask(server, change(headers))) != 0);
  }
  CHECK(server.gate.wrong_tokens() == count);
}

TEST_CASE("guesses that come too often to be answered count, so that a right one is not told") {
  const TokenServer server;
  Connection guesser(server.port());
  const auto asked = [&](const std::string& token) {
    return request("HEAD /api/v1/whoami", bearer(token));
  };
  ask_until_throttled(guesser, asked(server.tokens.bo));
  constexpr auto kGuesses = 2 * static_cast<std::size_t>(kWrongTokensBurst);
  std::string guesses;
  for (std::size_t i = 0; i < kGuesses; ++i) guesses += asked(fmt::format("guess-{}", i));
  // Behind them comes one that is short enough to be guessed, and right. A machine that stands
  // still just before it lets it have an attempt; the next time it does not.
  unsigned status = 0;
  std::uint64_t wrong = 0;
  for (int tries = 0; tries < 5 && status != 429; ++tries) {
    const std::uint64_t before = server.gate.wrong_tokens();
    guesser.send(guesses + asked("operators-alone"));
    const std::string answers = guesser.read(kGuesses + 1);
    status = status_of(answers.substr(answers.rfind("HTTP/1.1 ")));
    wrong = server.gate.wrong_tokens() - before;
  }
  CHECK(status == 429);
  CHECK(wrong == kGuesses + 1);  // It was not compared, and counts as one.
  guesser.send(asked(server.tokens.ada));
  CHECK(status_of(guesser.read()) == 200);
}

TEST_CASE("readers who ask without end take no request from whoever may change something") {
  const TokenServer server;
  Connection reader(server.port());
  const auto ask = [](Connection& connection, const std::string& token, const char* path) {
    connection.send(request(std::string("GET ") + path, bearer(token)));
    return status_of(connection.read());
  };
  ask_until_throttled(reader, request("HEAD /api/v1/whoami", bearer(server.tokens.bo)));
  // The same address, and another token.
  Connection operates(server.port());
  CHECK(ask(operates, server.tokens.ada, "/api/v1/summary") == 200);
  CHECK(ask(operates, server.tokens.ci, "/api/v1/summary") == 200);
}

TEST_CASE("who holds every connection of an address keeps no operator out who asks from there") {
  const TokenServer server;
  std::vector<std::unique_ptr<Connection>> held;
  const auto status = [&](const std::string& token) {
    held.push_back(std::make_unique<Connection>(server.port()));
    held.back()->send(request("GET /api/v1/whoami", bearer(token)));
    return status_of(held.back()->read());
  };
  for (unsigned i = 0; i < kApiConnectionsPerClient; ++i) REQUIRE(status(server.tokens.bo) == 200);
  CHECK(status(server.tokens.bo) == 0);
  CHECK(status(make_random_token()) == 0);
  CHECK(server.gate.wrong_tokens() == 1);
  for (unsigned i = 0; i < kConnectionsBeyondShare; ++i) {
    held.push_back(std::make_unique<Connection>(server.port()));  // It says nothing.
  }
  // Who is held up himself for longer than he has to prove it tries again.
  const auto is_let_in = [&](const std::string& token) {
    for (;;) {
      const Instant began = monotonic_now();
      const unsigned got = status(token);
      if (got != 0 || monotonic_now() - began < kProofTime) return got == 200;
    }
  };
  CHECK(is_let_in(server.tokens.ada));
  CHECK(is_let_in(server.tokens.ci));
}

}  // namespace flatline
