// The file of a collector's tokens is changed entry by entry, and all else in it stays.

#include "tools/cli/token_list_file.h"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <thread>
#include <vector>

#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::cli;

namespace {

TokenEntry entry_of(const std::string& name, Role role = Role::kReader) {
  return {name, role, hash_of_token("token of " + name), WallTime{Milliseconds{1'000}}, {}};
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a list is made private, grows by one entry at a time, and a name is taken once") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  put_token(path, entry_of("ada", Role::kOperator), false);
  CHECK(mode_of(path) == 0600);
  put_token(path, entry_of("ci", Role::kDrain), false);
  CHECK(read_token_list(path) ==
        std::vector{entry_of("ada", Role::kOperator), entry_of("ci", Role::kDrain)});
  const std::string before = content_of(path);
  const std::string taken = message_of<Failure>([&] { put_token(path, entry_of("ada"), false); });
  CHECK(taken.find("ada has a token already; --replace") != std::string::npos);
  CHECK(content_of(path) == before);
  put_token(path, entry_of("ada"), true);
  CHECK(read_token_list(path) == std::vector{entry_of("ci", Role::kDrain), entry_of("ada")});
  remove_token(path, "ci");
  CHECK(read_token_list(path) == std::vector{entry_of("ada")});
  CHECK(message_of<Failure>([&] { remove_token(path, "adda"); }).find("did you mean ada?") !=
        std::string::npos);
  remove_token(path, "ada");
  CHECK(read_token_list(path).empty());
  put_token(path, entry_of("ada"), false);
  CHECK(read_token_list(path) == std::vector{entry_of("ada")});
}

TEST_CASE("what people wrote into the list stays, and so do its mode and the other entries") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  const std::string head = "# Our tokens. Ask ada.\n\n";
  const std::string ada = "# the first of us\n" + token_entry_text(entry_of("ada")) + "\n";
  const std::string ci =
      "# of the pipelines\n# and of nobody else\n" + token_entry_text(entry_of("ci")) + "\n";
  const std::string bo = "  " + token_entry_text(entry_of("bo")) + "# the last line";
  write_content(path, head + ada + ci + bo);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  remove_token(path, "ci");
  CHECK(content_of(path) == head + ada + bo);
  CHECK(mode_of(path) == 0640);
  put_token(path, entry_of("ci"), false);
  CHECK(content_of(path) == head + ada + bo + "\n\n" + token_entry_text(entry_of("ci")));
  remove_token(path, "ada");
  CHECK(content_of(path) == head + bo + "\n\n" + token_entry_text(entry_of("ci")));
  remove_token(path, "bo");
  CHECK(content_of(path) == head + token_entry_text(entry_of("ci")));
}

TEST_CASE("a list that cannot be changed line by line, or holds faults, is left as it is") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  const std::string hash = token_entry_text(entry_of("ada"));
  const std::string digits = hash.substr(hash.find("hash = \"") + 8, 64);
  const std::string inlined = fmt::format(
      "token = [{{name = \"ada\", role = \"reader\", hash = \"{}\", made = "
      "\"2026-11-30T07:00:00Z\"}}]\n",
      digits);
  write_content(path, inlined);
  CHECK(message_of<Failure>([&] { remove_token(path, "ada"); }).find("[[token]]") !=
        std::string::npos);
  CHECK(!message_of<Failure>([&] { put_token(path, entry_of("bo"), false); }).empty());
  CHECK(content_of(path) == inlined);
  write_content(path, "[[token]]\nname = \"ada\"\n");
  CHECK(message_of<Failure>([&] {
          put_token(path, entry_of("bo"), false);
        }).find("tokens.toml:1: role is missing") != std::string::npos);
  CHECK(content_of(path) == "[[token]]\nname = \"ada\"\n");
  std::filesystem::remove(path);
  CHECK(message_of<Failure>([&] { remove_token(path, "ada"); }).find("cannot read") !=
        std::string::npos);
}

TEST_CASE("the last place of a list is taken, and there is no other") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  std::string text;
  for (std::size_t i = 1; i < kTokens; ++i)
    text += token_entry_text(entry_of(fmt::format("n{}", i)));
  write_content(path, text);
  put_token(path, entry_of("last"), false);
  CHECK(message_of<Failure>([&] {
          put_token(path, entry_of("one-more"), false);
        }).find("more than 256") != std::string::npos);
  CHECK(tokens_in(path).size() == kTokens);
  put_token(path, entry_of("last", Role::kOperator), true);
  CHECK(tokens_in(path).back().role == Role::kOperator);
}

TEST_CASE("several who change a list at once wait for one another, and none undoes another's") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  put_token(path, entry_of("first"), false);
  std::vector<std::thread> threads;
  for (int who = 0; who < 4; ++who) {
    threads.emplace_back([&path, who] {
      for (int i = 0; i < 10; ++i) {
        put_token(path, entry_of(fmt::format("n{}-{}", who, i)), false);
        if (i % 2 == 1) remove_token(path, fmt::format("n{}-{}", who, i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(read_token_list(path).size() == 1 + 4 * 5);
}
