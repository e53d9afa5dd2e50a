// Requests that nobody sends in good faith, each with the answer it must get; and that whatever
// comes, however often, takes neither memory nor descriptors for good.

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "schema/answers/view_json.h"
#include "schema/wire/text.h"
#include "tests/collector/api/served.h"
#include "tests/harness/descriptors.h"

namespace flatline {
namespace {

using namespace test;

/// A request, and the statuses of which its answer has one. 0 stands for a connection that is
/// closed without an answer.
struct Hostile {
  std::string text;
  std::vector<unsigned> statuses;
};

std::string head(const std::string& line, const std::string& headers = "") {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + "\r\n";
}

std::string get(const std::string& target) {
  return head("GET " + target);
}

std::string post(const std::string& target, const std::string& body,
                 const std::string& headers = "") {
  return head("POST " + target, "Authorization: Bearer operators-alone\r\nIdempotency-Key: k\r\n" +
                                    headers + "Content-Length: " + std::to_string(body.size()) +
                                    "\r\n") +
         body;
}

void add(std::vector<Hostile>& rows, const std::vector<unsigned>& statuses,
         const std::vector<std::string>& texts) {
  for (const std::string& text : texts) rows.push_back({text, statuses});
}

void add_targets(std::vector<Hostile>& rows, const std::vector<unsigned>& statuses,
                 const std::vector<std::string>& targets) {
  for (const std::string& target : targets) rows.push_back({get(target), statuses});
}

/// Paths that there are not.
void add_addresses(std::vector<Hostile>& rows) {
  add_targets(rows, {404},
              {"/nope",
               "/api",
               "/api/v1",
               "/api/v1/",
               "/api/v1/summary/",
               "//api/v1/summary",
               "/api//v1/summary",
               "/API/v1/summary",
               "/api/v1/summary.json",
               "/..",
               "/../etc/passwd",
               "/%2e%2e/etc/passwd",
               "/api/v1/../v1/summary",
               "/api/v2/summary",
               "/-/",
               "/-/healthy/",
               "/-/HEALTHY",
               "/metrics/x",
               "/favicon.ico",
               "/.git/config",
               "/wp-login.php",
               "/api/v1/hosts/a/b",
               "/api/v1/hosts/a/b/c",
               "/api/v1/at/",
               "/api/v1/history/",
               "/%20",
               "/%0d%0aSet-Cookie:%20a=b",
               "/%ff%fe",
               "/\xff\xfe\xfd",
               "/<script>alert(1)</script>",
               "/'%20or%201=1--",
               "http://127.0.0.1/api/v1/summary",
               "http://evil.example/",
               "*",
               "/;/api/v1/summary",
               "/api\\v1\\summary",
               "/api/v1/hosts/nobody",
               "/" + std::string(4096, 'a')});
}

/// Parameters and names that no route takes.
void add_parameters(std::vector<Hostile>& rows) {
  add_targets(rows, {400},
              {"/api/v1/summary?x=1",
               "/api/v1/summary?=",
               "/api/v1/bitmap?plane=",
               "/api/v1/bitmap?plane=nope",
               "/api/v1/bitmap?plane=healthy%00",
               "/api/v1/bitmap?plane=HEALTHY",
               "/api/v1/bitmap?plane=%ff",
               "/api/v1/bitmap?plane=healthy&plane=healthy",
               "/api/v1/bitmap?PLANE=healthy",
               "/api/v1/hosts?limit=0",
               "/api/v1/hosts?limit=-1",
               "/api/v1/hosts?limit=1001",
               "/api/v1/hosts?limit=1e3",
               "/api/v1/hosts?limit=0x10",
               "/api/v1/hosts?limit=%31%00",
               "/api/v1/hosts?limit=99999999999999999999",
               "/api/v1/hosts?after=-1",
               "/api/v1/hosts?after=x",
               "/api/v1/hosts?after=18446744073709551616",
               "/api/v1/hosts?filter=nope",
               "/api/v1/hosts?filter=(",
               "/api/v1/hosts?filter=)",
               "/api/v1/hosts?filter=%26",
               "/api/v1/hosts?filter=!",
               "/api/v1/hosts?filter=%ff%fe",
               "/api/v1/hosts?filter=" + std::string(kFilterBytes + 1, 'a'),
               "/api/v1/hosts?filter=" + std::string(kFilterDepth + 1, '(') + "all" +
                   std::string(kFilterDepth + 1, ')'),
               "/api/v1/hosts?filter=check:%22",
               "/api/v1/hosts?filter=role%3D%2F",
               "/api/v1/hosts?filter=check:%ff",
               "/api/v1/hosts?filter=name%3D%ff",
               "/api/v1/bitmap?filter=role%3D",
               "/api/v1/bitmap?filter=role%3Ddb&plane=nope",
               "/api/v1/diff?from=2026-11-29T00:00:00Z&filter=(",
               "/api/v1/at/hosts?time=2026-11-29T00:00:00Z&filter=check:disk",
               "/api/v1/hosts/a%00b",
               "/api/v1/hosts/%e2%80%ae",
               "/api/v1/hosts/a%20b",
               "/api/v1/hosts/..",
               "/api/v1/hosts/%2e%2e",
               "/api/v1/hosts/" + std::string(65, 'a'),
               "/metrics?x=1",
               "/api/v1/targets",
               "/api/v1/targets?port=0",
               "/api/v1/targets?port=65536",
               "/api/v1/targets?port=80&by=slot",
               "/api/v1/targets?port=80&filter=%ff",
               "/api/v1/actions?limit=0",
               "/api/v1/actions?after=0",
               "/api/v1/actions?after=%ff",
               "/api/v1/orders?limit=abc",
               "/api/v1/orders?after=99999999",
               "/api/v1/at?time=",
               "/api/v1/at?time=yesterday",
               "/api/v1/at?time=9999-99-99T99:99:99Z",
               "/api/v1/at?time=2026-11-29T00:00:00",
               "/api/v1/at",
               "/api/v1/at?time=%00",
               "/api/v1/diff",
               "/api/v1/diff?from=x",
               "/api/v1/history?points=0",
               "/api/v1/history?points=1001",
               "/api/v1/history?from=x",
               "/api/v1/at/bitmap?time=x&plane=healthy",
               "/api/v1/at/slots?time=x",
               "/api/v1/slots?filter=(",
               "/api/v1/slots?plane=healthy",
               "/api/v1/events",
               "/api/v1/events?from=x",
               "/api/v1/events?from=2026-11-29T00:00:00Z&after=18446744073709551616-0",
               "/api/v1/events?from=2026-11-29T00:00:00Z&limit=1001",
               "/api/v1/at/hosts?time=x&filter=all"});
  add_targets(
      rows, {200},
      {"/", "/-/healthy", "/-/healthy?x=1", "/api/v1/hosts?filter=all", "/api/v1/summary?",
       "/metrics", "/api/v1/targets?port=80",
       "/api/v1/hosts?filter=name%3D*a*a*a*a*a*%7Ccheck:*%3F*", "/api/v1/bitmap?filter=!check:*"});
  // Of the past there is none here, so what is asked rightly is told so.
  add_targets(rows, {503},
              {"/api/v1/at?time=2026-11-29T00:00:00Z",
               "/api/v1/history?from=1970-01-01T00:00:00Z&points=1000"});
}

/// Methods, heads and bytes that are no HTTP.
void add_heads(std::vector<Hostile>& rows) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
                             "PROPFIND", "get", "GeT", "\xff"}) {
    rows.push_back({head(std::string(method) + " /api/v1/summary"), {405, 400}});
  }
  const std::string large(2 * kApiConnectionBytes, 'a');
  std::string many = "/api/v1/hosts?p=1";
  for (int i = 0; i < 400; ++i) many += "&p" + std::to_string(i) + "=1";
  add_targets(rows, {400}, {many, "/?" + std::string(400, '&')});
  std::string headers;
  for (int i = 0; i < 1000; ++i) headers += "X-" + std::to_string(i) + ": 1\r\n";
  add(rows, {0, 400, 413, 414, 431},
      {head("GET /" + large), head("GET /", "X: " + large + "\r\n"), head("GET /", headers),
       large + "\r\n\r\n"});
  add(rows, {0, 400, 404, 501, 505},
      {"\x16\x03\x01\x02nonsense\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n",
       "GET / HTTP/9.9\r\nHost: a\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1x\r\nHost: a\r\nConnection: close\r\n\r\n",
       "GET / FTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       "SSH-2.0-OpenSSH_9.2\r\n\r\n", "EHLO mail.example\r\n\r\n", "*1\r\n$4\r\nPING\r\n\r\n"});
  // The library takes the address up to the NUL.
  add(rows, {200, 400},
      {std::string("GET /\0x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 56)});
  const std::string nul(1, '\0');
  // A header, too. No browser sends one, so nobody's page can have it read as our name.
  add(rows, {200, 400},
      {"GET / HTTP/1.1\r\nHost: 127.0.0.1" + nul + ".evil.example\r\nConnection: close\r\n\r\n"});
  add(rows, {400, 421},
      {"GET / HTTP/1.1\r\nHost: " + nul + "127.0.0.1\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: evil.example" + nul + "127.0.0.1\r\nConnection: close\r\n\r\n"});
  add(rows, {421},
      {"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: localhost@evil.example\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: localhost:4171:4171\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: \xff\xfe\r\nConnection: close\r\n\r\n",
       "GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
       "GET /nope HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"});
  add(rows, {400},
      {head("GET /", "Host: 127.0.0.1\r\n"), head("GET /", "hOsT: evil.example\r\n"),
       head("GET /-/healthy", "Host: 127.0.0.1\r\n"),
       head("GET /", "Authorization: a\r\nAuthorization: b\r\n"),
       head("GET /", "Idempotency-Key: a\r\nIdempotency-Key: a\r\n")});
  add(rows, {200},
      {"GET /-/healthy HTTP/1.0\r\n\r\n",
       "GET /-/healthy HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"});
}

/// What operators ask, and what those ask who would like to be some.
void add_actions(std::vector<Hostile>& rows) {
  const std::string drain = "/api/v1/hosts/web-1/drain";
  for (const char* authorization :
       {"", "Authorization: Bearer \r\n", "Authorization: Bearer wrong\r\n",
        "Authorization: bearers operators-alone\r\n", "Authorization: Basic b3BlcmF0b3Jz\r\n",
        "Authorization: operators-alone\r\n", "Authorization: Bearer operators-alon\r\n",
        "Authorization: Bearer operators-alone2\r\n", "Authorization: \xff\xfe\r\n"}) {
    rows.push_back({head("POST " + drain, authorization), {401}});
  }
  const std::string long_why(kWhyBytes + 1, 'x');
  const std::string deep(1000, '[');
  for (const std::string& body :
       std::vector<std::string>{"",
                                "{}",
                                "[]",
                                "null",
                                "true",
                                "7",
                                "\"x\"",
                                "{",
                                "}",
                                "{\"for\"}",
                                "{\"for\":}",
                                "{for:\"2h\"}",
                                "{'for':'2h'}",
                                R"({"for":"2h"})",
                                R"({"why":"x"})",
                                R"({"for":2,"why":"x"})",
                                R"({"for":null,"why":"x"})",
                                R"({"for":["2h"],"why":"x"})",
                                R"({"for":{"a":1},"why":"x"})",
                                R"({"for":"2h","why":"x"}})",
                                R"({"for":"2h","why":"x"} x)",
                                R"({"for":"2h","why":"x","for":"2h"})",
                                R"({"for":"2h","why":"x","x":1})",
                                R"({"for":"2h","why":"x","":1})",
                                R"({"for":"2h","why":"x","below":1})",
                                R"({"for":"","why":"x"})",
                                R"({"for":"0s","why":"x"})",
                                R"({"for":"-2h","why":"x"})",
                                R"({"for":"91d","why":"x"})",
                                R"({"for":"1e9h","why":"x"})",
                                R"({"for":"99999999999999999999d","why":"x"})",
                                R"({"for":"2h","why":"a\u0000b"})",
                                R"({"for":"2h","why":"\ud800"})",
                                R"({"for":"2h","why":"\u001b[31m"})",
                                R"({"for":"2h","why":"\u202e"})",
                                R"({"for":"2h","why":"\x41"})",
                                "{\"for\":\"2h\",\"why\":\"\xff\"}",
                                "{\"for\":\"2h\",\"why\":\"a\nb\"}",
                                R"({"for":"2h","why":")" + long_why + "\"}",
                                deep,
                                "{\"for\":" + deep,
                                std::string("{\"for\":\"2h\",\"why\":\"x\"}\0", 23),
                                "\xef\xbb\xbf{\"for\":\"2h\",\"why\":\"x\"}",
                                std::string(kApiBodyBytes, ' ')}) {
    rows.push_back({post(drain, body), {400}});
  }
  add(rows, {413},
      {post(drain, std::string(kApiBodyBytes + 1, ' ')),
       post("/api/v1/actions", std::string(kActionBodyBytes + 1, ' '))});
  add(rows, {400},
      {post("/api/v1/hosts/web%201/drain", "{}"), post("/api/v1/hosts/web-1/revoke", "{}"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":1e99})"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":-1})"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":0.5})"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":NaN})"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":Infinity})"),
       post("/api/v1/hosts/web-1/revoke", R"({"below":"1"})"),
       post("/api/v1/actions", R"({"verb":"drain"})"),
       post("/api/v1/actions", R"({"verb":"reset","names":[null]})"),
       post("/api/v1/actions", R"({"verb":"reset","names":["a",["b"]]})"),
       post("/api/v1/actions", R"({"verb":"reset","names":{"0":"a"}})"),
       post("/api/v1/actions", R"({"verb":"reset","names":["\u0000"]})"),
       post("/api/v1/actions", R"({"verb":"format","names":["a"]})"),
       post(drain + "?force=1", R"({"for":"2h","why":"x"})"),
       head("POST " + drain, "Authorization: Bearer operators-alone\r\nContent-Length: 2\r\n") +
           "{}"});
  add(rows, {0, 400, 411, 413},
      {head("POST " + drain, "Content-Length: -1\r\n"),
       head("POST " + drain, "Content-Length: x\r\n"),
       head("POST " + drain, "Content-Length: 99999999999999999999999\r\n"),
       post(drain, "zz\r\n", "Transfer-Encoding: chunked\r\n")});
}

std::vector<Hostile> hostile_requests() {
  std::vector<Hostile> rows;
  add_addresses(rows);
  add_parameters(rows);
  add_heads(rows);
  add_actions(rows);
  return rows;
}

unsigned status_of(const std::string& answer) {
  if (answer.empty()) return 0;
  const std::size_t space = answer.find(' ');
  return space == std::string::npos
             ? 1
             : static_cast<unsigned>(std::strtoul(answer.c_str() + space, nullptr, 10));
}

/// The memory that this process has in use, in KiB.
long resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtol(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

}  // namespace

TEST_CASE("two hundred hostile requests get the answer that each must get") {
  const Server server;
  const std::vector<Hostile> rows = hostile_requests();
  CHECK(rows.size() >= 200);
  std::uint32_t client = 1;
  for (const Hostile& row : rows) {
    CAPTURE(row.text.substr(0, 300));
    Connection connection(server.port(), 1 + client++ % 200);
    connection.send(row.text);
    connection.finish();
    const std::string answer = connection.read(2);
    const unsigned status = status_of(answer);
    if (std::ranges::find(row.statuses, status) == row.statuses.end()) {
      FAIL_CHECK("it got ", status, ": ", answer.substr(0, 400));
    }
    const std::size_t body = answer.find("\r\n\r\n");
    const bool ours = answer.find("application/json") != std::string::npos;
    // Every error of ours is JSON, whatever it repeats of the request.
    if (ours && status != 200 && body != std::string::npos) {
      const auto problem = problem_from_json(answer.substr(body + 4));
      CHECK(problem.has_value());
      if (problem) CHECK(is_plain_utf8(problem->error));
    }
  }
  Connection after(server.port(), 201);
  after.send(get("/-/healthy"));
  CHECK(after.read().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("hostile requests without end take neither memory nor descriptors for good") {
  const char* const wanted = std::getenv("FLATLINE_HOSTILE");
  const long count = wanted == nullptr ? 3000 : std::strtol(wanted, nullptr, 10);
  const std::vector<Hostile> rows = hostile_requests();
  std::optional<Server> server;
  long sent = 0;
  const auto send = [&](long until) {
    for (; sent < until; ++sent) {
      // A new server's throttle lets a burst in; later ones would be told to wait, and no more.
      if (sent % 4000 == 0) server.emplace();
      const Hostile& row = rows[static_cast<std::size_t>(sent) % rows.size()];
      Connection connection(server->port(), static_cast<std::uint32_t>(1 + sent % 200));
      connection.send(row.text);
      // One in three does not wait for its answer.
      if (sent % 3 == 0) continue;
      connection.finish();
      (void)connection.read(2);
    }
    // Whatever is still open on the server's side is over once these are answered.
    for (std::uint32_t i = 0; i < 8; ++i) {
      Connection last(server->port(), 210 + i);
      last.send(get("/-/healthy"));
      (void)last.read(2);
    }
  };
  send(4500);
  const long memory = resident_kib();
  const std::size_t descriptors = open_descriptors();
  send(4500 + count);
  CHECK(resident_kib() < memory + 1024);
  // Each of the server's threads closes what has ended when it has a processor.
  CHECK(await([&] { return open_descriptors() <= descriptors + 8; }));
  MESSAGE(count, " more requests: ", memory, " KiB before, ", resident_kib(), " KiB after, ",
          descriptors, " descriptors before, ", open_descriptors(), " after");
}

}  // namespace flatline
