// Tests who is asked, by flags, environment and the file of contexts, and which token goes where.

#include "tools/cli/collectors.h"

#include <doctest/doctest.h>

#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/temporary_folder.h"
#include "tests/harness/thrown.h"

namespace flatline::cli {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFile = R"(default = "prod"
[collectors.mon-1]
address = "127.0.0.1:1001"
token_file = "/1.read"
admin_token_file = "/1.admin"
[collectors.mon-2]
address = "127.0.0.1:1002"
token_file = "/2.read"
[contexts.prod]
collectors = ["mon-1", "mon-2"]
)";

/// Those who are asked, each with its port and the tokens' files that it gets.
std::string asked(const Asked& flags, const Asked& environment, const char* text = kFile) {
  const TemporaryFolder folder;
  std::vector<std::filesystem::path> paths = {folder / "config.toml"};
  if (*text != '\0') write_content(paths.front(), text);
  Collectors collectors(flags, environment, paths, 1s);
  const Chosen chosen = collectors.chosen();
  std::string told = chosen.context + ":";
  for (const CollectorEntry& entry : chosen.collectors) {
    told += " " + entry.address.url.substr(entry.address.url.rfind(':') + 1) + entry.ca_file;
    for (const bool is_operator : {false, true}) {
      const std::string file = Collectors::token_source_of(entry, is_operator).file;
      if (!file.empty()) told += file;
    }
  }
  return told;
}

}  // namespace

TEST_CASE("flags beat the environment, and that beats the file") {
  struct Row {
    Asked flags;
    Asked environment;
    const char* told;
  };
  const Row rows[] = {
      {{}, {}, "prod: 1001/1.read/1.admin 1002/2.read/2.read"},
      {{}, {.context = "mon-2"}, "mon-2: 1002/2.read/2.read"},
      {{.context = "mon-1"}, {.context = "mon-2"}, "mon-1: 1001/1.read/1.admin"},
      {{}, {.api = "127.0.0.1:7"}, ": 7"},
      {{}, {.api = "127.0.0.1:7", .context = "mon-2"}, ": 7"},
      {{.api = "127.0.0.1:8"}, {.api = "127.0.0.1:7", .context = "mon-2"}, ": 8"},
      {{.context = "mon-2"}, {.api = "127.0.0.1:7"}, "mon-2: 1002/2.read/2.read"},
      {{.context = "mon-2", .token_file = "/flag"},
       {.token_file = "/env"},
       "mon-2: 1002/flag/flag"},
      {{.context = "mon-2"}, {.token_file = "/env"}, "mon-2: 1002/env/env"},
      {{.context = "mon-2"}, {.context = "prod", .token_file = "/env"}, "mon-2: 1002/env/env"},
      {{.context = "mon-1", .token_file = "/flag"}, {}, "mon-1: 1001/flag/flag"},
      {{.context = "mon-1"}, {.token_file = "/env"}, "mon-1: 1001/env/env"},
      {{.api = "127.0.0.1:8", .token_file = "/flag"}, {.admin_token_file = "/a"}, ": 8/flag/flag"},
      {{.api = "127.0.0.1:8", .admin_token_file = "/b"}, {.token_file = "/env"}, ": 8/env/b"},
      {{.api = "127.0.0.1:8"}, {.token_file = "/env", .admin_token_file = "/a"}, ": 8/env/a"}};
  for (const Row& row : rows) {
    CAPTURE(row.told);
    CHECK(asked(row.flags, row.environment) == row.told);
  }
}

TEST_CASE("a token of the file goes to its own collector alone") {
  // Whatever else --context says, an address that is not one of its collectors gets none of them.
  CHECK(asked({.api = "127.0.0.1:1001"}, {}) == ": 1001");
  CHECK(asked({.api = "127.0.0.1:9", .context = "prod"}, {}) == ": 9");
  CHECK(asked({.api = "127.0.0.1:1002", .context = "prod"}, {}) == ": 1002/2.read/2.read");
  CHECK(asked({.api = "127.0.0.1:1001", .context = "mon-2"}, {}) == ": 1001");
}

TEST_CASE("tokens that the environment names belong to its address where it has one") {
  CHECK(asked({.context = "mon-2"}, {.api = "127.0.0.1:7", .token_file = "/7.read"}) ==
        "mon-2: 1002/2.read/2.read");
  CHECK(asked({}, {.api = "127.0.0.1:7", .token_file = "/7.read"}) == ": 7/7.read/7.read");
}

TEST_CASE("what the environment names is for those whom it names, and for nobody else") {
  const TemporaryFolder folder;
  write_content(folder / "config.toml", kFile);
  Collectors at({}, {.api = "127.0.0.1:7", .token_file = "/7.read"}, {folder / "config.toml"}, 1s);
  CHECK(at.named("mon-1").token_file == "/1.read");
  CHECK(at.with_given_files(at.file().collectors)[1].token_file == "/2.read");
  Collectors of({}, {.context = "mon-1", .token_file = "/env"}, {folder / "config.toml"}, 1s);
  CHECK(of.named("mon-1").token_file == "/env");
  CHECK(of.named("mon-2").token_file == "/2.read");
  CHECK(asked({.context = "mon-2"}, {.context = "mon-1", .token_file = "/env"}) ==
        "mon-2: 1002/2.read/2.read");
}

TEST_CASE("an authority is a collector's own, too, and makes its address one of https") {
  constexpr const char* kByTls =
      "[collectors.mon-1]\naddress = \"mon-1:1001\"\nca_file = \"/1.pem\"\n"
      "[collectors.mon-2]\naddress = \"mon-2:1002\"\n";
  CHECK(asked({.context = "mon-1"}, {}, kByTls) == "mon-1: 1001/1.pem");
  CHECK(asked({.context = "mon-1", .ca_file = "/flag.pem"}, {.ca_file = "/env.pem"}, kByTls) ==
        "mon-1: 1001/flag.pem");
  CHECK(asked({.context = "mon-2"}, {.ca_file = "/env.pem"}, kByTls) == "mon-2: 1002/env.pem");
  CHECK(asked({.context = "mon-2"}, {.api = "mon-7", .ca_file = "/7.pem"}, kByTls) ==
        "mon-2: 1002");
  CHECK(asked({.api = "mon-7:7"}, {.ca_file = "/7.pem"}, kByTls) == ": 7/7.pem");
  CHECK_THROWS_AS(asked({.api = "http://mon-7", .ca_file = "/7.pem"}, {}, kByTls), UsageError);
}

TEST_CASE("without a file, or a default in it, the collector of this machine is asked") {
  CHECK(asked({}, {}, "") == ": 4171");
  CHECK(asked({}, {}, "[collectors.mon-1]\naddress = \"a\"\n") == ": 4171");
  CHECK_THROWS_AS(asked({.context = "prod"}, {}, ""), UsageError);
  CHECK_THROWS_AS(asked({}, {.context = "prod"}, ""), UsageError);
}

TEST_CASE("a file is read only where it is needed, so a wrong one stops nobody who gives --api") {
  CHECK(asked({.api = "127.0.0.1:8"}, {}, "nonsense") == ": 8");
  CHECK(asked({}, {.api = "127.0.0.1:7"}, "nonsense") == ": 7");
  CHECK_THROWS_AS(asked({}, {}, "nonsense"), Failure);
}

TEST_CASE("what is compared is named by the file, or is an address") {
  const TemporaryFolder folder;
  write_content(folder / "config.toml", kFile);
  Collectors collectors({.token_file = "/flag"}, {}, {folder / "config.toml"}, 1s);
  CHECK(collectors.named("mon-2").token_file == "/flag");
  CHECK(collectors.named("mon-2").address.url == "http://127.0.0.1:1002");
  CHECK(collectors.named("127.0.0.1:7").address.url == "http://127.0.0.1:7");
  const auto refusal = [&](const char* name) {
    return message_of<UsageError>([&] { static_cast<void>(collectors.named(name)); });
  };
  CHECK(refusal("mon-3").find("there is no context or collector 'mon-3'") != std::string::npos);
  CHECK(refusal("prod") == "--between: prod has 2 collectors; name one");
}

TEST_CASE(
    "a line that is being typed says whom to ask, and with which files, but for its last word") {
  const Asked asked = with_typed({.api = "mon-7", .ca_file = "/7.pem"},
                                 {"flatline", "--api", "mon-1", "--context=prod", "--ca", "/1.pem",
                                  "--token-file=/1.read", "--admin-token", "/1.admin", "ls", ""});
  CHECK(asked.api == "mon-1");
  CHECK(asked.context == "prod");
  CHECK(asked.ca_file == "/1.pem");
  CHECK(asked.token_file == "/1.read");
  CHECK(asked.admin_token_file == "/1.admin");
  CHECK(with_typed({.api = "mon-7"}, {"flatline", "--api", "mon"}).api == "mon-7");
  CHECK(with_typed({.api = "mon-7"}, {"flatline", "--api=mon"}).api == "mon-7");
  CHECK(with_typed({.ca_file = "/7.pem"}, {"flatline", "ls", "--ca"}).ca_file == "/7.pem");
}

}  // namespace flatline::cli
