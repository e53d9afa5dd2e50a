// Tokens with names and roles, by the real programs: made by the command line, taken by a
// collector, taken out while it runs; and what each may do there.

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/asking.h"
#include "tests/harness/files.h"

using namespace flatline;
using namespace flatline::test;

namespace {

/// A folder with a list of tokens, and each token in a file NAME.token.
struct TokenFolder {
  [[nodiscard]] std::string list() const { return (folder / "tokens.toml").string(); }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder / (name + ".token")).string();
  }
  Finished make(const std::string& name, const std::string& role,
                std::vector<std::string> more = {}) const {
    std::vector<std::string> command = {kFlatline, "token",    "--name", name, "--role",
                                        role,      "--tokens", list(),   "-o", file(name)};
    command.insert(command.end(), more.begin(), more.end());
    return run_to_end(command);
  }
  TemporaryFolder folder;
};

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

/// A collector whose tokens a TokenFolder has: of ada, an operator; ci, who drains; bo, who reads.
struct Fleet {
  Fleet() {
    for (const auto& [name, role] :
         {std::pair{"ada", "operator"}, {"ci", "drain"}, {"bo", "reader"}}) {
      const Finished made = tokens.make(name, role);
      REQUIRE_MESSAGE(made.exit_code == 0, made.err);
    }
    collector.emplace(std::vector<std::string>{"--capacity", "64", "--tick", "50ms",
                                               "--min-interval", "100ms", "--tokens",
                                               tokens.list()});
  }
  [[nodiscard]] Finished as(const std::string& name, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--token-file", tokens.file(name)});
    return collector->ask(arguments);
  }
  /// Has the collector read its tokens again, and waits until what `name` gets is as wanted.
  void reload_until(const std::string& name, int exit_code) {
    collector->process().send_signal(SIGHUP);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    int got = -1;
    while (got != exit_code && std::chrono::steady_clock::now() < deadline) {
      got = as(name, {"whoami"}).exit_code;
    }
    CHECK(got == exit_code);
  }

  TokenFolder tokens;
  std::optional<RunningCollector> collector;
};

}  // namespace

TEST_CASE("flatline token makes a token once, for its owner alone, and its list has the hash") {
  const TokenFolder tokens;
  const Finished made = tokens.make("ada", "operator", {"--expires", "90d"});
  REQUIRE_MESSAGE(made.exit_code == 0, made.err);
  CHECK_MESSAGE(has(made.out, "ada, operator until 20"), made.out);
  const std::string token = content_of(tokens.file("ada"));
  CHECK(token.starts_with("flt_"));
  CHECK_FALSE(has(made.out + made.err + content_of(tokens.list()), token.substr(0, 20)));
  for (const std::string& path : {tokens.file("ada"), tokens.list()}) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
  }
  // Its name is taken, and so is its file; neither is touched.
  CHECK(tokens.make("ada", "reader").exit_code == 1);
  CHECK(content_of(tokens.file("ada")) == token);
  const Finished listed = run_to_end({kFlatline, "token", "--list", tokens.list()});
  CHECK_MESSAGE(has(listed.out, "ada   operator  20"), listed.out);
  // On stdout stands the token alone, for whoever hands it on.
  const Finished shown = run_to_end(
      {kFlatline, "token", "--name", "ci", "--role", "drain", "--tokens", tokens.list()});
  REQUIRE_MESSAGE(shown.exit_code == 0, shown.err);
  CHECK(shown.out.size() == token.size());
  CHECK(shown.out.starts_with("flt_"));
  CHECK_MESSAGE(has(shown.err, "ci, drain"), shown.err);
  const auto wrong = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {kFlatline, "token"});
    return run_to_end(arguments);
  };
  const std::vector<std::string> misuses[] = {
      {},
      {"--name", "x", "--role", "reader"},
      {"--name", "x", "--role", "root", "--tokens", tokens.list()},
      {"--name", "admin", "--role", "reader", "--tokens", tokens.list()},
      {"--name", "x", "--role", "reader", "--expires", "0s", "--tokens", tokens.list()},
      {"--name", "x", "--role", "reader", "--expires", "2020-01-01T00:00:00Z", "--tokens",
       tokens.list()},
      {"--name", "x", "--remove", "y", "--tokens", tokens.list()}};
  for (const auto& misuse : misuses) CHECK(wrong(misuse).exit_code == 2);
}

TEST_CASE("a token that is replaced counts until the list has the new one") {
  const TokenFolder tokens;
  REQUIRE(tokens.make("ada", "operator").exit_code == 0);
  const std::string before = content_of(tokens.file("ada"));
  const std::string list = content_of(tokens.list());
  write_content(tokens.list(), "nonsense\n");
  CHECK(tokens.make("ada", "operator", {"--replace"}).exit_code != 0);
  CHECK(content_of(tokens.file("ada")) == before);
  write_content(tokens.list(), list);
  CHECK(tokens.make("ada", "operator", {"--replace"}).exit_code == 0);
  CHECK(content_of(tokens.file("ada")) != before);
  CHECK(content_of(tokens.list()) != list);
  CHECK_FALSE(std::filesystem::exists(tokens.file("ada") + ".new"));
}

TEST_CASE("one token is enough for each, the record has its name, and who lost it is out at once") {
  Fleet fleet;
  CHECK_MESSAGE(has(fleet.as("ada", {"whoami"}).out, "ada: operator; may drain, undrain, forget"),
                fleet.as("ada", {"whoami"}).out);
  CHECK(has(fleet.as("ci", {"whoami"}).out, "ci: drain; may drain, undrain\n"));
  CHECK(has(fleet.as("bo", {"whoami"}).out, "bo: reader; a token of the role reader"));

  const std::vector<std::string> expect = {"expect", "web-[1-3]", "--yes"};
  const std::vector<std::string> drain = {"drain", "web-1", "--for", "1h", "--why", "new kernel"};
  const std::vector<std::string> freeze = {"freeze", "--for", "1h", "--why", "new network"};
  CHECK(fleet.as("ada", expect).exit_code == 0);
  const Finished reader = fleet.as("bo", drain);
  CHECK(reader.exit_code == 1);
  CHECK_MESSAGE(has(reader.err, "bo's token is of the role reader; changes need"), reader.err);
  const Finished drained = fleet.as("ci", drain);
  CHECK_MESSAGE(drained.exit_code == 0, drained.err);
  const Finished frozen = fleet.as("ci", freeze);
  CHECK(frozen.exit_code == 1);
  CHECK_MESSAGE(has(frozen.err, "ci's token is of the role drain; freeze needs an operator's"),
                frozen.err);
  CHECK(fleet.as("ada", freeze).exit_code == 0);
  const auto page = action_page_from_json(fleet.as("bo", {"actions", "-o", "json"}).out);
  REQUIRE(page);
  REQUIRE(page->actions.size() == 3);
  CHECK(page->actions[0].token_name == "ada");
  CHECK(page->actions[1].token_name == "ci");
  CHECK(page->actions[2].token_name == "ada");
  CHECK(has(fleet.as("bo", {"actions"}).out, "TOKEN"));
  // The admin token is an operator of that name, as it was before there was a list.
  const std::string admin = (fleet.collector->folder() / "data" / "admin.token").string();
  CHECK(has(fleet.collector->ask({"whoami", "--admin-token", admin}).out, "admin: operator"));
  CHECK(fleet.collector->ask({"unfreeze", "--admin-token", admin}).exit_code == 0);

  const Finished removed =
      run_to_end({kFlatline, "token", "--remove", "ada", "--tokens", fleet.tokens.list()});
  CHECK_MESSAGE(removed.exit_code == 0, removed.err);
  fleet.reload_until("ada", 1);
  const Finished out = fleet.as("ada", freeze);
  CHECK(out.exit_code == 1);
  CHECK_MESSAGE(has(out.err, "is no token for changes at this collector"), out.err);
  CHECK(fleet.as("bo", {"status"}).exit_code == 0);
  const auto summary = summary_from_json(fleet.as("bo", {"status", "-o", "json"}).out);
  REQUIRE(summary);
  CHECK(summary->operators.refused_attempts == 3);
  CHECK(summary->operators.wrong_tokens >= 2);
  CHECK(summary->operators.wrong_tokens_from == "127.0.0.1");
}
