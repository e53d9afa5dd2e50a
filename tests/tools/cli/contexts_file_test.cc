// Tests what the file of contexts may hold, and that all that is wrong with it is told at once.

#include "tools/cli/contexts_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/temporary_folder.h"
#include "tests/harness/thrown.h"

namespace flatline::cli {
namespace {

/// Reads `text` from a file.
struct Written {
  explicit Written(const std::string& text) : path(folder / "config.toml") {
    write_content(path, text);
  }
  [[nodiscard]] ContextsFile read() const { return read_contexts({path}); }
  /// What is wrong with it, without the folder.
  [[nodiscard]] std::string fault() const {
    std::string text = message_of<Failure>([&] { static_cast<void>(read()); });
    const std::string where = folder.path().string() + "/";
    for (std::size_t at; (at = text.find(where)) != std::string::npos;)
      text.erase(at, where.size());
    return text;
  }
  TemporaryFolder folder;
  std::filesystem::path path;
};

constexpr const char* kPair = R"(default = "prod"
[collectors.mon-1]
address = "https://mon-1.example:4171"
ca_file = "ca.pem"
token_file = "/etc/flatline/read.token"
[collectors."mon-2.example"]
address = "mon-2.example"
admin_token_file = "~/admin.token"
[contexts.prod]
collectors = ["mon-2.example", "mon-1"]
[contexts.one]
collectors = "mon-1"
)";

std::vector<std::string> names_of(const std::vector<CollectorEntry>& entries) {
  std::vector<std::string> names;
  for (const CollectorEntry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace

TEST_CASE("collectors have an address and files, whose paths are from the file's folder") {
  ::setenv("HOME", "/home/ada", 1);
  const Written written(kPair);
  const ContextsFile file = written.read();
  CHECK(file.path == written.path);
  CHECK(file.default_name == "prod");
  REQUIRE(file.collectors.size() == 2);
  const CollectorEntry& first = *file.collector("mon-1");
  CHECK(first.address.url == "https://mon-1.example:4171");
  CHECK(first.ca_file == written.folder / "ca.pem");
  CHECK(first.token_file == "/etc/flatline/read.token");
  CHECK(first.admin_token_file.empty());
  const CollectorEntry& second = *file.collector("mon-2.example");
  CHECK(second.address.url == "http://mon-2.example:4171");
  CHECK(second.admin_token_file == "/home/ada/admin.token");
}

TEST_CASE("a context is its collectors in their order, and each collector is one of its own") {
  const ContextsFile file = Written(kPair).read();
  using Names = std::vector<std::string>;
  CHECK(names_of(file.of("--context", "prod")) == Names{"mon-2.example", "mon-1"});
  CHECK(names_of(file.of("--context", "one")) == Names{"mon-1"});
  CHECK(names_of(file.of("--context", "mon-1")) == Names{"mon-1"});
  const std::string error =
      message_of<UsageError>([&] { static_cast<void>(file.of("--context", "prid")); });
  CHECK_MESSAGE(error.starts_with("--context: "), error);
  CHECK_MESSAGE(error.find("there are: mon-1, mon-2.example, one, prod") != std::string::npos,
                error);
  CHECK_MESSAGE(error.ends_with("; did you mean prod?"), error);
}

TEST_CASE("what is wrong is told with its line, its key and what is allowed") {
  struct Row {
    const char* text;
    const char* fault;
  };
  const Row rows[] = {
      {"colectors = 1\n",
       "config.toml:1: colectors: no such key; there are: collectors, contexts, "
       "default"},
      {"collectors = 1\n",
       "config.toml:1: collectors: must be a table headed [collectors]; found 1"},
      {"[collectors]\nmon-1 = \"x\"\n",
       "config.toml:2: mon-1: must be a table headed [mon-1]; found \"x\""},
      {"[collectors.mon-1]\n", "config.toml:1: address is missing"},
      {"[collectors.mon-1]\naddress = \"a b\"\n",
       "config.toml:2: address: must be one collector, as HOST, HOST:PORT, [IPV6]:PORT, or a URL "
       "http://… or https://…; found \"a b\""},
      {"[collectors.mon-1]\naddress = 4171\n",
       "config.toml:2: address: must be text in quotes; found 4171"},
      {"[collectors.mon-1]\naddress = \"a\"\ntoken = \"x\"\n",
       "config.toml:3: token: no such key; there are: address, admin_token_file, ca_file, "
       "token_file"},
      {"[collectors.mon-1]\naddress = \"a\"\ntoken_file = \"\"\n",
       "config.toml:3: token_file: must name a file"},
      {"[collectors.mon-1]\naddress = \"http://a\"\nca_file = \"x\"\n",
       "config.toml:2: address: is clear text, which has no certificate for ca_file to check"},
      {"[collectors.\"mon 1\"]\naddress = \"a\"\n",
       "config.toml:1: mon 1: is no name; allowed are 1 to 64 of A-Za-z0-9._-, not dots alone"},
      {"[collectors.\"\"]\naddress = \"a\"\n",
       "config.toml:1: : is no name; allowed are 1 to 64 of A-Za-z0-9._-, not dots alone"},
      {"default = \"x\"\n",
       "config.toml:1: default: there is no context or collector 'x'; there are: none"},
      {"[contexts.a]\n",
       "config.toml:1: collectors: must be 1 to 4 names, as [\"mon-1\", \"mon-2\"]"},
      {"[contexts.a]\ncollectors = []\n",
       "config.toml:2: collectors: must be 1 to 4 names, as [\"mon-1\", \"mon-2\"]"},
      {"[contexts.a]\ncollectors = [\"b\"]\n",
       "config.toml:2: collectors: there is no collector 'b'; there are: none"},
      {"[collectors.b]\naddress = \"b\"\n[contexts.a]\ncollectors = [\"b\", \"b\"]\n",
       "config.toml:4: collectors: names b twice"},
      {"[collectors.b]\naddress = \"b\"\n[contexts.b]\ncollectors = [\"b\"]\n",
       "config.toml:4: collectors: a collector is called b, too, and is a context of its own; give "
       "this context another name"},
      {"[contexts.a]\ncollectors = [\"1\",\"2\",\"3\",\"4\",\"5\"]\n",
       "config.toml:2: collectors: holds more than 4; found 5"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(Written(row.text).fault() == row.fault);
  }
  CHECK(Written("default = ").fault().starts_with("config.toml:1: not TOML: "));
}

TEST_CASE("a name with dots that lacks its quotes is told so") {
  const std::string fault = Written("[collectors.mon-1.example]\naddress = \"a\"\n").fault();
  CHECK_MESSAGE(fault.find("[collectors.\"mon-1.example\"]") != std::string::npos, fault);
}

TEST_CASE("all that is wrong is told at once") {
  const std::string fault = Written(
                                "default = \"c\"\n[collectors.a]\nadress = \"a\"\n"
                                "[collectors.b]\naddress = \"b\"\nca_file = 1\n[contexts.d]\n"
                                "collectors = [\"b\", \"e\"]\n")
                                .fault();
  CHECK_MESSAGE(std::count(fault.begin(), fault.end(), '\n') == 4, fault);
  for (const char* told :
       {"config.toml:3: adress", "config.toml:2: address is missing", "config.toml:6: ca_file",
        "config.toml:8: collectors", "config.toml:1: default"}) {
    CHECK_MESSAGE(fault.find(told) != std::string::npos, told, " in ", fault);
  }
}

TEST_CASE("a file that everybody may write is refused: it says where tokens go") {
  const Written written(kPair);
  REQUIRE(::chmod(written.path.c_str(), 0666) == 0);
  const std::string fault = written.fault();
  CHECK_MESSAGE(fault.find("everybody may write it") != std::string::npos, fault);
}

TEST_CASE("the user's file takes the place of the machine's, and without any there is nothing") {
  const Written own("[collectors.own]\naddress = \"a\"\n");
  const Written machine("[collectors.machine]\naddress = \"a\"\n");
  const std::filesystem::path none = own.folder / "none.toml";
  CHECK(read_contexts({own.path, machine.path}).collector("machine") == nullptr);
  CHECK(read_contexts({none, machine.path}).collector("machine") != nullptr);
  const ContextsFile nothing = read_contexts({none});
  CHECK(nothing.path.empty());
  CHECK_THROWS_AS(static_cast<void>(nothing.of("--context", "own")), UsageError);
}

TEST_CASE("files are looked for where the XDG specification has them, then in /etc") {
  using Paths = std::vector<std::filesystem::path>;
  const std::filesystem::path machine = "/etc/flatline/config.toml";
  ::setenv("HOME", "/home/ada", 1);
  ::setenv("XDG_CONFIG_HOME", "/conf", 1);
  CHECK(contexts_paths() == Paths{"/conf/flatline/config.toml", machine});
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  CHECK(contexts_paths() == Paths{"/home/ada/.config/flatline/config.toml", machine});
  ::unsetenv("XDG_CONFIG_HOME");
  CHECK(contexts_paths() == Paths{"/home/ada/.config/flatline/config.toml", machine});
}

}  // namespace flatline::cli
