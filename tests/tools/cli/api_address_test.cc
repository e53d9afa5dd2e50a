// Tests what --api may be, and to which addresses the admin token may go.

#include "tools/cli/api_address.h"

#include <doctest/doctest.h>

#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tools/cli/client.h"

namespace flatline::cli {

using namespace std::chrono_literals;

TEST_CASE("a collector's address: a host has the collectors' port, a URL its scheme's") {
  struct Row {
    const char* typed;
    const char* url;
    bool is_private;
  };
  const Row rows[] = {{"mon-1", "http://mon-1:4171", false},
                      {"mon-1:80", "http://mon-1:80", false},
                      {"127.0.0.1", "http://127.0.0.1:4171", true},
                      {"127.8.9.10:5", "http://127.8.9.10:5", true},
                      {"localhost", "http://localhost:4171", true},
                      {"LOCALHOST:1", nullptr, true},
                      {"[::1]", "http://[::1]:4171", true},
                      {"[::1]:9", "http://[::1]:9", true},
                      {"[::ffff:127.0.0.1]", nullptr, true},
                      {"[2001:db8::1]", "http://[2001:db8::1]:4171", false},
                      {"http://mon-1", "http://mon-1", false},
                      {"http://127.0.0.1:4171/", "http://127.0.0.1:4171", true},
                      {"https://mon-1.example/flatline/", "https://mon-1.example/flatline", true},
                      {"127.0.0.1.example", "http://127.0.0.1.example:4171", false},
                      {"localhost.example", "http://localhost.example:4171", false},
                      {"128.0.0.1", "http://128.0.0.1:4171", false},
                      {"[fe80::1]", "http://[fe80::1]:4171", false}};
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const ApiAddress address = read_api_address(row.typed);
    if (row.url != nullptr) CHECK(address.url == row.url);
    CHECK(address.is_private == row.is_private);
  }
}

TEST_CASE("what is no address, or more than one, is refused with what is allowed") {
  for (const char* typed :
       {"", "mon-1:4171,mon-2:4171", "mon-1,mon-2", "mon-1, mon-2", "mon-1 mon-2", "ftp://mon-1",
        "::1", "127.0.0.1@mon-1", "http://localhost:1@mon-1/", "mon-1?x=1", "mon-1#x", "mon-1:port",
        "mon-1:70000", "http://"}) {
    CAPTURE(typed);
    const std::string error = message_of<UsageError>([&] { read_api_address(typed); });
    CHECK_MESSAGE(error.find("--api") != std::string::npos, error);
    CHECK(error.find("one collector") != std::string::npos);
  }
}

TEST_CASE("an admin token never goes where others can read it on its way") {
  const TokenSource admin{"admin.token", true};
  for (const char* api : {"mon-1:4171", "http://192.0.2.7:4171", "http://localhost.example"}) {
    CAPTURE(api);
    const std::string error = message_of<UsageError>([&] { Client(api, "secret", 1s, admin); });
    CHECK_MESSAGE(error.find("ssh -L 4171:127.0.0.1:4171") != std::string::npos, error);
    CHECK_NOTHROW(Client(api, "secret", 1s, {"read.token", false}));
  }
  CHECK_NOTHROW(Client("127.0.0.1", "secret", 1s, admin));
  CHECK_NOTHROW(Client("https://mon-1", "secret", 1s, admin));
}

}  // namespace flatline::cli
